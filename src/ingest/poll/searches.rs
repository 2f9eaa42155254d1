//! The searches of a workspace, each walked as the walks before taught: how large its pages are, and what of it cannot
//! be read.

use std::sync::Arc;

use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::trouble::Part;
use deskbell_text::trouble;

use super::gap::{Gap, Gaps, Judgement};
use super::page_sizes::PageSizes;
use super::pages::Pages;
use super::source::Source;
use super::walk::{Bounds, WalkError, Walked, walk};

/// What walks taught about searches.
pub(super) struct Searches {
    source: Arc<Source>,
    sizes: PageSizes,
    gaps: Gaps,
}

impl Searches {
    /// Nothing was read yet.
    pub(super) fn of(source: Arc<Source>) -> Self {
        Self { source, sizes: PageSizes::default(), gaps: Gaps::default() }
    }

    /// Walks the pages down to the boundary.
    pub(super) async fn walk<P: Pages>(
        &self,
        part: Part,
        pages: &P,
        bounds: Bounds,
    ) -> Result<Walked<P::Item>, WalkError> {
        let asked = self.sizes.of(part);
        let walked = walk(pages, bounds, asked, &self.gaps.of(part)).await;
        self.sizes.learn(part, asked, walked.as_ref().map(|walked| walked.gap.is_some()));
        walked
    }

    /// What could not be read three times is passed over, counted and told; until then it fails the walk.
    pub(super) fn pass_over(&self, part: Part, gap: Option<Gap>) -> Result<(), WalkError> {
        let Some(gap) = gap else { return Ok(()) };
        let how = gap.how;
        match self.gaps.meet(part, gap) {
            Judgement::Wait => return Err(IntercomError::Unavailable(how).into()),
            Judgement::PassOver { new: 0 } => {}
            Judgement::PassOver { new } => {
                self.source.board.count_unreadable(new);
                tracing::warn!(
                    workspace = %self.source.workspace,
                    part = trouble::part(part),
                    records = new,
                    "records that intercom could not give three times are passed over"
                );
            }
        }
        Ok(())
    }
}

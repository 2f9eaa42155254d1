//! Whether a walk over pages goes on or goes in a circle.
//!
//! The one proof of a circle is a cursor that was used before. An empty page is none, and neither is a page of records
//! that were all seen: records are added, moved and taken away while the pages are read. Where cursors are always new,
//! pages that bring nothing are allowed as often as the number of matching records explains, and generously more.

use std::collections::BTreeSet;

use crate::port::intercom::{ContactSearch, Intercom, IntercomError, Page, PageCursor, PageRequest};

/// How many pages may bring nothing new beside those that the number of records explains.
const BARREN_PAGES: u64 = 100;
/// How many empty pages are passed over in search of the first that holds something.
const EMPTY_PAGES: usize = 10;

/// The pages of one walk.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    used: BTreeSet<PageCursor>,
    barren: u64,
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// The page that this cursor leads to.
    Page(PageCursor),
    /// Nothing: it was the last.
    End,
    /// The same again.
    Circle,
}

impl Paging {
    /// What follows a page that brought so many records that no page before it had.
    pub fn after<T>(&mut self, page: &Page<T>, request: &PageRequest, news: usize) -> Onward {
        self.used.extend(request.cursor.clone());
        let Some(next) = &page.next else { return Onward::End };
        self.barren += u64::from(news == 0);
        let explained = page.total.unwrap_or(0).div_ceil(u64::from(request.size.max(1)));
        if self.used.contains(next) || self.barren > explained.saturating_add(BARREN_PAGES) {
            return Onward::Circle;
        }
        Onward::Page(next.clone())
    }
}

/// The first page from here on that holds a record, or the last of a few that hold none.
///
/// # Errors
/// Fails where a page cannot be read.
pub async fn first_with_records(
    intercom: &dyn Intercom,
    search: &ContactSearch,
    request: PageRequest,
) -> Result<Page<crate::contact::Contact>, IntercomError> {
    let (mut paging, mut request) = (Paging::default(), request);
    for _ in 0..EMPTY_PAGES {
        let page = intercom.search_contacts(search, &request).await?;
        match paging.after(&page, &request, page.items.len()) {
            Onward::Page(next) if page.items.is_empty() => request.cursor = Some(next),
            Onward::Page(_) | Onward::End => return Ok(page),
            Onward::Circle => return Ok(Page { next: None, ..page }),
        }
    }
    intercom.search_contacts(search, &request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(next: Option<&str>, total: Option<u64>) -> Page<()> {
        Page { items: Vec::new(), total, next: next.map(|next| PageCursor(next.to_owned())) }
    }

    fn request(cursor: Option<&str>) -> PageRequest {
        PageRequest { size: 100, cursor: cursor.map(|cursor| PageCursor(cursor.to_owned())) }
    }

    #[test]
    fn a_cursor_that_was_used_before_is_a_circle_and_an_empty_page_is_none() {
        let mut paging = Paging::default();
        let a = PageCursor("a".to_owned());
        assert_eq!(paging.after(&page(Some("a"), None), &request(None), 0), Onward::Page(a));
        assert_eq!(
            paging.after(&page(Some("b"), None), &request(Some("a")), 0),
            Onward::Page(PageCursor("b".to_owned()))
        );
        assert_eq!(paging.after(&page(Some("a"), None), &request(Some("b")), 2), Onward::Circle);
        assert_eq!(paging.after(&page(Some("b"), None), &request(Some("b")), 2), Onward::Circle);
        assert_eq!(paging.after(&page(None, None), &request(Some("c")), 0), Onward::End);
    }

    #[test]
    fn pages_with_ever_new_cursors_end_where_no_number_of_records_explains_them() {
        let pages = |total: Option<u64>| {
            let mut paging = Paging::default();
            let goes_on = |at: &u32| {
                let onward = paging.after(&page(Some(&at.to_string()), total), &request(None), 0);
                onward != Onward::Circle
            };
            (0..1_000_u32).take_while(goes_on).count()
        };
        assert_eq!((pages(None), pages(Some(4)), pages(Some(5_000))), (100, 101, 150));
    }
}

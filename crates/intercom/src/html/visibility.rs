//! Which of the open elements hide what stands in them.
//!
//! No tree is built: of each open element only its name is kept, and whether it is shown. An end tag closes everything
//! down to its own element, and some elements end where the next one of their kind begins, so that one that is never
//! closed hides no more than it does in a browser.

use html5ever::LocalName;

use super::element::Hiding;

/// Mails nest tables deep; what is deeper belongs to the last of these.
const DEEPEST: usize = 512;
/// How far an end tag is looked for.
const FARTHEST: usize = 64;

struct Open {
    name: LocalName,
    hidden: bool,
    /// Its text has no size; an element in it may give it one again.
    without_size: bool,
    /// What follows a quote in it is shown.
    quotation: bool,
}

/// The open elements, the innermost last.
#[derive(Default)]
pub(super) struct OpenElements(Vec<Open>);

impl OpenElements {
    /// Whether what stands here is not shown.
    pub(super) fn are_hidden(&self) -> bool {
        self.0.last().is_some_and(|last| last.hidden)
    }

    /// Whether text that stands here is not shown.
    pub(super) fn hide_text(&self) -> bool {
        self.0.last().is_some_and(|last| last.hidden || last.without_size)
    }

    /// What ends where this element begins.
    pub(super) fn end_before(&mut self, name: &str, is_block: bool) {
        if self.top_is("head") && !is_of_head(name) {
            self.0.pop();
        }
        match name {
            "li" => self.end_within(&["li"], &["ul", "ol"]),
            "td" | "th" => self.end_within(&["td", "th"], &["tr", "table"]),
            "tr" => self.end_within(&["tr"], &["table"]),
            "dd" | "dt" => self.end_within(&["dd", "dt"], &["dl"]),
            _ => {}
        }
        if is_block {
            self.end_within(&["p"], &["td", "th", "li", "div", "table", "blockquote"]);
        }
    }

    pub(super) fn open(&mut self, name: &LocalName, hiding: Hiding) {
        if self.0.len() == DEEPEST {
            return;
        }
        let (hidden, without_size) =
            self.0.last().map_or((false, false), |last| (last.hidden, last.without_size));
        let without_size = match hiding {
            Hiding::TextWithoutSize => true,
            Hiding::TextWithSize => false,
            Hiding::Nothing | Hiding::Everything | Hiding::Quotation => without_size,
        };
        let quotation = hiding == Hiding::Quotation;
        let hidden = hidden || quotation || hiding == Hiding::Everything;
        self.0.push(Open { name: name.clone(), hidden, without_size, quotation });
    }

    /// A quote begins: what follows it in the element that holds such quotes are answers, unless that element stands in
    /// something hidden itself.
    pub(super) fn let_answers_follow(&mut self) {
        let Some(at) = self.0.iter().rposition(|one| one.quotation) else { return };
        let is_within_hidden = self.0[..at].last().is_some_and(|outer| outer.hidden);
        // A quote within a quote changes nothing.
        if self.0[at].hidden && !is_within_hidden {
            self.0[at..].iter_mut().for_each(|one| one.hidden = false);
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        self.end_within(&[name], &[]);
    }

    fn top_is(&self, name: &str) -> bool {
        self.0.last().is_some_and(|last| &*last.name == name)
    }

    /// Closes the innermost of these elements, unless one of the others stands within it.
    fn end_within(&mut self, names: &[&str], others: &[&str]) {
        let near = self.0.len().saturating_sub(FARTHEST);
        let innermost = self
            .0
            .iter()
            .skip(near)
            .rposition(|one| names.contains(&&*one.name) || others.contains(&&*one.name));
        if let Some(at) = innermost.map(|at| near + at)
            && names.contains(&&*self.0[at].name)
        {
            self.0.truncate(at);
        }
    }
}

fn is_of_head(name: &str) -> bool {
    matches!(name, "meta" | "link" | "base" | "title" | "style" | "script" | "noscript" | "template")
}

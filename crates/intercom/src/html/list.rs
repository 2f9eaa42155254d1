//! The numbers and bullets of lists.

/// How deep lists are told apart.
const DEEPEST: usize = 8;

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// A bullet, of a list so deep within others.
    Bullet(usize),
    /// A number, behind that of the item which the list stands in.
    Number(Option<i32>, i32),
}

impl std::fmt::Display for Marker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bullet(1) => formatter.write_str("• "),
            Self::Bullet(_) => formatter.write_str("◦ "),
            Self::Number(None, number) => write!(formatter, "{number}. "),
            Self::Number(Some(outer), number) => write!(formatter, "{outer}.{number}. "),
        }
    }
}

/// The lists that are open, the innermost last: the next number, if a list has numbers.
#[derive(Default)]
pub(super) struct Lists {
    open: Vec<Option<i32>>,
    /// How many more are open, deeper than is told apart.
    deeper: usize,
}

impl Lists {
    pub(super) fn open(&mut self, name: &str, start: Option<String>) {
        if self.open.len() == DEEPEST {
            self.deeper += 1;
            return;
        }
        let start = start.and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        self.open.push((name == "ol").then_some(start));
    }

    pub(super) fn close(&mut self) {
        match self.deeper.checked_sub(1) {
            Some(deeper) => self.deeper = deeper,
            None => drop(self.open.pop()),
        }
    }

    /// The marker of the next item.
    pub(super) fn item(&mut self, value: Option<String>) -> Marker {
        let depth = self.open.len().max(1);
        let outer = self.open.len().checked_sub(2).and_then(|outer| self.open[outer]);
        match self.open.last_mut() {
            Some(Some(next)) => {
                let number = value.and_then(|value| value.trim().parse().ok()).unwrap_or(*next);
                *next = number.saturating_add(1);
                Marker::Number(outer.map(|outer| outer.saturating_sub(1)), number)
            }
            _ => Marker::Bullet(depth),
        }
    }
}

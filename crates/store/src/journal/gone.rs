//! The numbers that pruning takes out of the journal: ranges, since what goes lies mostly side by side.

use std::ops::Range;

use deskbell_domain::ids::JournalNumber;

/// Ranges of numbers, ascending.
#[derive(Debug, Default)]
pub(super) struct Gone(Vec<Range<JournalNumber>>);

impl Gone {
    /// Adds numbers that come after all that were added.
    pub(super) fn add(&mut self, numbers: Range<JournalNumber>) {
        match self.0.last_mut() {
            _ if numbers.is_empty() => {}
            Some(range) if range.end == numbers.start => range.end = numbers.end,
            _ => self.0.push(numbers),
        }
    }

    pub(super) fn has(&self, number: JournalNumber) -> bool {
        let place = self.0.partition_point(|range| range.end <= number);
        self.0.get(place).is_some_and(|range| range.contains(&number))
    }

    /// From the first up to the last.
    pub(super) fn span(&self) -> Option<Range<JournalNumber>> {
        Some(self.0.first()?.start..self.0.last()?.end)
    }
}

#[cfg(test)]
mod tests;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn exactly_what_was_added_is_gone(steps in prop::collection::vec((0..3_u64, 0..3_u64), 0..20)) {
        let (mut gone, mut numbers, mut next) = (Gone::default(), Vec::new(), 0);
        for (kept, taken) in steps {
            let first = next + kept;
            next = first + taken;
            gone.add(JournalNumber(first)..JournalNumber(next));
            numbers.extend(first..next);
        }
        let found: Vec<_> = (0..next + 2).filter(|number| gone.has(JournalNumber(*number))).collect();
        prop_assert_eq!(found, numbers.clone());
        let ends = numbers.first().zip(numbers.last());
        let span = gone.span().map(|span| (span.start.0, span.end.0 - 1));
        prop_assert_eq!(span.as_ref().map(|(first, last)| (first, last)), ends);
    }
}

//! When each workspace is first polled after a start: many are not to be read at the same moment, then or later.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_domain::ids::WorkspaceId;

/// A time of its own for each, evenly over the interval. From then on each is polled once an interval.
pub(super) fn first_polls<'a>(
    workspaces: impl IntoIterator<Item = &'a WorkspaceId>,
    interval: Duration,
) -> BTreeMap<WorkspaceId, Duration> {
    let mut first: BTreeMap<_, _> = workspaces.into_iter().map(|id| (id.clone(), Duration::ZERO)).collect();
    let count = u32::try_from(first.len()).unwrap_or(u32::MAX).max(1);
    for (index, at) in (0..).zip(first.values_mut()) {
        *at = interval / count * index;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_are_polled_evenly_over_the_interval_whatever_the_number_of_their_servers() {
        let ids = ["acme", "globex", "acme", "initech", "umbrella"].map(WorkspaceId::new);
        let first = first_polls(&ids, Duration::from_secs(120));
        let seconds: Vec<_> = first.values().map(Duration::as_secs).collect();
        assert_eq!(seconds, [0, 30, 60, 90]);
        assert!(first_polls(&[], Duration::from_secs(120)).is_empty());
    }
}

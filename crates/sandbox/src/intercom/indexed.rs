//! A record, and what searches know of it.
//!
//! A search sees a record as it was before its last change until the index has caught up, and a new record not at all
//! until then. A change during that time does not put the moment off, or a busy record would never be seen.

/// A record and its place in the index.
#[derive(Clone, Debug)]
pub(super) struct Indexed<T> {
    pub(super) current: T,
    /// What searches see until `visible_ms`; none if it was never indexed.
    stale: Option<Box<T>>,
    visible_ms: i64,
}

impl<T: Clone> Indexed<T> {
    /// A new record, which searches see from a moment on.
    pub(super) fn visible_from(current: T, visible_ms: i64) -> Self {
        Self { current, stale: None, visible_ms }
    }

    /// What a search sees of it.
    pub(super) fn seen(&self, now_ms: i64) -> Option<&T> {
        if now_ms >= self.visible_ms { Some(&self.current) } else { self.stale.as_deref() }
    }

    /// Changes it; searches see the change after the lag.
    pub(super) fn change<R>(&mut self, now_ms: i64, lag_ms: i64, change: impl FnOnce(&mut T) -> R) -> R {
        if now_ms >= self.visible_ms {
            self.stale = (lag_ms > 0).then(|| Box::new(self.current.clone()));
            self.visible_ms = now_ms + lag_ms;
        }
        change(&mut self.current)
    }

    /// Lets searches see its present state only from a moment on, and nothing of it before.
    pub(super) fn hide_until(&mut self, visible_ms: i64) {
        self.stale = None;
        self.visible_ms = visible_ms;
    }
}

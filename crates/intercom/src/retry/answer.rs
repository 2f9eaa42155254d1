//! What is made of an answer. It is kept where it is made, so that what goes on around it, which asks and asks again, is
//! compiled once for all calls.

use serde_json::Value;

use crate::json::{Listed, Reading, Shape};

/// An answer that is read while it comes.
pub(super) trait Answer: Send {
    /// It is asked for, perhaps once more: what came before is forgotten.
    fn begin(&mut self);

    /// A part of its body has come.
    fn push(&mut self, part: &[u8]);

    /// It has come whole, and is no refusal. What is made of it is kept.
    fn keep(&mut self) -> Kept;

    /// It has come, and is a refusal: its body, `None` where that is no JSON.
    fn refusal(&mut self) -> Option<Value>;
}

/// What came of keeping an answer.
#[derive(Default)]
pub(super) struct Kept {
    /// Whether something could be made of it.
    pub(super) is_usable: bool,
    /// A mark for each record in it that could not be read.
    pub(super) unreadable: Vec<u64>,
}

/// How an answer is read: each record in it while it comes, and the whole at its end.
pub(super) struct Form<'a, I, T, R, W> {
    shape: Shape<'a>,
    record: &'a R,
    whole: W,
    reading: Option<Reading<'a, I, &'a R>>,
    made: Option<T>,
}

impl<'a, I, T, R, W> Form<'a, I, T, R, W>
where
    R: Fn(&Value) -> Option<I>,
    W: Fn(Listed<I>) -> Option<T>,
{
    pub(super) fn new(shape: Shape<'a>, record: &'a R, whole: W) -> Self {
        Self { shape, record, whole, reading: None, made: None }
    }

    /// What was made of the answer; `None` where none was kept.
    pub(super) fn made(self) -> Option<T> {
        self.made
    }

    fn finish(&mut self) -> Option<Listed<I>> {
        self.reading.take()?.finish()
    }
}

impl<I, T, R, W> Answer for Form<'_, I, T, R, W>
where
    I: Send,
    T: Send,
    R: Fn(&Value) -> Option<I> + Sync,
    W: Fn(Listed<I>) -> Option<T> + Send,
{
    fn begin(&mut self) {
        self.reading = Some(Reading::new(self.shape, self.record));
    }

    fn push(&mut self, part: &[u8]) {
        if let Some(reading) = &mut self.reading {
            reading.push(part);
        }
    }

    fn keep(&mut self) -> Kept {
        let Some(mut listed) = self.finish() else { return Kept::default() };
        let unreadable = std::mem::take(&mut listed.unreadable);
        self.made = (self.whole)(listed);
        Kept { is_usable: self.made.is_some(), unreadable }
    }

    fn refusal(&mut self) -> Option<Value> {
        self.finish().map(|listed| listed.rest)
    }
}

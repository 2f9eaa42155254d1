//! What the bot acknowledged of webhooks: from then on nobody tells it again.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::port::store::Hinted;
use deskbell_domain::topic::Topic;

/// What was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    /// The records that were told of and not looked at since.
    waiting: BTreeMap<Hinted, Answer>,
    /// The topics that the operator's app told in this life of the process.
    topics: BTreeSet<Topic>,
    /// How many webhooks were.
    pub(crate) count: u64,
}

/// How far the telling of a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Nobody has answered yet.
    Open,
    /// It was acknowledged.
    Given,
}

impl Acknowledged {
    /// The process is a new one.
    pub(crate) fn begin_life(&mut self) {
        self.topics.clear();
    }

    /// A webhook comes.
    pub(crate) fn told(&mut self, of: &Hinted) {
        self.waiting.entry(of.clone()).or_insert(Answer::Open);
    }

    /// It was acknowledged. What was looked at meanwhile need not wait.
    pub(crate) fn took(&mut self, of: &Hinted) {
        self.count += 1;
        if let Some(answer) = self.waiting.get_mut(of) {
            *answer = Answer::Given;
        }
    }

    /// The operator's app told by a topic, acknowledged or not.
    pub(crate) fn told_by(&mut self, topic: Option<Topic>) {
        self.topics.extend(topic);
    }

    /// A record was looked at.
    pub(crate) fn looked_at(&mut self, of: &Hinted) {
        self.waiting.remove(of);
    }

    /// Nothing is kept any more.
    pub(crate) fn forget(&mut self) {
        self.waiting.clear();
    }

    /// Those that are waited for and are not among these; none is waited for any more.
    pub(crate) fn missing(&mut self, there: &[Hinted]) -> Vec<Hinted> {
        let is_missing = |(of, answer): &(&Hinted, &Answer)| **answer == Answer::Given && !there.contains(of);
        let missing: Vec<_> = self.waiting.iter().filter(is_missing).map(|(of, _)| of.clone()).collect();
        self.waiting.retain(|of, _| there.contains(of));
        missing
    }

    /// A topic of these that the operator's app did not tell by.
    pub(crate) fn untold(&self, heard: &BTreeSet<Topic>) -> Option<Topic> {
        heard.difference(&self.topics).next().copied()
    }
}

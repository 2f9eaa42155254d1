//! What cannot be read from Intercom for long is told in one working channel of each server, silently, and of the same
//! cause once an hour.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::delivery::Nonce;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::status::{LinkState, PollStatus};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::trouble::{Cause, Part, Trouble};
use deskbell_text::announcement::{trouble_notice, trouble_over_notice};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::channel::handle::{ChannelHandle, ChannelHealth};
use super::channel::one_off::{OneOffMessage, Purpose};
use super::parts::Shared;

/// How soon a server is told again of the same cause.
const SAME_CAUSE_EVERY: Duration = Duration::from_hours(1);

/// Tells what cannot be read from Intercom for long, and when it can be read again.
#[derive(Debug, Default)]
pub(super) struct TroubleWatch {
    told: Vec<Told>,
    lately: BTreeMap<(GuildId, Cause), Instant>,
}

/// Parts that failed for one cause, and where that was told.
#[derive(Debug)]
struct Told {
    parts: BTreeSet<Part>,
    cause: Cause,
    since: Timestamp,
    places: BTreeMap<GuildId, SentNotice>,
}

/// A notice that was handed to a channel, and what became of it if that is not known yet.
#[derive(Debug)]
struct SentNotice {
    channel: ChannelId,
    outcome: Option<oneshot::Receiver<PostOutcome>>,
}

impl TroubleWatch {
    /// Looks at the status board; to be called every half a minute.
    pub(super) async fn look(&mut self, shared: &Shared) {
        let status = shared.parts.status.poll();
        self.tell_ends(shared, &status).await;
        self.take_up(&status.troubles, shared.parts.clock.now());
        self.tell_beginnings(shared);
    }

    /// What failed for the same cause is told together, also where it began a little later.
    fn take_up(&mut self, troubles: &[Trouble], now: UnixMillis) {
        let untold: Vec<_> = troubles.iter().filter(|trouble| !self.knows(trouble)).copied().collect();
        let lasting = untold.iter().filter(|trouble| trouble.lasts(now)).map(|trouble| trouble.cause);
        for cause in lasting.collect::<BTreeSet<_>>() {
            let alike = || untold.iter().filter(|trouble| trouble.cause == cause);
            let Some(since) = alike().map(|trouble| trouble.since.seconds()).min() else { continue };
            let parts = alike().map(|trouble| trouble.part).collect();
            self.told.push(Told { parts, cause, since, places: BTreeMap::new() });
        }
    }

    /// A part is told once, whatever else goes wrong with it; but that somebody has to act is told in any case.
    fn knows(&self, trouble: &Trouble) -> bool {
        self.told.iter().any(|told| {
            (told.parts.contains(&trouble.part) || told.parts.contains(&Part::Everything))
                && (told.cause.is_refusal() || !trouble.cause.is_refusal())
        })
    }

    /// In each server once; where no channel works, or the same was told within the hour, at a later look.
    fn tell_beginnings(&mut self, shared: &Shared) {
        if self.told.is_empty() {
            return;
        }
        let now = Instant::now();
        self.lately.retain(|_, at| now < *at + SAME_CAUSE_EVERY);
        let handles = shared.registry.handles();
        let guilds: BTreeSet<GuildId> = handles.iter().filter_map(|handle| handle.guild()).collect();
        for told in &mut self.told {
            told.places.retain(|_, place| place.holds());
            for guild in &guilds {
                let is_told =
                    told.places.contains_key(guild) || self.lately.contains_key(&(*guild, told.cause));
                let working = |handle: &&Arc<ChannelHandle>| {
                    handle.guild() == Some(*guild) && handle.health() == ChannelHealth::Working
                };
                let Some(handle) = handles.iter().find(working).filter(|_| !is_told) else { continue };
                let name = &shared.parts.workspace.name;
                let outcome = send(shared, handle, trouble_notice(name, &told.parts, told.cause, told.since));
                told.places.insert(*guild, SentNotice { channel: handle.channel, outcome: Some(outcome) });
                self.lately.insert((*guild, told.cause), now);
            }
        }
    }

    /// The end is told where the beginning was, within the same hour too: the two belong together. What nobody wants to
    /// know of any more is not read any more either: that it works again would not be true.
    async fn tell_ends(&mut self, shared: &Shared, status: &PollStatus) {
        if !self.told.iter().any(|told| told.is_over(status)) {
            return;
        }
        let Some(wanted) = wanted(shared).await else { return };
        let mut ends: BTreeMap<ChannelId, (BTreeSet<Part>, Timestamp)> = BTreeMap::new();
        for mut told in self.told.extract_if(.., |told| told.is_over(status)) {
            told.parts.retain(|part| wanted.iter().any(|kind| part.concerns(*kind)));
            if told.parts.is_empty() {
                continue;
            }
            for place in told.places.into_values() {
                let (parts, since) = ends.entry(place.channel).or_insert((BTreeSet::new(), told.since));
                parts.extend(&told.parts);
                *since = told.since.min(*since);
            }
        }
        for (channel, (parts, since)) in ends {
            if let Some(handle) = shared.registry.find(channel) {
                let notice = trouble_over_notice(&shared.parts.workspace.name, &parts, since);
                let _nobody_asks = send(shared, &handle, notice);
            }
        }
    }
}

impl Told {
    /// While the token is refused nothing is tried, so nothing is known to work again.
    fn is_over(&self, status: &PollStatus) -> bool {
        let goes_on =
            |trouble: &Trouble| trouble.part == Part::Everything || self.parts.contains(&trouble.part);
        let proven = !self.parts.contains(&Part::Everything) || status.link == LinkState::Connected;
        proven && !status.troubles.iter().any(goes_on)
    }
}

impl SentNotice {
    /// Whether the notice stands there, may stand there, or is on its way; a closed channel is no place for it.
    fn holds(&mut self) -> bool {
        let Some(outcome) = &mut self.outcome else { return true };
        match outcome.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => true,
            Ok(PostOutcome::Closed(_)) | Err(oneshot::error::TryRecvError::Closed) => false,
            Ok(_) => {
                self.outcome = None;
                true
            }
        }
    }
}

/// The kinds of which there is a notification; none where the store cannot be read.
async fn wanted(shared: &Shared) -> Option<BTreeSet<EventKind>> {
    match shared.parts.subscriptions.workspace_subscriptions(&shared.parts.workspace.id).await {
        Ok(all) => Some(all.into_iter().map(|one| one.kind).collect()),
        Err(error) => {
            tracing::warn!(%error, "the notifications could not be read");
            None
        }
    }
}

fn send(shared: &Shared, handle: &ChannelHandle, message: Message) -> oneshot::Receiver<PostOutcome> {
    let (answer, outcome) = oneshot::channel();
    let nonce = Nonce::of_notice(shared.parts.random.number());
    handle.send(OneOffMessage { message, nonce, purpose: Purpose::Trouble(answer) });
    outcome
}

//! The gateway's sessions: what was dispatched to each, and who is connected.
//!
//! A session outlives its socket: what is dispatched meanwhile is kept and played back when the client resumes. An event
//! that no session takes is lost, as at Discord.

pub(super) mod plan;
pub(super) mod protocol;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use self::plan::Plan;
use self::protocol::Identify;
use super::{
    existence::Existence,
    ids::GuildId,
    outage::{Heartbeats, Resumable, SessionStarts},
};

/// So many dispatches are kept for a client that resumes.
const KEPT_FOR_RESUME: usize = 4000;
const INTENT_GUILDS: u64 = 1;

/// What the state tells a socket to do.
#[derive(Clone, Debug)]
pub(crate) enum Push {
    Frame(String),
    Reconnect,
    Close(u16),
    Drop,
}

/// Something that happened, on its way to the bot.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) guild: GuildId,
    pub(crate) data: Value,
}

#[derive(Debug)]
pub(crate) struct Gateway {
    sessions: BTreeMap<String, Session>,
    made: u64,
    pub(crate) heartbeat_interval: Duration,
    pub(crate) heartbeats: Heartbeats,
    pub(crate) starts: SessionStarts,
    pub(crate) plan: Plan,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            made: 0,
            heartbeat_interval: Duration::from_millis(41_250),
            heartbeats: Heartbeats::Answered,
            starts: SessionStarts::default(),
            plan: Plan::default(),
        }
    }
}

#[derive(Debug)]
struct Session {
    intents: u64,
    shard: (u64, u64),
    sequence: u64,
    dispatched: VecDeque<(u64, String)>,
    socket: Option<UnboundedSender<Push>>,
}

impl Session {
    fn dispatch(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        let frame = protocol::dispatch(name, self.sequence, data);
        self.send(Push::Frame(frame.clone()));
        if self.dispatched.len() == KEPT_FOR_RESUME {
            self.dispatched.pop_front();
        }
        self.dispatched.push_back((self.sequence, frame));
    }

    fn send(&self, push: Push) {
        if let Some(socket) = &self.socket {
            // A socket that has just closed cannot take it; it stays for the resume.
            let _ = socket.send(push);
        }
    }

    fn wants(&self, event: &Event) -> bool {
        is_of(self.shard, event.guild)
            && (event.name == "INTERACTION_CREATE" || self.intents & INTENT_GUILDS != 0)
    }

    /// Whether everything after this number can still be played back.
    fn can_resume_after(&self, sequence: u64) -> bool {
        let first_kept = self.dispatched.front().map_or(self.sequence + 1, |(first, _)| *first);
        sequence <= self.sequence && sequence + 1 >= first_kept
    }
}

impl Gateway {
    /// Sends the event to every session that wants it; gone if none does.
    pub(crate) fn dispatch(&mut self, event: &Event) -> Existence {
        let mut taken = Existence::Gone;
        for session in self.sessions.values_mut().filter(|session| session.wants(event)) {
            session.dispatch(event.name, &event.data);
            taken = Existence::Present;
        }
        taken
    }

    /// Does this to every session.
    pub(crate) fn push(&mut self, push: &Push) {
        self.push_where(push, |_| true);
    }

    /// Does this to the session of one shard.
    pub(crate) fn push_to(&mut self, shard: u64, push: &Push) {
        self.push_where(push, |session| session.shard.0 == shard);
    }

    fn push_where(&mut self, push: &Push, is_meant: impl Fn(&Session) -> bool) {
        for session in self.sessions.values_mut().filter(|session| is_meant(session)) {
            session.send(push.clone());
            if matches!(push, Push::Drop | Push::Close(_)) {
                session.socket = None;
            }
        }
    }

    pub(crate) fn invalidate(&mut self, resumable: Resumable) {
        for session in self.sessions.values_mut() {
            session.send(Push::Frame(protocol::invalid_session(resumable)));
            session.socket = None;
        }
        if resumable == Resumable::No {
            self.sessions.clear();
        }
    }

    pub(crate) fn connected(&self) -> usize {
        self.sessions.values().filter(|session| session.socket.is_some()).count()
    }

    /// The shards that are connected, in order.
    pub(crate) fn connected_shards(&self) -> BTreeSet<u64> {
        let connected = self.sessions.values().filter(|session| session.socket.is_some());
        connected.map(|session| session.shard.0).collect()
    }

    /// Begins a session and sends what a client gets first.
    pub(super) fn identify(
        &mut self,
        identify: &Identify,
        socket: UnboundedSender<Push>,
        welcome: Welcome,
    ) -> String {
        self.made += 1;
        self.starts.identified += 1;
        // A client that identifies anew has given its old session up; a killed one never says so.
        self.sessions.retain(|_, old| old.socket.is_some() || old.shard != identify.shard);
        let id = format!("{:032x}", self.made);
        let mut session = Session {
            intents: identify.intents,
            shard: identify.shard,
            sequence: 0,
            dispatched: VecDeque::new(),
            socket: Some(socket),
        };
        let mut ready = welcome.ready;
        ready["session_id"] = Value::from(id.as_str());
        session.dispatch("READY", &ready);
        for event in welcome.guilds.iter().filter(|event| session.wants(event)).collect::<Vec<_>>() {
            session.dispatch(event.name, &event.data);
        }
        self.sessions.insert(id.clone(), session);
        id
    }

    /// Takes up a session: plays back what was missed. Gone if it cannot be.
    pub(super) fn resume(&mut self, id: &str, sequence: u64, socket: UnboundedSender<Push>) -> Existence {
        let Some(session) = self.sessions.get_mut(id).filter(|it| it.can_resume_after(sequence)) else {
            return Existence::Gone;
        };
        self.starts.resumed += 1;
        session.socket = Some(socket);
        for (_, frame) in session.dispatched.iter().filter(|(number, _)| *number > sequence) {
            session.send(Push::Frame(frame.clone()));
        }
        session.dispatch("RESUMED", &serde_json::json!({"_trace": []}));
        Existence::Present
    }

    /// A socket is gone; the session stays unless the client has said goodbye.
    pub(super) fn hung_up(&mut self, id: &str, socket: &UnboundedSender<Push>, goodbye: Goodbye) {
        if goodbye == Goodbye::Said {
            self.sessions.remove(id);
        } else if let Some(session) = self.sessions.get_mut(id) {
            session.socket.take_if(|held| held.same_channel(socket));
        }
    }
}

/// Whether a shard, of so many, has this server.
pub(super) fn is_of((shard, of): (u64, u64), guild: GuildId) -> bool {
    (guild.get() >> 22).checked_rem(of) == Some(shard)
}

/// What a session begins with.
pub(super) struct Welcome {
    pub(super) ready: Value,
    pub(super) guilds: Vec<Event>,
}

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goodbye {
    /// The client closed it with 1000 or 1001, which ends the session.
    Said,
    Missing,
}

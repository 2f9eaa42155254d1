//! One socket: greets the client, answers it, and passes on what the state pushes.

use std::{ops::ControlFlow, sync::Arc};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_tungstenite::{
    WebSocketStream, accept_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use crate::discord::{
    existence::Existence,
    outage::{Heartbeats, Resumable},
    sessions::{
        Event, Goodbye, Push, Welcome, is_of,
        plan::NoSession,
        protocol::{self, Identify, Said},
    },
    shared::Shared,
    state::{Guild, State},
};

const DECODE_ERROR: u16 = 4002;
const NOT_AUTHENTICATED: u16 = 4003;
const AUTHENTICATION_FAILED: u16 = 4004;
const NO_SUCH_SHARD: u16 = 4010;
const SHARDING_REQUIRED: u16 = 4011;

struct Connection {
    shared: Arc<Shared>,
    stream: WebSocketStream<TcpStream>,
    pushes: UnboundedSender<Push>,
    session: Option<String>,
}

/// What ended a connection.
type Ended = ControlFlow<Goodbye>;

pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Small frames in a row would wait for each other's acknowledgement, up to 40 ms.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let Ok(stream) = accept_async(stream).await else { return };
    let (pushes, pushed) = unbounded_channel();
    let mut connection = Connection { shared, stream, pushes, session: None };
    let goodbye = connection.run(pushed).await;
    if let Some(session) = &connection.session {
        connection.shared.gateway(|gateway| gateway.hung_up(session, &connection.pushes, goodbye));
    }
}

impl Connection {
    async fn run(&mut self, mut pushed: UnboundedReceiver<Push>) -> Goodbye {
        let interval = self.shared.read_gateway(|gateway| gateway.heartbeat_interval);
        if let ControlFlow::Break(goodbye) = self.send(protocol::hello(interval)).await {
            return goodbye;
        }
        loop {
            let ended = tokio::select! {
                biased;
                Some(push) = pushed.recv() => self.push(push).await,
                message = self.stream.next() => self.hear(message.and_then(Result::ok)).await,
            };
            if let ControlFlow::Break(goodbye) = ended {
                return goodbye;
            }
        }
    }

    async fn push(&mut self, push: Push) -> Ended {
        match push {
            Push::Frame(frame) => self.send(frame).await,
            Push::Reconnect => self.send(protocol::reconnect()).await,
            Push::Close(code) => self.close(code).await,
            Push::Drop => Ended::Break(Goodbye::Missing),
        }
    }

    async fn hear(&mut self, message: Option<Message>) -> Ended {
        match message {
            Some(Message::Text(text)) => match protocol::read(&text) {
                Some(said) => self.answer(said).await,
                None => self.close(DECODE_ERROR).await,
            },
            Some(Message::Close(frame)) => Ended::Break(goodbye(frame.as_ref())),
            Some(_) => Ended::Continue(()),
            None => Ended::Break(Goodbye::Missing),
        }
    }

    async fn answer(&mut self, said: Said) -> Ended {
        match said {
            Said::Heartbeat => match self.shared.read_gateway(|gateway| gateway.heartbeats) {
                Heartbeats::Answered => self.send(protocol::heartbeat_ack()).await,
                Heartbeats::Ignored => Ended::Continue(()),
            },
            Said::Identify(identify) if !self.knows(&identify.token) => {
                self.close(AUTHENTICATION_FAILED).await
            }
            Said::Identify(identify) => match self.identify(&identify) {
                Ok(session) => {
                    self.session = Some(session);
                    Ended::Continue(())
                }
                Err(why) => self.refuse(why).await,
            },
            Said::Resume { token, .. } if !self.knows(&token) => self.close(AUTHENTICATION_FAILED).await,
            Said::Resume { session, sequence, .. } => self.resume(session, sequence).await,
            Said::Other if self.session.is_none() => self.close(NOT_AUTHENTICATED).await,
            Said::Other => Ended::Continue(()),
        }
    }

    fn knows(&self, token: &str) -> bool {
        self.shared.read(|state| state.application.token == token)
    }

    /// The state stays locked meanwhile, so that no change falls between READY and the events after it.
    fn identify(&self, identify: &Identify) -> Result<String, NoSession> {
        let shared = &self.shared;
        shared.read(|state| {
            let ours = state.joined_guilds().filter(|guild| is_of(identify.shard, guild.id));
            let guilds: Vec<_> = ours.map(|guild| guild_create(state, guild)).collect();
            shared.gateway(|gateway| gateway.plan.begin(identify.shard, guilds.len()))?;
            let ready = ready(shared, state, identify, &guilds);
            let welcome = Welcome { ready, guilds };
            Ok(shared.gateway(|gateway| gateway.identify(identify, self.pushes.clone(), welcome)))
        })
    }

    async fn refuse(&mut self, why: NoSession) -> Ended {
        match why {
            NoSession::TooSoon => self.send(protocol::invalid_session(Resumable::No)).await,
            NoSession::TooManyGuilds => self.close(SHARDING_REQUIRED).await,
            NoSession::NoSuchShard => self.close(NO_SUCH_SHARD).await,
            NoSession::UsedUp => self.close(AUTHENTICATION_FAILED).await,
        }
    }

    async fn resume(&mut self, session: String, sequence: u64) -> Ended {
        let pushes = self.pushes.clone();
        match self.shared.gateway(|gateway| gateway.resume(&session, sequence, pushes)) {
            Existence::Present => {
                self.session = Some(session);
                Ended::Continue(())
            }
            Existence::Gone => self.send(protocol::invalid_session(Resumable::No)).await,
        }
    }

    async fn send(&mut self, frame: String) -> Ended {
        match self.stream.send(Message::Text(frame)).await {
            Ok(()) => Ended::Continue(()),
            Err(_) => Ended::Break(Goodbye::Missing),
        }
    }

    async fn close(&mut self, code: u16) -> Ended {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        // Whether or not the client still hears it, the socket ends here.
        let _ = self.stream.send(Message::Close(Some(frame))).await;
        Ended::Break(Goodbye::Missing)
    }
}

fn guild_create(state: &State, guild: &Guild) -> Event {
    Event { name: "GUILD_CREATE", guild: guild.id, data: state.guild_create_json(guild) }
}

fn ready(shared: &Shared, state: &State, identify: &Identify, guilds: &[Event]) -> Value {
    let (shard, of) = identify.shard;
    let listed = guilds.iter().map(|event| json!({"id": event.guild, "unavailable": true}));
    json!({
        "v": 10, "user": state.user(state.application.bot).own_json(), "guilds": listed.collect::<Vec<_>>(),
        "resume_gateway_url": shared.gateway_url, "session_type": "normal", "shard": [shard, of],
        "application": {"id": state.application.id, "flags": 0},
        "private_channels": [], "relationships": [], "user_settings": {}, "_trace": [],
    })
}

fn goodbye(frame: Option<&CloseFrame<'_>>) -> Goodbye {
    match frame.map(|frame| u16::from(frame.code)) {
        Some(1000 | 1001) => Goodbye::Said,
        _ => Goodbye::Missing,
    }
}

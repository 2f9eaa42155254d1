//! Which part is given what.

use std::sync::{Arc, OnceLock, Weak};

use deskbell_commands::{Connection, Desk, Facts, Ports};
use deskbell_desk::event::EventKind;
use deskbell_desk::ids::{ChannelId, GuildId, WorkspaceId};
use deskbell_desk::links::Links;
use deskbell_desk::names::Names;
use deskbell_desk::port::courier::Courier;
use deskbell_desk::status::StatusBoard;
use deskbell_desk::time::{ServerTime, UnixMillis};
use deskbell_desk::workspace::Workspace;
use deskbell_discord::directory::Directory;
use deskbell_discord::messenger::{OwnId, RestMessenger};
use deskbell_discord::rest::Rest;
use deskbell_intercom::{IntercomClient, Urgency};
use deskbell_store::DeskStore;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use url::Url;

use super::adapters::Adapters;
use crate::config::Config;
use crate::deliver::{Delivery, DeliveryParts, GlobalPace};
use crate::gateway::{self, Events, ServerNews};
use crate::poll::{JournalListener, PollParts, Retention};
use crate::supervisor::Supervisor;

type DayOf = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// What several parts share.
pub(super) struct World {
    pub(super) config: Config,
    pub(super) adapters: Adapters,
    pub(super) store: DeskStore,
    pub(super) workspace: Workspace,
    pub(super) board: Arc<StatusBoard>,
    intercom: IntercomClient,
    server_time: Arc<ServerTime>,
    rest: Rest,
    own: OwnId,
    directory: Arc<Directory>,
    names: Arc<Names>,
    day: DayOf,
    /// The commands' desk, once it is made: delivery needs the ids of commands, and commands need delivery.
    made_desk: Arc<OnceLock<Weak<Desk>>>,
}

impl World {
    pub(super) fn new(
        config: Config,
        adapters: Adapters,
        store: DeskStore,
        intercom: IntercomClient,
        server_time: Arc<ServerTime>,
        workspace: Workspace,
        rest: Rest,
    ) -> Self {
        let own = OwnId::default();
        if let Some(id) = OwnId::in_token(config.discord.token.expose_secret()) {
            own.set(id);
        }
        Self {
            directory: Arc::new(Directory::new(rest.clone(), own.clone())),
            day: day_in(workspace.time_zone.as_deref()),
            board: Arc::new(StatusBoard::over(store.state())),
            names: Arc::default(),
            made_desk: Arc::default(),
            config,
            adapters,
            store,
            workspace,
            intercom,
            server_time,
            rest,
            own,
        }
    }

    fn links(&self) -> Links {
        let region = self.workspace.region.unwrap_or(self.config.intercom.region);
        Links::new(region, self.workspace.id.clone())
    }

    pub(super) fn delivery_parts(&self) -> DeliveryParts {
        let store = Arc::new(self.store.clone());
        let desk = self.made_desk.clone();
        DeliveryParts {
            deliveries: store.clone(),
            settings: store.clone(),
            journal: store,
            messenger: Arc::new(RestMessenger::new(self.rest.clone(), self.own.clone())),
            channels: self.directory.clone(),
            clock: self.adapters.clock.clone(),
            random: self.adapters.random.clone(),
            status: self.board.clone(),
            pace: Arc::new(GlobalPace::default()),
            workspace: self.workspace.clone(),
            links: self.links(),
            day: self.day.clone(),
            mention: Arc::new(move |command| mention(&desk, command)),
        }
    }

    pub(super) fn desk(&self, courier: Arc<dyn Courier>) -> Arc<Desk> {
        let ports = Ports {
            intercom: Arc::new(self.intercom.at(Urgency::Command)),
            intercom_for: Arc::new(self.intercom.clone()),
            store: Arc::new(self.store.clone()),
            courier,
            channels: self.directory.clone(),
            time: self.server_time.clone(),
            random: self.adapters.random.clone(),
            names: self.names.clone(),
            board: self.board.clone(),
        };
        let connection =
            Connection::new(self.config.discord.guilds.iter().copied(), self.config.intercom.region);
        connection.learn(self.workspace.clone());
        let facts = Facts {
            version: env!("CARGO_PKG_VERSION"),
            started_at: self.adapters.clock.now(),
            poll_interval: self.config.poll.interval,
            update_fields: self.config.poll.update_fields.clone(),
            day: self.day.clone(),
        };
        let desk = Arc::new(Desk::new(ports, connection, facts));
        let _only_once = self.made_desk.set(Arc::downgrade(&desk));
        desk
    }

    pub(super) fn poll_parts(&self, delivery: Arc<Delivery>) -> PollParts {
        let store = Arc::new(self.store.clone());
        PollParts {
            journal: store.clone(),
            settings: store,
            intercom: Arc::new(self.intercom.at(Urgency::Poll)),
            background: Arc::new(self.intercom.at(Urgency::Background)),
            accepted: self.intercom.accepted(),
            server_time: self.server_time.clone(),
            names: self.names.clone(),
            board: self.board.clone(),
            listener: delivery,
        }
    }

    pub(super) fn retention(&self) -> Retention {
        let store = Arc::new(self.store.clone());
        Retention::new(
            store,
            self.adapters.clock.clone(),
            self.workspace.id.clone(),
            self.config.store.retention,
        )
    }

    pub(super) fn connection(
        &self,
        gateway: Url,
        desk: Arc<Desk>,
        news: Arc<dyn ServerNews>,
        supervisor: &Supervisor,
    ) -> gateway::Connection {
        let events = Events {
            linked: self.config.discord.guilds.clone(),
            directory: self.directory.clone(),
            own: self.own.clone(),
            desk: desk.clone(),
            news,
            tracker: supervisor.tracker().clone(),
            stop: supervisor.stop_token(),
        };
        let token = self.config.discord.token.clone();
        gateway::Connection { base: self.rest.base().to_owned(), token, gateway, desk, events }
    }
}

fn mention(desk: &OnceLock<Weak<Desk>>, command: &str) -> String {
    let desk = desk.get().and_then(Weak::upgrade);
    desk.map_or_else(|| format!("`/{command}`"), |desk| desk.command_ids.mention(command))
}

/// The calendar day in a zone, or in UTC where the zone is not known.
fn day_in(zone: Option<&str>) -> DayOf {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    Arc::new(move |at: UnixMillis| {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        zone.to_datetime(moment).date().to_string()
    })
}

impl JournalListener for Delivery {
    fn appended(&self, workspace: &WorkspaceId, _: &std::collections::BTreeSet<EventKind>) {
        self.journal_grew(workspace);
    }
}

impl ServerNews for Delivery {
    fn guild_here(&self, guild: GuildId) {
        self.wake_guild(guild);
    }

    fn guild_gone(&self, guild: GuildId) {
        self.guild_gone(guild);
    }

    fn access_changed(&self, guild: GuildId) {
        self.access_changed(guild);
    }

    fn channel_changed(&self, channel: ChannelId) {
        self.channel_changed(channel);
    }

    fn channel_gone(&self, _: GuildId, channel: ChannelId) {
        self.channel_gone(channel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_workspaces_own() {
        let evening = UnixMillis(1_763_865_000_000);
        assert_eq!(day_in(Some("America/Los_Angeles"))(evening), "2025-11-22");
        assert_eq!(day_in(None)(evening), "2025-11-23");
        assert_eq!(day_in(Some("Nowhere/Land"))(evening), "2025-11-23");
    }
}

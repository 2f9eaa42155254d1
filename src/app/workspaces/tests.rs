use std::time::Duration;

use deskbell_commands::Workspaces as _;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{JournalNumber, MemberId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::intercom::{
    Intercom, IntercomError, IntercomHandles, MockIntercom, OnBehalfOf, Unanswered, Usage,
};
use deskbell_domain::port::store::NewSubscription;
use deskbell_domain::shard::ShardCount;
use deskbell_domain::subscription::{
    Alert, Detail, PublicChoice, Subscription, SubscriptionState, SuspendReason,
};
use deskbell_domain::time::{ServerTime, Timestamp, UnixMillis};
use deskbell_domain::trouble::Cause;
use deskbell_domain::workspace::{Region, Workspace};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::app::{Link, Shared, fixture};
use crate::supervisor::Supervisor;
use crate::system::SystemClock;

const ONE: GuildId = GuildId(1);
const TWO: GuildId = GuildId(2);
/// What a runtime starts: delivery, polling, looking at contacts and at conversations that were told of, retention.
const TASKS: usize = 5;

/// Nobody answers.
struct Down;

impl IntercomHandles for Down {
    fn handle(&self, _: OnBehalfOf) -> Arc<dyn Intercom> {
        let silent = || IntercomError::Unavailable(Unanswered::Silent);
        let mut intercom = MockIntercom::new();
        intercom.expect_search_contacts().returning(move |_, _| Err(silent()));
        intercom.expect_usage().returning(Usage::default);
        Arc::new(intercom)
    }
}

struct Process {
    workspaces: Workspaces,
    shared: Shared,
    supervisor: Supervisor,
}

impl Process {
    fn new() -> Self {
        let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
        let shared = fixture::shared(&supervisor);
        Self { workspaces: Workspaces::default(), shared, supervisor }
    }

    /// A workspace that has been started for these servers.
    fn started(&self, id: &str, guilds: &[GuildId]) -> (BTreeSet<GuildId>, Arc<WorkspaceRuntime>) {
        let guilds: BTreeSet<_> = guilds.iter().copied().collect();
        let link = Link {
            workspace: Workspace {
                id: WorkspaceId::new(id),
                name: id.to_owned(),
                region: None,
                time_zone: None,
            },
            region: Region::Us,
            intercom: Arc::new(Down),
            accepted: Arc::default(),
            server_time: Arc::new(ServerTime::new(Arc::new(SystemClock))),
        };
        let runtime = Arc::new(WorkspaceRuntime::new(&self.shared, link, &self.supervisor));
        runtime.start(guilds.clone(), Duration::ZERO);
        (guilds, runtime)
    }

    async fn connect(&self, id: &str, guilds: &[GuildId]) -> Arc<WorkspaceRuntime> {
        let (guilds, runtime) = self.started(id, guilds);
        self.workspaces.connect(&guilds, &runtime).await;
        runtime
    }

    /// Which workspace commands of a server are about.
    fn serving(&self, guild: GuildId) -> Option<String> {
        match self.workspaces.of(guild) {
            Connected::To(context) => Some(context.name().to_owned()),
            Connected::No | Connected::Waiting(_) => None,
        }
    }

    async fn end(self) {
        self.supervisor.stop_token().cancel();
        assert_eq!(self.supervisor.join().await, Ok(()));
    }
}

#[tokio::test]
async fn each_server_is_answered_by_its_own_workspace_or_told_what_it_waits_for() {
    let process = Process::new();
    let waiting = Waiting { since: UnixMillis(5), cause: Cause::Unanswered(Unanswered::Silent) };
    process.workspaces.wait(&BTreeSet::from([ONE, TWO]), waiting);
    assert!(matches!(process.workspaces.of(ONE), Connected::Waiting(told) if told == waiting));
    assert_eq!(process.workspaces.waiting(), [waiting], "once, for both servers");

    process.connect("acme", &[ONE]).await;
    process.connect("globex", &[TWO]).await;
    assert_eq!((process.serving(ONE), process.serving(TWO)), (Some("acme".into()), Some("globex".into())));
    assert!(process.workspaces.waiting().is_empty());
    assert!(matches!(process.workspaces.of(GuildId(3)), Connected::No));
    process.end().await;
}

#[tokio::test]
async fn a_workspace_without_servers_is_stopped_and_the_others_go_on() {
    let process = Process::new();
    process.connect("acme", &[ONE]).await;
    process.connect("globex", &[TWO]).await;
    assert_eq!(process.supervisor.tracker().len(), 2 * TASKS);

    process.connect("initech", &[ONE]).await;
    assert_eq!(process.serving(ONE).as_deref(), Some("initech"));
    assert_eq!(process.supervisor.tracker().len(), 2 * TASKS, "acme has ended, globex has not");

    process.workspaces.disconnect(&BTreeSet::from([ONE])).await;
    assert_eq!(process.supervisor.tracker().len(), TASKS);
    assert_eq!(process.workspaces.guilds(), BTreeSet::from([TWO]));
    assert!(!process.supervisor.stop_token().is_cancelled(), "nothing of it was fatal");
    process.end().await;
}

#[tokio::test]
async fn a_server_that_moves_to_another_workspace_gets_nothing_more_of_the_first() {
    let process = Process::new();
    process.connect("acme", &[ONE, TWO]).await;
    for guild in [ONE, TWO] {
        let subscription = subscription(guild);
        process
            .shared
            .store
            .add_subscription(NewSubscription { subscription, head: None, by: None })
            .await
            .unwrap();
    }
    process.connect("globex", &[ONE]).await;

    let states = process.shared.store.workspace_subscriptions(&WorkspaceId::new("acme")).await.unwrap();
    let on_hold = |guild| {
        let state = states.iter().find(|one| one.guild == guild).map(|one| &one.state);
        // Which of the two workspaces comes first does not matter: for the one the server is no longer its own, for the
        // other the notification is not.
        let reasons = [SuspendReason::GuildNotLinked, SuspendReason::OtherWorkspace];
        matches!(state, Some(SubscriptionState::Suspended(hold)) if reasons.contains(&hold.reason))
    };
    assert_eq!((on_hold(ONE), on_hold(TWO)), (true, false));
    process.end().await;
}

fn subscription(guild: GuildId) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(0),
        guild,
        workspace: WorkspaceId::new("acme"),
        channel: ChannelId(guild.0 + 100),
        kind: EventKind::NewLead,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(5),
        public: PublicChoice::WithoutPersonalData,
        state: SubscriptionState::Active,
        version: 0,
    }
}

#[tokio::test]
async fn which_servers_the_bot_is_in_is_known_when_every_shard_has_told_its_own() {
    let workspaces = Workspaces::default();
    let two = ShardCount::new(2).expect("two are some");
    let [one, other] = [GuildId(2 << 22), GuildId(3 << 22)];
    workspaces.settle();
    workspaces.joined(two.of(one), BTreeSet::from([one]));
    assert_eq!(workspaces.unserved(), None, "the other shard may have the linked ones");
    workspaces.joined(two.of(other), BTreeSet::from([other]));
    assert_eq!(workspaces.first_joined().await, BTreeSet::from([one, other]));
    assert_eq!(workspaces.unserved(), Some(Unserved::NoneChosen));

    workspaces.joined(two.of(one), BTreeSet::new());
    assert_eq!(workspaces.unserved(), Some(Unserved::OnlyOneByNow), "a new session takes away its own alone");
}

//! Where the process dies. Every operation of the store and every call has a name; a death is planned at one of them,
//! before it, after it, or, for a write, between its commit and its sync. From that moment on nothing of the process
//! gets another word in.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, pending};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_store::engine::memory::MemoryEngine;
use tokio::sync::Notify;
use tokio::time::Instant;

macro_rules! operations {
    ($($name:ident $text:literal $kind:ident),* $(,)?) => {
        /// An operation at a port.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation {
            $(#[doc = concat!("`", $text, "`")] $name),*
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As the report writes it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind),* }
            }
        }
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reads,
    Writes,
    Calls,
}

operations! {
    Append "append" Writes,
    AppendEvents "append of events" Writes,
    Stream "stream" Reads,
    Baseline "baseline" Reads,
    Seen "seen" Reads,
    Event "event" Reads,
    Snapshots "snapshots" Reads,
    Head "head" Reads,
    Newest "newest" Reads,
    RememberActor "remember_actor" Writes,
    Actor "actor" Reads,
    Unnamed "unnamed" Reads,
    Amend "amend" Writes,
    Learn "learn" Writes,
    WantedEdits "wanted_edits" Reads,
    EndEdit "end_edit" Writes,
    Prune "prune" Writes,
    Hint "hint" Writes,
    Hints "hints" Reads,
    LookedAt "looked_at" Writes,
    ReadUpTo "read_up_to" Reads,
    Progress "progress" Reads,
    Look "look" Reads,
    Backlog "backlog" Reads,
    Entries "entries" Reads,
    Begin "begin" Writes,
    Settle "settle" Writes,
    Advance "advance" Writes,
    DeadLetters "dead_letters" Reads,
    RetryDeadLetter "retry_dead_letter" Writes,
    DropDeadLetter "drop_dead_letter" Writes,
    Dropped "dropped" Reads,
    PostedAbout "posted_about" Reads,
    OwnMessages "own_messages" Reads,
    LastCall "last_call" Reads,
    RememberOwnMessage "remember_own_message" Writes,
    PostedOn "posted_on" Reads,
    GuildSubscriptions "guild_subscriptions" Reads,
    WorkspaceSubscriptions "workspace_subscriptions" Reads,
    AddSubscription "add_subscription" Writes,
    ChangeSubscription "change_subscription" Writes,
    RemoveSubscription "remove_subscription" Writes,
    Access "access" Reads,
    ChangeAccess "change_access" Writes,
    Keep "keep" Writes,
    Kept "kept" Reads,
    Forget "forget" Writes,
    PruneKept "prune_kept" Writes,
    RegisteredCommands "registered_commands" Reads,
    RememberRegisteredCommands "remember_registered_commands" Writes,
    Post "POST message" Calls,
    Edit "PATCH message" Calls,
    Find "GET messages" Calls,
    View "GET channel" Calls,
    SearchContacts "search contacts" Calls,
    SearchConversations "search conversations" Calls,
    ShowConversation "GET conversation" Calls,
    ShowContact "GET contact" Calls,
    Me "GET me" Calls,
    Lists "look up names" Calls,
    Picker "look up for a member" Calls,
    Connections "connections" Reads,
    Connection "connection" Reads,
    ChangeConnection "change_connection" Writes,
    Disconnect "disconnect" Writes,
    Unerased "unerased" Reads,
    Erase "erase" Writes,
    Exchange "ask with a server's token" Calls,
    KeepWords "keep words" Writes,
    WordsKept "kept words" Reads,
    ForgetWords "forget words" Writes,
    WordsOnTheirWay "words on their way" Reads,
    BeginDeed "begin_deed" Writes,
    EndDeed "end_deed" Writes,
    Say "POST reply" Calls,
    MoveConversation "POST parts" Calls,
    Respond "answer a press" Calls,
    EditAnswer "PATCH answer" Calls,
}

/// When, of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Before it was done.
    Before,
    /// Between its commit and its sync.
    Unsynced,
    /// When it was done, before anybody was told.
    After,
}

/// Where a process can die.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The operation.
    pub operation: Operation,
    /// The moment.
    pub moment: Moment,
}

impl Site {
    /// Every site there is.
    pub fn all() -> Vec<Self> {
        let moments = |operation: Operation| match operation.kind() {
            Kind::Writes => &[Moment::Before, Moment::Unsynced, Moment::After][..],
            Kind::Reads | Kind::Calls => &[Moment::Before, Moment::After][..],
        };
        let sites = Operation::ALL.iter().map(|operation| {
            moments(*operation).iter().map(|moment| Self { operation: *operation, moment: *moment })
        });
        sites.flatten().collect()
    }
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = match self.moment {
            Moment::Before => "before",
            Moment::Unsynced => "before the sync of",
            Moment::After => "after",
        };
        write!(formatter, "{when} {}", self.operation.name())
    }
}

/// A planned death.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// Where; anywhere, if none is given.
    site: Option<Site>,
    /// After how many more times that the process comes there.
    passes: u32,
}

/// The process's power.
#[derive(Debug)]
pub(crate) struct Power {
    engine: MemoryEngine,
    cut: Notify,
    state: Mutex<State>,
}

/// So many operations without any time going by are no work but a loop that never ends: a burst of thousands of events
/// needs some thousands.
const ENDLESS: u64 = 200_000;

#[derive(Debug, Default)]
struct State {
    /// The moment of the last operation, and how many there were in it.
    busy: Option<(Instant, u64)>,
    is_stuck: bool,
    plan: Option<Plan>,
    died: Option<Site>,
    deaths: BTreeMap<Site, u64>,
    operations: u64,
}

impl Power {
    /// The power of a process that writes to this engine.
    pub(crate) fn of(engine: MemoryEngine) -> Self {
        Self { engine, cut: Notify::new(), state: Mutex::default() }
    }

    /// Plans a death: at a site, or anywhere, when the process has passed there so many times.
    pub(crate) fn plan(&self, site: Option<Site>, passes: u32) {
        self.lock().plan = Some(Plan { site, passes });
    }

    /// Whether a death is planned.
    pub(crate) fn is_planned(&self) -> bool {
        self.lock().plan.is_some()
    }

    /// Does an operation, if the process lives to do it.
    pub(crate) async fn around<T>(&self, operation: Operation, work: impl Future<Output = T>) -> T {
        self.reach(Site { operation, moment: Moment::Before }).await;
        let pulls = self.pull_before_sync(operation);
        let done = work.await;
        if self.engine.is_off() {
            self.die::<()>(Site { operation, moment: Moment::Unsynced }).await;
        }
        if pulls {
            // It had nothing to write, so that there was no sync to die before: the next one has its turn.
            self.engine.stay_on();
        }
        self.reach(Site { operation, moment: Moment::After }).await;
        done
    }

    /// Waits for the death of the process.
    pub(crate) async fn is_cut(&self) {
        self.cut.notified().await;
    }

    /// Whether the process is dead.
    pub(crate) fn is_dead(&self) -> bool {
        self.lock().died.is_some() || self.engine.is_off()
    }

    /// A new process is started; answers where the last one died.
    pub(crate) fn restore(&self) -> Option<Site> {
        let mut state = self.lock();
        state.plan = None;
        state.died.take()
    }

    /// How often a process died where, and how many operations there were.
    pub(crate) fn tally(&self) -> (BTreeMap<Site, u64>, u64) {
        let state = self.lock();
        (state.deaths.clone(), state.operations)
    }

    async fn reach(&self, site: Site) {
        if self.is_dead() {
            pending::<()>().await;
        }
        if self.is_due(site) || self.is_endless() {
            self.die::<()>(site).await;
        }
    }

    /// Whether the process goes round in circles.
    fn is_endless(&self) -> bool {
        let mut state = self.lock();
        let now = Instant::now();
        let (moment, count) = state.busy.filter(|(moment, _)| *moment == now).unwrap_or((now, 0));
        state.busy = Some((moment, count + 1));
        state.is_stuck |= count > ENDLESS;
        state.is_stuck
    }

    /// Whether the process died of going round in circles.
    pub(crate) fn is_stuck(&self) -> bool {
        self.lock().is_stuck
    }

    fn is_due(&self, site: Site) -> bool {
        let mut state = self.lock();
        state.operations += u64::from(site.moment == Moment::Before);
        let Some(plan) = &mut state.plan else { return false };
        if plan.site.is_some_and(|wanted| wanted != site) {
            return false;
        }
        let due = plan.passes == 0;
        plan.passes = plan.passes.saturating_sub(1);
        due
    }

    /// Lets the machine be switched off by the write that comes now, where that is planned.
    fn pull_before_sync(&self, operation: Operation) -> bool {
        let site = Site { operation, moment: Moment::Unsynced };
        let planned = self.lock().plan.is_some_and(|plan| plan.site == Some(site));
        let pulls = planned && self.is_due(site);
        if pulls {
            self.engine.switch_off_after(1);
        }
        pulls
    }

    async fn die<T>(&self, site: Site) -> T {
        if self.is_first_to_die(site) {
            self.cut.notify_one();
        }
        pending().await
    }

    /// A switch that is pulled under several operations kills once.
    fn is_first_to_die(&self, site: Site) -> bool {
        let mut state = self.lock();
        if state.died.is_some() {
            return false;
        }
        state.died = Some(site);
        *state.deaths.entry(site).or_default() += 1;
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

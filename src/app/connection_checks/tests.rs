//! The checks over the stand-in for Intercom.

use deskbell_domain::port::intercom::WorkspaceFacts as _;
use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::{Access, Intercom};
use deskbell_sandbox::recorder::Recorder;
use reqwest::StatusCode;
use tokio::time::timeout;

use super::*;
use crate::app::OperatorsWorkspace;
use crate::app::fixture::{self, TOKEN, connection};
use crate::supervisor::Supervisor;
use crate::system::SystemClock;

const GUILD: GuildId = GuildId(7);
const SECOND: GuildId = GuildId(8);
const SECOND_TOKEN: &str = "dG9rOmFjbWUtc2Vjb25kLTQ1NjoxOjA=";

/// Two servers that are connected to a workspace, with nothing to poll for.
struct World {
    intercom: Intercom,
    checks: ConnectionChecks,
    supervisor: Supervisor,
    _server: Server,
}

impl World {
    async fn connected() -> Self {
        let intercom = Intercom::new(Clock::system(), Recorder::in_memory(), 7);
        for token in [TOKEN, SECOND_TOKEN] {
            intercom.access().add_token(token, &[]);
        }
        let server = intercom.serve().await.expect("loopback has free ports");
        let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
        let connector = Arc::new(fixture::connector(&server.url(), &supervisor, OperatorsWorkspace::None));
        let now = connector.shared.clock.now().seconds();
        for (guild, token) in [(GUILD, TOKEN), (SECOND, SECOND_TOKEN)] {
            let kept = connector.shared.store.change_connection(connection(guild, token, now), None).await;
            assert_eq!(kept.expect("the store takes it"), ChangeOutcome::Changed);
        }
        connector.serve_own().await.expect("the store answers");
        let mut checks = ConnectionChecks::new(connector);
        checks.tick(Wake::Look).await;
        Self { intercom, checks, supervisor, _server: server }
    }

    /// Takes something up, and waits for what is asked then.
    async fn tick(&mut self, wake: Wake) {
        self.checks.tick(wake).await;
        while let Some(done) = self.checks.running.next().await {
            self.checks.tick(Wake::Done(done)).await;
        }
    }

    /// An hour after they were last asked.
    fn let_an_hour_pass(&mut self) {
        let hour_ago = Instant::now().checked_sub(schedule::ASK_EVERY).expect("the machine runs for an hour");
        for guild in [GUILD, SECOND] {
            self.checks.schedule.asked(guild, Verdict::Accepted, hour_ago);
        }
    }

    async fn look_an_hour_later(&mut self) {
        self.let_an_hour_pass();
        self.tick(Wake::Look).await;
    }

    /// Somebody uses the token.
    async fn use_it(&self) -> bool {
        let client = self.checks.connector.client_of(&connection(GUILD, TOKEN, Timestamp(0)));
        client.expect("it is served").workspace().await.is_ok()
    }

    fn asked(&self) -> usize {
        self.intercom.recorder().count(|one| one.path == "/me")
    }

    async fn standing(&self) -> Verdict {
        let known = self.checks.connector.shared.store.connection(GUILD).await.expect("the store answers");
        standing(&known.expect("it is connected"))
    }

    async fn end(self) {
        self.supervisor.stop_token().cancel();
        assert_eq!(self.supervisor.join().await, Ok(()));
    }
}

#[tokio::test]
async fn a_token_that_nothing_used_for_an_hour_is_asked_whose_it_is() {
    let mut world = World::connected().await;
    assert_eq!(world.asked(), 0, "they were just brought");
    world.intercom.access().set_for(TOKEN, Access::Revoked);
    world.look_an_hour_later().await;
    assert_eq!((world.asked(), world.standing().await), (2, Verdict::Refused));
    world.intercom.access().set_for(TOKEN, Access::Granted);
    assert!(world.use_it().await, "any call that succeeds");
    let news = world.checks.connector.token_news.next().await;
    world.tick(Wake::News(news)).await;
    assert_eq!(world.standing().await, Verdict::Accepted);
    let before = world.asked();
    world.look_an_hour_later().await;
    assert_eq!(world.asked(), before, "they were used since");
    world.end().await;
}

#[tokio::test]
async fn a_token_whose_check_hangs_delays_no_other() {
    let mut world = World::connected().await;
    world.intercom.faults().add(Fault::new(Effect::Hang).path("/me").once());
    world.let_an_hour_pass();
    world.checks.tick(Wake::Look).await;
    let first = timeout(Duration::from_secs(5), world.checks.running.next()).await;
    let first = first.expect("the other's check ends meanwhile").expect("there are two");
    assert_eq!(first.outcome.expect("the store answers"), Some(Verdict::Accepted));
    assert_eq!(world.checks.running.len(), 1, "the one that hangs");
    world.end().await;
}

#[tokio::test]
async fn a_refusal_that_cannot_be_confirmed_at_once_is_looked_at_again_in_half_a_minute() {
    let mut world = World::connected().await;
    assert!(world.use_it().await);
    world.tick(Wake::Look).await;
    let taken = world.checks.connector.token_news.next().await;
    world.tick(Wake::News(taken)).await;
    world.intercom.access().set_for(TOKEN, Access::Revoked);
    assert!(!world.use_it().await);
    let failing = CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE, serde_json::Value::Null);
    world.intercom.faults().add(Fault::new(Effect::Status(failing)).path("/me"));
    let news = world.checks.connector.token_news.next().await;
    let begun = Instant::now();
    world.tick(Wake::News(news)).await;
    assert_eq!(world.standing().await, Verdict::Accepted, "a command alone may err");
    let next = world.checks.schedule.next(begun).expect("it has a turn");
    assert!(next < Instant::now() + Duration::from_secs(31), "{:?}", next - begun);

    world.intercom.faults().turn_all_off();
    world.checks.schedule.unanswered(GUILD, begun - Duration::from_hours(1));
    world.tick(Wake::Look).await;
    assert_eq!(world.standing().await, Verdict::Refused, "that it was taken before the refusal says nothing");
    world.end().await;
}

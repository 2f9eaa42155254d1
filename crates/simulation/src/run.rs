//! A run: lives of the process, one after the other, and the time between them, until the script is over.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::contact::Role;
use deskbell_domain::time::UnixMillis;
use deskbell_store::engine::memory::{Crash, Fault};
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

use crate::actions::{change_channels, change_token, do_customers, obey, webhooks};
use crate::discord::{self, Mischief};
use crate::intercom::{Names, Route, Weather};
use crate::judge;
use crate::ledger::{Breach, Promise};
use crate::power::Site;
use crate::process::Process;
use crate::report::Report;
use crate::script::{self, Action, ChannelAction, Command, Customer, Deskwork, Machine, Script};
use crate::tenant::{OPERATORS, Tenant};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::trace::Detail;
use crate::witness;
use crate::world::{LAYOUT, World};

/// A process that is asked to end does so within ten seconds.
const LONGEST_END: i64 = 10 * SECOND;
/// A process that cannot write for so long ends, so that whoever started it starts it again.
const LONGEST_FULL: Duration = Duration::from_secs(60);

/// How a life ended.
enum Ended {
    /// It was killed.
    Killed,
    /// It was asked to end.
    Stopped,
    /// The script is over.
    Over,
}

/// Runs so many simulated days of a seed and judges them.
pub fn run(seed: u64, days: u32, detail: Detail) -> Report {
    run_with(seed, days, detail, Mischief::None)
}

/// The same in a world that no bot can stand.
pub fn run_with(seed: u64, days: u32, detail: Detail, mischief: Mischief) -> Report {
    let worlds = World::all_of(seed, detail, mischief);
    let world = worlds[0].clone();
    for _ in 0..world.chance.between(15, 50) {
        for one in &worlds {
            one.intercom.make_earlier(Role::User);
            one.intercom.make_earlier(Role::Lead);
        }
    }
    let hours = *world.chance.one_of(&[3, 3, 6, 6, 12, 24, 72]).unwrap_or(&24);
    let retention = Duration::from_secs(hours * 3600);
    let script = script::write(seed, days, world.start);
    let mut run = Run { world, script, retention, then: None, kills: 0, restarts: 0 };
    let verdict = run.live();
    Report::of(seed, days, &run.world, run.kills, run.restarts, verdict)
}

struct Run {
    world: Arc<World>,
    script: Script,
    retention: Duration,
    /// Where the next process dies.
    then: Option<Site>,
    kills: u64,
    restarts: u64,
}

impl Run {
    fn live(&mut self) -> judge::Verdict {
        loop {
            let runtime = runtime();
            let (ended, verdict) = runtime.block_on(self.life());
            // Whatever still runs dies here, in the middle of what it did.
            drop(runtime);
            match ended {
                Ended::Over => return verdict,
                Ended::Killed => self.lie_dead(),
                Ended::Stopped => {
                    self.restarts += 1;
                    self.pass(self.world.chance.between(SECOND, MINUTE));
                }
            }
        }
    }

    async fn life(&mut self) -> (Ended, judge::Verdict) {
        let world = self.world.clone();
        world.time.begin_life();
        if let Some(site) = self.then.take() {
            world.power.plan(Some(site), 0);
        }
        let process = tokio::select! {
            biased;
            () = world.power.is_cut() => None,
            process = Process::start(&world, self.retention) => Some(process),
        };
        let Some(process) = process else { return self.end_life(Ended::Killed) };
        let ended = tokio::select! {
            biased;
            () = world.power.is_cut() => Ended::Killed,
            ended = self.act(&process) => ended,
        };
        world.ledger().possible_duplicates += process.runtime.board().possible_duplicates();
        world.ledger().unreadable += process.runtime.board().unreadable();
        if world.power.is_stuck() {
            let what = "the process goes round in circles and no time goes by".to_owned();
            let breach = Breach { promise: Promise::Stuck, what, about: Vec::new() };
            return (Ended::Over, judge::Verdict { breaches: vec![breach], ..judge::Verdict::default() });
        }
        if matches!(ended, Ended::Over) {
            let verdict = judge::judge(&process).await;
            world.time.end_life();
            return (Ended::Over, verdict);
        }
        self.end_life(ended)
    }

    fn end_life(&self, ended: Ended) -> (Ended, judge::Verdict) {
        self.world.time.end_life();
        (ended, judge::Verdict::default())
    }

    /// Does what the script says while the process lives.
    async fn act(&mut self, process: &Process) -> Ended {
        let world = self.world.clone();
        loop {
            let now = world.time.true_now();
            while let Some(act) = self.script.next_until(now) {
                if let Some(ended) = self.do_one(process, act).await {
                    return ended;
                }
            }
            if now >= self.script.end {
                return Ended::Over;
            }
            let next = self.script.next_at().unwrap_or(self.script.end).min(self.script.end);
            let wait = Duration::from_millis(next.since(world.time.true_now()).max(0).unsigned_abs());
            let stopped = process.supervisor.stop_token();
            tokio::select! {
                biased;
                () = stopped.cancelled() => {
                    let what = "the process ended by itself".to_owned();
                    world.ledger().breach(Promise::Stuck, what, vec!["ended".to_owned()]);
                    return Ended::Stopped;
                }
                () = sleep(wait) => {}
            }
        }
    }

    async fn do_one(&mut self, process: &Process, act: Action) -> Option<Ended> {
        match act {
            Action::Customer(tenant, customer) => {
                do_customers(&self.world.at(tenant), &mut self.script, &customer);
            }
            Action::Token(guild, change) => change_token(&self.world, guild, &change),
            Action::Channel(action) => change_channels(&self.world, Some(process), &action),
            Action::Command(command) => obey(process, &mut self.script, &command).await,
            Action::Machine(machine) => return self.work_machine(process, machine).await,
            Action::Webhook(notice, tries) => {
                webhooks::arrive(process, &mut self.script, notice, tries).await;
            }
        }
        None
    }

    async fn work_machine(&mut self, process: &Process, machine: Machine) -> Option<Ended> {
        let world = self.world.clone();
        match machine {
            Machine::Die { site, passes } => world.power.plan(Some(site), passes),
            Machine::DieTwice { first, then } => {
                self.then = Some(then);
                world.power.plan(Some(first), 0);
            }
            Machine::DieAnywhere => {
                if world.power.is_planned() {
                    let passes = u32::try_from(world.chance.between(0, 60)).unwrap_or(0);
                    world.power.plan(None, passes);
                }
            }
            Machine::Restart(linked) => {
                world.tell(format_args!("SIGTERM, and a start for {linked:?}"));
                let ended = self.stop(process).await;
                witness::let_late_messages_come(&world);
                world.set_linked(&linked);
                return Some(ended);
            }
            Machine::ChangeKey => {
                world.tell(format_args!("SIGTERM, and a start under another master key"));
                let ended = self.stop(process).await;
                witness::let_late_messages_come(&world);
                world.keys.rotate();
                return Some(ended);
            }
            Machine::Clock(wrong) => world.set_clock_wrong_by(wrong),
            Machine::Full(seconds) => return self.fill_disk(process, seconds).await,
            Machine::Calm => self.calm(process),
        }
        None
    }

    async fn stop(&mut self, process: &Process) -> Ended {
        let world = &self.world;
        let asked = world.time.true_now();
        process.supervisor.stop_token().cancel();
        let _it_was_asked_to = process.supervisor.join().await;
        let took = world.time.true_now().since(asked);
        if took > LONGEST_END {
            let what = format!("it took {took} ms to end");
            world.ledger().breach(Promise::Stuck, what, vec!["SIGTERM".to_owned()]);
        }
        self.disturb_until(2 * MINUTE);
        Ended::Stopped
    }

    /// While the disk is full nothing can be written; after a minute the process ends, as its watch has it.
    async fn fill_disk(&mut self, process: &Process, seconds: u64) -> Option<Ended> {
        let world = self.world.clone();
        let fault = *world.chance.one_of(&[Fault::Commit, Fault::SyncLost, Fault::SyncKept])?;
        world.tell(format_args!("the disk is full for {seconds} s: {fault:?}"));
        world.engine.fail(Some(fault));
        self.disturb_until(10 * MINUTE);
        let full = Duration::from_secs(seconds);
        sleep(full.min(LONGEST_FULL)).await;
        world.engine.fail(None);
        if full > LONGEST_FULL { Some(self.stop(process).await) } else { None }
    }

    /// All faults end, and people look after what is on hold.
    fn calm(&mut self, process: &Process) {
        let world = self.world.clone();
        world.tell(format_args!("all faults end"));
        let fair = [
            Customer::Weather(Weather::Fair),
            Customer::WeatherOf(&Route::ALL, Weather::Fair),
            Customer::EmptyPages(0),
            Customer::Names(Names::Given),
        ];
        for change in &fair {
            do_customers(&world, &mut self.script, change);
        }
        world.set_clock_wrong_by(0);
        world.engine.fail(None);
        world.discord.cure();
        for (guild, channels) in LAYOUT {
            change_channels(&world, Some(process), &ChannelAction::Join(*guild));
            for channel in *channels {
                change_channels(&world, Some(process), &ChannelAction::Open(*channel));
                change_channels(&world, Some(process), &ChannelAction::Unreadable(*channel, false));
            }
        }
        change_channels(&world, Some(process), &ChannelAction::Weather(discord::Weather::Fair));
        let all = OPERATORS.to_vec();
        let now = world.time.true_now().0;
        if world.linked() != all {
            self.script.at(UnixMillis(now + SECOND), Action::Machine(Machine::Restart(all)));
        }
        let own = Tenant::OWN.into_iter().flat_map(Tenant::guilds);
        let reconnected = own.map(|guild| (5 * SECOND, Command::Connect(*guild)));
        for (after, command) in reconnected.collect::<Vec<_>>().into_iter().chain([
            (10 * SECOND, Command::ResumeAll),
            (2 * MINUTE, Command::RetryLetters),
            (4 * MINUTE, Command::ResumeAll),
            (100 * MINUTE, Command::Desk(Deskwork::LookWhenCalled)),
        ]) {
            self.script.at(UnixMillis(now + after), Action::Command(command));
        }
    }

    /// The process was killed: what was not synced is lost, kept, or kept in part, and after a while it is started.
    fn lie_dead(&mut self) {
        self.kills += 1;
        let world = self.world.clone();
        let site = world.power.restore();
        let left = match world.chance.below(3) {
            0 => Crash::Lose,
            1 => Crash::Keep,
            _ => Crash::KeepFirst(world.chance.below(3)),
        };
        world.engine.crash(left);
        // Whoever starts the machine again has made room on its disk.
        world.engine.fail(None);
        // Now and then somebody looks at the disk of a machine that is off.
        if world.chance.per_mille(100) {
            world.ledger().breaches.extend(judge::check_what_is_stored(&world));
        }
        if world.chance.per_mille(50) {
            world.tell(format_args!("the next start is under another master key"));
            world.keys.rotate();
        }
        let shown = site.map_or_else(|| "somewhere".to_owned(), |site| site.to_string());
        world.tell(format_args!("killed {shown}; what was not synced: {left:?}"));
        let down = if self.then.is_some() {
            world.chance.between(150 * SECOND, 10 * MINUTE)
        } else {
            match world.chance.below(10) {
                0..5 => world.chance.between(SECOND, 30 * SECOND),
                5..8 => world.chance.between(30 * SECOND, 5 * MINUTE),
                8 => world.chance.between(5 * MINUTE, 30 * MINUTE),
                _ => world.chance.between(MINUTE, 2 * HOUR),
            }
        };
        let down =
            down.min((self.script.end.0 - script::CALM - world.time.true_now().0 - MINUTE).max(SECOND));
        self.disturb_until(down + 4 * MINUTE);
        self.pass(down);
    }

    fn disturb_until(&self, later: i64) {
        let now = self.world.time.true_now();
        self.world.disturb(now, UnixMillis(now.0 + later));
    }

    /// Nobody lives for a while; the world goes on.
    fn pass(&mut self, down: i64) {
        let world = self.world.clone();
        let until = UnixMillis(world.time.true_now().0 + down);
        while let Some(at) = self.script.next_at().filter(|at| *at <= until) {
            world.time.pass_to(at);
            let Some(act) = self.script.next_until(at) else { break };
            match act {
                Action::Customer(tenant, customer) => {
                    do_customers(&world.at(tenant), &mut self.script, &customer);
                }
                Action::Token(guild, change) => change_token(&world, guild, &change),
                Action::Channel(action) => change_channels(&world, None, &action),
                // Nobody answers: it is typed again later. A machine that is off cannot die or be restarted.
                Action::Command(command) => {
                    self.script.at(UnixMillis(until.0 + 20 * SECOND), Action::Command(command));
                }
                Action::Machine(Machine::Clock(wrong)) => world.set_clock_wrong_by(wrong),
                Action::Machine(machine @ (Machine::Restart(_) | Machine::ChangeKey | Machine::Calm)) => {
                    self.script.at(UnixMillis(until.0 + SECOND), Action::Machine(machine));
                }
                Action::Machine(_) => {}
                Action::Webhook(notice, tries) => {
                    webhooks::nobody_took(&world, &mut self.script, notice, tries);
                }
            }
        }
        world.time.pass_to(until);
        witness::let_late_messages_come(&world);
    }
}

/// One thread, and a clock that stands until everybody waits.
fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime on this thread without input and output needs nothing of the system")
}

#[cfg(test)]
mod tests;

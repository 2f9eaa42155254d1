//! `deskbell demo`: the whole bot against made-up services, for a minute of a team's day.
//!
//! The sandbox stands in for both services on free loopback ports, and the bot is the real one: the same [`App`], with
//! a store in a temporary folder and a configuration built in code. Neither the environment nor `.env` is read
//! (`NO_COLOR` is the one exception), so no token that lies about can be used. What was posted is counted from the
//! sandbox's channels against what the script made happen, never by the bot itself: the exit code is 0 only if every
//! event was posted once and in order. Ctrl-C ends early, with the summary so far; then the exit code is 0 if nothing was
//! posted twice, out of order or without reason: what is still on its way is not lost.
//!
//! [`App`]: crate::App

mod card_line;
mod cast;
mod desk;
mod hands;
mod hearing;
mod ledger;
mod markdown;
mod moment;
mod narrator;
mod outage;
mod paint;
mod screen;
mod script;
mod show;
mod stage;
mod tally;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

use self::hearing::Hearing;
use self::ledger::Ledger;
use self::moment::{Moment, Mood};
use self::narrator::{Narrator, Tempo};
use self::script::Acme;
use self::show::Show;
use self::stage::{Bot, Stage};
use self::tally::{Ending, Tally};
use crate::run::asked_to_end;
use crate::{cli, terminal};

/// The script is written for as many seconds.
const SCRIPT_SECONDS: u64 = 60;
/// Below as many it is a short play.
const SHORT_SECONDS: u64 = 30;

/// How a performance ended before its end.
enum Cut {
    /// Ctrl-C, or SIGTERM.
    Asked,
    /// Something that cannot be.
    Broken(anyhow::Error),
}

/// Plays, and tells whether every event was posted once.
pub async fn run(options: &cli::Demo) -> ExitCode {
    let hearing = if options.poll { Hearing::ByPoll } else { Hearing::ByWebhook };
    let stage = match Stage::set(hearing).await {
        Ok(stage) => stage,
        Err(error) => return refuse(&error),
    };
    let narrator = Narrator::new(tempo(options));
    narrator.tell(&greeting(options));
    narrator.tell(&Moment::Told { mood: Mood::Plain, text: hearing.told().to_owned() });
    let ledger = Ledger::default();
    let show = Show { stage: &stage, narrator: &narrator, ledger: &ledger };
    // Of what was there before it the bot is told nothing.
    let acme = match script::found(&show) {
        Ok(acme) => acme,
        Err(error) => return refuse(&error),
    };
    let bot = tokio::select! {
        biased;
        () = asked_to_end() => return ExitCode::SUCCESS,
        bot = stage.start_bot(hearing.check_every(is_short(options))) => bot,
    };
    let mut bot = match bot {
        Ok(bot) => bot,
        Err(error) => return refuse(&error),
    };
    let played = perform(&show, &acme, &mut bot).await;
    let ending = match &played {
        Ok(()) => Ending::Whole,
        Err(_) => Ending::Cut,
    };
    let tally = Tally::of(&ledger.expected(), &watch::posted(&stage), watch::checks(&stage));
    for moment in tally.told(ending) {
        narrator.tell(&moment);
    }
    let ended = bot.end().await;
    if let (Err(Cut::Broken(error)), _) | (_, Err(error)) = (played, ended) {
        return refuse(&error);
    }
    if tally.is_good(ending) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The messages are told before the script goes on, so that its narrator speaks of what was seen.
async fn perform(show: &Show<'_>, acme: &Acme, bot: &mut Bot) -> Result<(), Cut> {
    tokio::select! {
        biased;
        () = asked_to_end() => Err(Cut::Asked),
        error = bot.broke() => Err(Cut::Broken(error)),
        () = watch::tell_messages(show.stage, show.narrator) => Ok(()),
        played = script::play(show, acme) => played.map_err(Cut::Broken),
    }
}

fn tempo(options: &cli::Demo) -> Tempo {
    if options.once {
        return Tempo::AsFastAsItGoes;
    }
    let scale = Duration::from_secs(options.seconds).as_secs_f64()
        / Duration::from_secs(SCRIPT_SECONDS).as_secs_f64();
    Tempo::Scaled(scale)
}

fn is_short(options: &cli::Demo) -> bool {
    options.once || options.seconds < SHORT_SECONDS
}

fn greeting(options: &cli::Demo) -> Moment {
    let length = if options.once { "Full speed".to_owned() } else { format!("{} seconds", options.seconds) };
    Moment::Heading(format!("Deskbell demo: a made-up Acme, no account, no network. {length}. Ctrl-C stops."))
}

fn refuse(error: &anyhow::Error) -> ExitCode {
    terminal::refuse(&format!("The demo cannot go on: {error:#}"))
}

//! `/status`: what the store tells of a server and its workspace.

use std::collections::BTreeMap;

use crate::audit::entry::Unposted;
use crate::channel::Audience;
use crate::delivery::PostedCounts;
use crate::event::EventKind;
use crate::ids::{ChannelId, SubscriptionId};
use crate::port::store::Stored;
use crate::roll_up::{Day, HourlyCounts};
use crate::service::audience::readers;
use crate::service::notify::{Standing, standings};
use crate::service::request::Request;
use crate::time::Timestamp;

/// What is stored of a server, as `/status` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// How each notification stands, by id.
    pub standings: Vec<Standing>,
    /// Who reads the channels of notifications that show everything to a crowd, as far as Discord tells.
    pub audiences: BTreeMap<SubscriptionId, Option<Audience>>,
    /// The time of the newest event of each kind that has one.
    pub newest: BTreeMap<EventKind, Timestamp>,
    /// What happened in the workspace today and on the six days before, by UTC.
    pub week: HourlyCounts,
    /// What was posted today.
    pub posted: PostedCounts,
    /// How many events could not be posted.
    pub failed: u64,
    /// That the audit's head cannot be posted where it is to be.
    pub unposted: Option<(ChannelId, Unposted)>,
}

/// Reads it. `day` is today where the workspace is, such as `2026-11-23`.
pub async fn read(request: &Request<'_>, now: Timestamp, day: &str) -> Stored<Reading> {
    let home = &request.home;
    let standings = standings(request.subscriptions, request.deliveries, home).await?;
    let mut audiences = BTreeMap::new();
    for one in standings.iter().map(|one| &one.subscription).filter(|one| one.shows_to_a_crowd()) {
        audiences.insert(one.id, readers(request.channels, request.access, one).await);
    }
    let book = request.audit.audit_book(home.guild).await?.map(|(book, _)| book);
    Ok(Reading {
        standings,
        audiences,
        newest: request.journal.newest(&home.workspace).await?,
        week: week(request, now).await?,
        posted: request.deliveries.posted_on(home, day).await?,
        failed: request.deliveries.dead_letters(home).await?.len() as u64,
        unposted: book.and_then(|book| book.channel.zip(book.unposted)),
    })
}

async fn week(request: &Request<'_>, now: Timestamp) -> Stored<HourlyCounts> {
    let today = Day::of(now);
    let days = request.journal.rolled_up(&request.home.workspace, today.before(6)..=today).await?;
    let mut week = HourlyCounts::default();
    for day in &days {
        week.join(&day.counts);
    }
    Ok(week)
}

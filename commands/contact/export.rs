//! `/lead export`: everybody who matches, as a file, with progress; one at a time in each server and for each person.
//! Its calls go after everybody else's, so that it slows down no command and no poll.

use std::time::Duration;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::message::{File, Message};
use deskbell_domain::port::intercom::{Intercom, IntercomError, OnBehalfOf};
use deskbell_domain::service::export::Walk;
use deskbell_domain::service::list::ListQuery;
use deskbell_text as text;
use deskbell_text::contact::export::Ending;
use tokio::time::Instant;

use crate::contact::export_file::{ExportFile, Format};
use crate::contact::retry::{self, Asked};
use crate::interaction::audit::{self, Action, Outcome};
use crate::interaction::error::CommandError;
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// A clean stop well before Discord forgets the interaction after fifteen minutes.
const LONGEST: Duration = Duration::from_mins(10);
/// Discord takes about ten.
const MOST_BYTES: usize = 9 * 1024 * 1024;
/// After this long without a page that is told.
const SLOW_AFTER: Duration = Duration::from_secs(10);
/// How often progress is told.
const PROGRESS_EVERY: Duration = Duration::from_secs(3);

/// Contacts; none after the last.
type Page = Result<Option<Vec<Contact>>, CommandError>;

/// Exports a search. The asker was checked already.
pub(crate) async fn export(
    session: &Session<'_>,
    query: ListQuery,
    format: Format,
) -> Result<(), CommandError> {
    let place = session.context.bot.begin_export(session.asker.guild, session.asker.member)?;
    session.answer.begin().await?;
    let begun = audit::begin(session, Action::Exported { role: query.role, count: 0 }).await?;
    let written = write(session, &query, format).await;
    // Whoever reads what came of it may ask for the next one.
    drop(place);
    let failure = match written {
        Ok(written) => {
            audit::end(session, begun.counted(written.count), Outcome::Done).await;
            return session.answer.give(written.reply).await;
        }
        Err(failure) => failure,
    };
    audit::end(session, begun, Outcome::Failed).await;
    let effect = retry::effect(session, &Asked::Export { query, format }, &failure).await;
    tell(session, "export", &failure, &effect).await;
    Ok(())
}

/// A file, and how many are in it.
struct Written {
    count: u64,
    reply: Message,
}

async fn write(session: &Session<'_>, query: &ListQuery, format: Format) -> Result<Written, CommandError> {
    let role = query.role;
    session.answer.give(text::contact::export::progress(role, 0, 0)).await?;
    let intercom = session.context.workspace.intercom_for(OnBehalfOf::Export);
    let mut walk = Walk::new(query.search());
    let mut file = ExportFile::new(format, role);
    let first = session.answer.patiently(first(session, &*intercom, &mut walk)).await?;
    let ending = collect(session, &*intercom, &mut walk, &mut file, first).await?;
    let files = named(session, role, format, &file);
    let reply = text::contact::export::done(role, file.count(), walk.total(), ending, files);
    Ok(Written { count: file.count(), reply })
}

/// The first contacts, with names. The lists of names are asked for beside them: where the contacts fail, nobody waits for
/// names.
async fn first(session: &Session<'_>, intercom: &dyn Intercom, walk: &mut Walk) -> Page {
    let learning = async {
        learn_names(session, intercom).await;
        Ok::<_, IntercomError>(())
    };
    let (page, ()) = tokio::try_join!(walk.next(intercom), learning)?;
    Ok(with_names(session, intercom, walk, page).await)
}

/// The next contacts, with names; that they do not come is told meanwhile.
async fn next(session: &Session<'_>, intercom: &dyn Intercom, walk: &mut Walk, stalled: Message) -> Page {
    let page = {
        let next = walk.next(intercom);
        tokio::pin!(next);
        if let Ok(page) = tokio::time::timeout(SLOW_AFTER, &mut next).await {
            page
        } else {
            session.answer.improve(stalled).await;
            next.await
        }
    };
    Ok(with_names(session, intercom, walk, page?).await)
}

async fn with_names(
    session: &Session<'_>,
    intercom: &dyn Intercom,
    walk: &mut Walk,
    mut page: Option<Vec<Contact>>,
) -> Option<Vec<Contact>> {
    if let Some(contacts) = &mut page {
        walk.name(intercom, &session.context.workspace.ports.names, contacts).await;
    }
    page
}

/// Walks until the end, the time or the room is over. A page after the first that fails ends it.
async fn collect(
    session: &Session<'_>,
    intercom: &dyn Intercom,
    walk: &mut Walk,
    file: &mut ExportFile,
    first: Option<Vec<Contact>>,
) -> Result<Ending, CommandError> {
    let deadline = Instant::now() + LONGEST;
    let mut told = Instant::now();
    let mut page = first;
    loop {
        let Some(contacts) = page else { return Ok(Ending::Complete) };
        for contact in &contacts {
            if !file.add(contact, MOST_BYTES) {
                return Ok(Ending::Full);
            }
        }
        if session.context.bot.stopping.is_cancelled() {
            return Ok(Ending::Stopped);
        }
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            let progress = text::contact::export::progress(file.role(), file.count(), walk.total());
            session.answer.improve(progress).await;
        }
        let stalled = text::contact::export::stalled(file.role(), file.count(), walk.total());
        page = match tokio::time::timeout_at(deadline, next(session, intercom, walk, stalled)).await {
            Err(_) => return Ok(Ending::OutOfTime),
            Ok(Err(failure)) => {
                crate::interaction::tell::log(&session.context.bot, "export", &failure);
                return Ok(Ending::Broken);
            }
            Ok(Ok(page)) => page,
        };
    }
}

/// The names of all tags and of the known companies, so that few have to be looked up one by one.
async fn learn_names(session: &Session<'_>, intercom: &dyn Intercom) {
    let context = &session.context;
    if let Ok(tags) = intercom.tags().await {
        context.workspace.ports.names.learn_tags(&tags);
    }
    if context.workspace.companies.is_stale()
        && context
            .workspace
            .companies
            .fetch(&*context.workspace.ports.intercom, &context.workspace.ports.names)
            .await
            .is_err()
    {
        tracing::debug!("the names of companies could not be fetched for an export");
    }
}

/// `leads-acme-2026-11-23.csv`, in parts where it is large.
fn named(session: &Session<'_>, role: Role, format: Format, file: &ExportFile) -> Vec<File> {
    if file.count() == 0 {
        return Vec::new();
    }
    let workspace = slug(session.context.workspace.name());
    let day = (session.context.workspace.ports.day)(session.context.now());
    let stem = format!("{}s-{workspace}-{day}", role.word());
    let parts = file.parts();
    let count = parts.len();
    parts
        .into_iter()
        .enumerate()
        .map(|(index, bytes)| {
            let part = if count == 1 { String::new() } else { format!("-part-{}-of-{count}", index + 1) };
            File { name: format!("{stem}{part}.{}", format.extension()), bytes }
        })
        .collect()
}

fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(40) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_matches('-');
    if out.is_empty() { "workspace".to_owned() } else { out.to_owned() }
}

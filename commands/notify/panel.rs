//! The panel of a notification as people see it: each press does at once what it says, and the panel is drawn again with
//! what is true then, whoever changed it.

use std::str::FromStr;

use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::mention::{Every, Whom};
use deskbell_domain::message::Message;
use deskbell_domain::press::panel::{Drawn, PanelPress};
use deskbell_domain::service::notify::add::{PublicDecision, SubscribePoint};
use deskbell_domain::service::notify::after::{AfterChanged, change_after};
use deskbell_domain::service::notify::change::{self as service, Calling, Change, Changed, Moved};
use deskbell_domain::service::notify::run::{self, Missed, Removal, Resumption, Target};
use deskbell_domain::service::notify::sample::{self, Samples};
use deskbell_domain::service::notify::{listed_one, role_call};
use deskbell_domain::service::request::{NotDone, Request, SampleCalls};
use deskbell_domain::threshold::Threshold;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::delivery::Undelivered;
use deskbell_text::failure::Effect;
use deskbell_text::notify::{ListPlace, Wrong, panel as sentences};
use deskbell_text::refusal::Settings;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::request::{self, subscribe_point};
use crate::interaction::session::Session;
use crate::interaction::tell::log;
use crate::interaction::words;
use crate::notify::mention as notify_mention;
use crate::notify::run as notify_run;

/// The command that errors name.
const AGAIN: CommandName = CommandName::NotifyList;

/// What a press led to.
enum Outcome {
    /// The panel of this notification, below this.
    Panel(SubscriptionId, Message),
    /// Where somebody chooses whom it mentions, below this.
    Mention(Option<Message>),
    /// Something else in its place: a question, or the word that it is gone.
    Instead(Message),
}

/// Whether a press would change something; what only opens a panel can be tried again.
pub(crate) fn effect(press: PanelPress, chosen: &[String]) -> Effect {
    let opens = |id| Effect::Read { again: Some(PanelPress::Open(id).to_custom_id()) };
    match press {
        PanelPress::ChangeOne(_) => {
            first(chosen).map_or(Effect::Read { again: None }, |id| opens(SubscriptionId(id)))
        }
        PanelPress::Open(id) => opens(id),
        PanelPress::Back(_) => Effect::Read { again: Some(press.to_custom_id()) },
        PanelPress::Skip(_) => Effect::Read { again: None },
        _ => Effect::Write,
    }
}

/// Answers a press below a panel, or the choice that opens one.
pub(crate) async fn pressed(
    session: &Session<'_>,
    press: PanelPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    let (context, asker) = (&session.context, &session.asker);
    guard::may_set_up(asker, Settings::Notifications)?;
    let point = subscribe_point(context, asker).await?;
    session.answer.begin().await?;
    session.answer.give(answered(context, asker, press, chosen, point).await?).await
}

/// What a press leads to.
pub(crate) async fn answered(
    context: &CommandContext,
    asker: &Asker,
    press: PanelPress,
    chosen: &[String],
    point: SubscribePoint,
) -> Result<Message, CommandError> {
    let id = match press {
        PanelPress::ChangeOne(_) => {
            let id = SubscriptionId(first(chosen).ok_or(Refusal::OldButton)?);
            return draw(context, asker, id, None).await;
        }
        PanelPress::Open(id) => return draw(context, asker, id, None).await,
        PanelPress::Back(id) => return notify_run::list_at(context, asker, ListPlace::With(id)).await,
        PanelPress::Detail(id, _)
        | PanelPress::Alert(id, _)
        | PanelPress::After(id, _)
        | PanelPress::MentionRole(id, _)
        | PanelPress::MentionEvery(id, _)
        | PanelPress::MentionHolder(id)
        | PanelPress::MentionNobody(id)
        | PanelPress::Show(id, ..)
        | PanelPress::Elsewhere(id, _)
        | PanelPress::Move(id, ..)
        | PanelPress::Pause(id)
        | PanelPress::Resume(id, _)
        | PanelPress::TryIt(id)
        | PanelPress::TryWith(id, _)
        | PanelPress::Skip(id)
        | PanelPress::SkipNow(id)
        | PanelPress::Remove(id)
        | PanelPress::RemoveNow(id) => id,
    };
    let act = Act { context, request: request::of(context, asker), id };
    match act.done(press, chosen, point).await? {
        Ok(Outcome::Panel(id, news)) => draw(context, asker, id, Some(news)).await,
        Ok(Outcome::Mention(news)) => draw_mention(context, asker, id, news).await,
        Ok(Outcome::Instead(reply)) => Ok(reply),
        Err(NotDone::UnknownNotification) => gone(context, asker).await,
        Err(NotDone::Store(error)) => Err(error.into()),
        Err(not_done) => {
            let why = told(context, &request::refused(context, AGAIN, not_done));
            draw(context, asker, id, Some(why)).await
        }
    }
}

/// [Change to Short, Silent], below a notification that is there already.
pub(crate) async fn change_settings(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
    change: Change,
) -> Result<Message, CommandError> {
    let act = Act { context, request: request::of(context, asker), id };
    let changed = act.change(change, PublicDecision::Open).await;
    match changed.map_err(|not_done| request::refused(context, CommandName::NotifyAdd, not_done))? {
        Outcome::Panel(_, reply) | Outcome::Instead(reply) => Ok(reply),
        Outcome::Mention(news) => draw_mention(context, asker, id, news).await,
    }
}

/// The panel as things stand now.
async fn draw(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
    news: Option<Message>,
) -> Result<Message, CommandError> {
    let Some(listed) = listed_one(&request::of(context, asker), id).await? else {
        return gone(context, asker).await;
    };
    let troubles = context.workspace.ports.board.poll().troubles;
    let undelivered = Undelivered::at(&context.workspace.ports.board, context.now());
    let wrong = Wrong { intercom: &troubles, discord: &undelivered };
    let drawn = Drawn(context.bot.dependencies.clock.now());
    Ok(sentences::panel(context.around(), &listed, &wrong, drawn, news))
}

/// The view in which somebody chooses whom it mentions, as things stand now.
async fn draw_mention(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
    news: Option<Message>,
) -> Result<Message, CommandError> {
    let Some(listed) = listed_one(&request::of(context, asker), id).await? else {
        return gone(context, asker).await;
    };
    let drawn = Drawn(context.bot.dependencies.clock.now());
    Ok(text::notify::mention::choose(context.around(), &listed, drawn, news))
}

/// Somebody else was faster: the list tells what is there.
async fn gone(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    let list = notify_run::list(context, asker, 1).await?;
    Ok(list.after(sentences::gone().content.into_text().and("\n")))
}

/// What is said of a failure, which is logged.
fn told(context: &CommandContext, failure: &CommandError) -> Message {
    let reference = log(&context.bot, "press:panel", failure);
    words::failure(context.around(), failure, &Effect::Write, &reference)
}

/// A press that does something with a notification.
struct Act<'a> {
    context: &'a CommandContext,
    request: Request<'a>,
    id: SubscriptionId,
}

impl Act<'_> {
    /// Does it. What is chosen in a select is read here, where it is known what it must be.
    async fn done(
        &self,
        press: PanelPress,
        chosen: &[String],
        point: SubscribePoint,
    ) -> Result<Result<Outcome, NotDone>, CommandError> {
        let open = PublicDecision::Open;
        Ok(match press {
            PanelPress::Detail(..) => self.change(Change::of_detail(one(chosen)?), open).await,
            PanelPress::Alert(..) if chosen.first().is_some_and(|value| value == sentences::MENTION) => {
                Ok(Outcome::Mention(None))
            }
            PanelPress::MentionRole(..) => match self.role(chosen)? {
                Some(whom) => self.mention_whom(whom).await,
                None => self.mention(Calling::Nobody).await,
            },
            PanelPress::MentionEvery(..) => self.mention(Calling::Every(every(chosen)?)).await,
            PanelPress::MentionHolder(_) => self.mention_whom(Whom::WhoeverHasIt).await,
            PanelPress::MentionNobody(_) => self.mention(Calling::Nobody).await,
            PanelPress::Alert(..) => self.change(Change::of_alert(one(chosen)?), open).await,
            PanelPress::After(..) => self.change_after(one(chosen)?).await,
            PanelPress::Show(_, change, decision) => self.change(change, decision).await,
            PanelPress::Elsewhere(..) => self.move_to(one(chosen)?, open, point).await,
            PanelPress::Move(_, channel, decision) => self.move_to(channel, decision, point).await,
            PanelPress::Pause(_) => self.pause().await,
            PanelPress::Resume(_, missed) => self.resume(missed).await,
            PanelPress::TryIt(_) => self.try_it(None).await,
            PanelPress::TryWith(_, calls) => self.try_it(Some(calls)).await,
            PanelPress::Skip(_) => self.ask_before_skipping().await,
            PanelPress::SkipNow(_) => self.skip().await,
            PanelPress::Remove(_) => self.remove_unless_asked().await,
            PanelPress::RemoveNow(_) => self.remove().await,
            PanelPress::ChangeOne(_) | PanelPress::Open(_) | PanelPress::Back(_) => {
                return Err(Refusal::OldButton.into());
            }
        })
    }

    fn panel(&self, news: Message) -> Outcome {
        Outcome::Panel(self.id, news)
    }

    async fn change(&self, change: Change, decision: PublicDecision) -> Result<Outcome, NotDone> {
        let changed = service::change(&self.request, self.id, change, decision).await?;
        Ok(self.told(change, changed).await)
    }

    async fn mention_whom(&self, whom: Whom) -> Result<Outcome, NotDone> {
        let (change, changed) = service::change_whom(&self.request, self.id, whom).await?;
        Ok(self.told(change, changed).await)
    }

    /// What is said of a change, above where it was asked for.
    async fn told(&self, change: Change, changed: Changed) -> Outcome {
        let news = match changed {
            Changed::Done(now) => {
                let readers = notify_run::audience(self.context, &now).await;
                let call = role_call(self.context.channels(), &now).await;
                sentences::now_so(change, &now, readers, call)
            }
            Changed::Already(now) => sentences::was_so(change, &now),
            Changed::ToDecide(now, readers, exposure) => {
                return Outcome::Instead(sentences::ask_about_change(&now, change, readers, exposure));
            }
        };
        match change {
            Change { detail: None, alert: None, mention: Some(_) } => Outcome::Mention(Some(news)),
            Change { .. } => self.panel(news),
        }
    }

    async fn change_after(&self, after: Threshold) -> Result<Outcome, NotDone> {
        Ok(self.panel(match change_after(&self.request, self.id, after).await? {
            AfterChanged::Done(_) => sentences::told_from_now_on(after),
            AfterChanged::Already(_) => sentences::told_so_already(after),
            AfterChanged::AlreadyThere(there) => sentences::another_tells_them(&there),
            AfterChanged::Unposted(standing) => sentences::unposted_before(&standing),
        }))
    }

    /// A role that was chosen; nobody where none is chosen any more.
    fn role(&self, chosen: &[String]) -> Result<Option<Whom>, CommandError> {
        if chosen.is_empty() {
            return Ok(None);
        }
        notify_mention::role(self.request.home.guild, one(chosen)?).map(Some)
    }

    async fn mention(&self, calling: Calling) -> Result<Outcome, NotDone> {
        let changed = service::change_calling(&self.request, self.id, calling).await?;
        Ok(Outcome::Mention(Some(match changed {
            Changed::Done(now) => text::notify::mention::now_so(calling, &now),
            Changed::Already(now) | Changed::ToDecide(now, ..) => text::notify::mention::was_so(&now),
        })))
    }

    async fn move_to(
        &self,
        channel: ChannelId,
        decision: PublicDecision,
        point: SubscribePoint,
    ) -> Result<Outcome, NotDone> {
        let (around, workspace) = (self.context.around(), &self.context.workspace.workspace);
        let moved = service::move_to(&self.request, workspace, self.id, (channel, decision), point).await?;
        Ok(match moved {
            Moved::Done { was, now, dropped } => {
                Outcome::Panel(now.id, text::audience::moved(around, &[*was], channel, dropped))
            }
            Moved::SameChannel => self.panel(sentences::same_channel(channel)),
            Moved::Unposted(one, leftover) => self.panel(sentences::unposted(around, &one, leftover)),
            Moved::AlreadyThere(there) => self.panel(sentences::another_is_there(&there)),
            Moved::ToDecide(view, exposure) => {
                Outcome::Instead(sentences::ask_about_channel(self.id, channel, view.audience, exposure))
            }
        })
    }

    async fn pause(&self) -> Result<Outcome, NotDone> {
        let paused = run::pause(&self.request, Target::One(self.id)).await?;
        Ok(self.panel(sentences::paused(&paused.done)))
    }

    async fn resume(&self, missed: Option<Missed>) -> Result<Outcome, NotDone> {
        Ok(match run::resume(&self.request, Target::One(self.id), missed).await? {
            Resumption::ToDecide { waiting, since } => {
                Outcome::Instead(sentences::ask_about_missed(self.id, waiting, since))
            }
            Resumption::Resumed(resumed) => self.panel(notify_run::how_it_resumed(self.context, &resumed)),
        })
    }

    async fn try_it(&self, calls: Option<SampleCalls>) -> Result<Outcome, NotDone> {
        let (workspace, fields) = (&self.context.workspace.workspace, &self.context.bot.facts.card_fields);
        Ok(match sample::test(&self.request, workspace, fields, Target::One(self.id), calls).await? {
            Samples::ToDecide(role) => {
                Outcome::Instead(sentences::ask_whom_a_sample_mentions(self.id, role.as_ref()))
            }
            Samples::Tried(tried) => self.panel(text::notify::tested(self.context.around(), &tried)),
        })
    }

    async fn ask_before_skipping(&self) -> Result<Outcome, NotDone> {
        let standing = run::what_would_go(&self.request, self.id).await?;
        Ok(match standing.waiting.count {
            0 => self.panel(text::channel::skipped(0, standing.subscription.channel)),
            _ => Outcome::Instead(sentences::ask_before_skipping(&standing)),
        })
    }

    async fn skip(&self) -> Result<Outcome, NotDone> {
        let skipped = run::skip_to_now(&self.request, self.id).await?;
        Ok(self.panel(text::channel::skipped(skipped.count, skipped.subscription.channel)))
    }

    async fn remove_unless_asked(&self) -> Result<Outcome, NotDone> {
        Ok(Outcome::Instead(match run::remove_unless_asked(&self.request, self.id).await? {
            Removal::ToDecide(standing) => sentences::ask_before_removing(&standing),
            Removal::Removed(removed) => sentences::is_removed(&removed),
        }))
    }

    async fn remove(&self) -> Result<Outcome, NotDone> {
        Ok(Outcome::Instead(sentences::is_removed(&run::remove(&self.request, self.id).await?)))
    }
}

fn every(chosen: &[String]) -> Result<Every, CommandError> {
    Every::of_seconds(one(chosen)?).ok_or_else(|| Refusal::OldButton.into())
}

fn first<T: FromStr>(chosen: &[String]) -> Option<T> {
    chosen.first().and_then(|value| value.parse().ok())
}

/// What was chosen in a select of ours.
fn one<T: FromStr>(chosen: &[String]) -> Result<T, CommandError> {
    first(chosen).ok_or_else(|| Refusal::OldButton.into())
}

#[cfg(test)]
mod tests;

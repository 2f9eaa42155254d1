//! Buttons and selects: what they carry, and the way from a press to the group of commands behind it.
//!
//! A `custom_id` is `v1:action:argument…` of at most 100 characters, or holds a short key under which the store keeps
//! the rest for a day ([`keep`](crate::interaction::keep)), so that a press works after a restart. It is not signed and may be old: it is parsed
//! strictly, and every press is authorised again by the group that it belongs to.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deskbell_discord::interaction::Interaction;
use deskbell_domain::press::CardControl;
use deskbell_domain::press::audit::AuditPress;
use deskbell_domain::press::connection::ConnectionPress;
use deskbell_domain::press::join::JoinPress;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::member::MemberPress;
use deskbell_domain::press::panel::PanelPress;
use deskbell_domain::press::privacy::PrivacyPress;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_text::failure::Effect;
use futures::FutureExt as _;
use poise::serenity_prelude as serenity;

use crate::audit;
use crate::connection;
use crate::contact::join;
use crate::interaction::answer::{Answer, address_of_form, address_of_press};
use crate::interaction::asker::Asker;
use crate::interaction::at_work::AtWork;
use crate::interaction::bot::BotContext;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::interaction::tell;
use crate::notify::panel;
use crate::press::channel_components;
use crate::press::contact_components;
use crate::press::given::Given;
use crate::press::place::AnswerPlace;
use crate::press::settings_components;
use crate::press::{look, set_up};
use crate::{privacy, show_member};

/// A press, by the group that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    /// Below a notification.
    Channel(CardControl),
    /// Below what `/lead` and `/user` show.
    Look(LookPress),
    /// Below what `/notify`, `/access` and `/setup` show.
    SetUp(SetUpPress),
    /// Below what `/privacy` shows.
    Privacy(PrivacyPress),
    /// Below a notification's panel.
    Panel(PanelPress),
    /// Below a lead's or user's card, about making them one.
    Join(JoinPress),
    /// Below what Show in Intercom shows of a member.
    Member(MemberPress),
}

impl Press {
    /// Reads a `custom_id`; none where it is not one of ours, or of a version that we do not know.
    pub(crate) fn parse(custom_id: &str) -> Option<Self> {
        CardControl::parse(custom_id)
            .map(Self::Channel)
            .or_else(|| LookPress::parse(custom_id).map(Self::Look))
            .or_else(|| SetUpPress::parse(custom_id).map(Self::SetUp))
            .or_else(|| PrivacyPress::parse(custom_id).map(Self::Privacy))
            .or_else(|| PanelPress::parse(custom_id).map(Self::Panel))
            .or_else(|| JoinPress::parse(custom_id).map(Self::Join))
            .or_else(|| MemberPress::parse(custom_id).map(Self::Member))
    }

    fn to_custom_id(&self) -> String {
        match self {
            Self::Channel(control) => control.to_custom_id(),
            Self::Look(press) => press.to_custom_id(),
            Self::SetUp(press) => press.to_custom_id(),
            Self::Privacy(press) => press.to_custom_id(),
            Self::Panel(press) => press.to_custom_id(),
            Self::Join(press) => press.to_custom_id(),
            Self::Member(press) => press.to_custom_id(),
        }
    }

    /// Whether the answer replaces the message that was pressed.
    fn place(&self) -> AnswerPlace {
        match self {
            Self::Channel(control) => look::place_of_card(&control.press),
            Self::Look(press) => look::place(press),
            Self::SetUp(press) => set_up::place(press),
            Self::Privacy(press) => privacy::place(press),
            Self::Panel(_) => AnswerPlace::Same,
            Self::Join(press) => join::place(press),
            Self::Member(press) => show_member::place(press),
        }
    }

    /// What an error of it may be told with.
    fn effect(&self, given: &Given) -> Effect {
        match self {
            Self::Channel(control) => look::effect_of_card(&control.press, given),
            Self::Look(press) => look::effect(press, given),
            Self::SetUp(press) => set_up::effect(press),
            Self::Privacy(press) => privacy::effect(press),
            Self::Panel(press) => panel::effect(*press, &given.chosen),
            Self::Join(_) | Self::Member(_) => Effect::Write,
        }
    }

    /// How the log names it, without what it was pressed for.
    fn name(&self) -> String {
        let custom_id = self.to_custom_id();
        format!("press:{}", custom_id.split(':').nth(1).unwrap_or_default())
    }

    async fn answer(self, session: &Session<'_>, given: &Given) -> Result<(), CommandError> {
        match self {
            Self::Channel(control) => channel_components::answer(session, control.press, given).await,
            Self::Look(press) => contact_components::answer(session, press, given).await,
            Self::SetUp(press) => settings_components::answer(session, press, &given.chosen).await,
            Self::Privacy(press) => privacy::pressed(session, press, &given.chosen).await,
            Self::Panel(press) => panel::pressed(session, press, &given.chosen).await,
            Self::Join(press) => join::pressed(session, press, given).await,
            Self::Member(press) => show_member::pressed(session, press, given).await,
        }
    }
}

/// The event handler that poise calls with every event: presses and forms are not poise's to dispatch.
pub(crate) async fn on_event(
    framework: poise::FrameworkContext<'_, Arc<BotContext>, CommandError>,
    event: &serenity::FullEvent,
) -> Result<(), CommandError> {
    if let serenity::FullEvent::InteractionCreate { interaction } = event {
        answer_press(framework.user_data, interaction).await;
    }
    Ok(())
}

/// Answers a press or a form that was sent, to its end. Commands are poise's to answer.
pub async fn answer_press(bot: &Arc<BotContext>, interaction: &serenity::Interaction) {
    match interaction {
        serenity::Interaction::Component(press) => pressed(bot, Pressed::component(press)).await,
        serenity::Interaction::Modal(form) => pressed(bot, Pressed::form(form)).await,
        _ => {}
    }
}

/// A press, or a form that was sent.
struct Pressed<'a> {
    custom_id: &'a str,
    given: Given,
    asker: Result<Asker, CommandError>,
    address: Interaction,
}

impl<'a> Pressed<'a> {
    fn component(press: &'a serenity::ComponentInteraction) -> Self {
        Self {
            custom_id: &press.data.custom_id,
            given: Given::of_component(&press.data.kind),
            asker: Asker::of_press(press),
            address: address_of_press(press),
        }
    }

    fn form(form: &'a serenity::ModalInteraction) -> Self {
        Self {
            custom_id: &form.data.custom_id,
            given: Given::of_form(&form.data),
            asker: Asker::of_form(form),
            address: address_of_form(form),
        }
    }
}

/// One press, from its `custom_id` to its answer.
async fn pressed(bot: &Arc<BotContext>, press: Pressed<'_>) {
    match Anywhere::parse(press.custom_id) {
        Some(anywhere) => pressed_anywhere(bot, anywhere, press).await,
        None => pressed_in_workspace(bot, press).await,
    }
}

/// The kinds of press that work in a server that is connected to nothing, too.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Anywhere {
    Connection(ConnectionPress),
    Audit(AuditPress),
}

impl Anywhere {
    fn parse(custom_id: &str) -> Option<Self> {
        let connecting = ConnectionPress::parse(custom_id).map(Self::Connection);
        connecting.or_else(|| AuditPress::parse(custom_id).map(Self::Audit))
    }

    fn to_custom_id(&self) -> String {
        match self {
            Self::Connection(press) => press.to_custom_id(),
            Self::Audit(press) => press.to_custom_id(),
        }
    }

    fn place(&self) -> AnswerPlace {
        match self {
            Self::Audit(AuditPress::Page(..) | AuditPress::Filter) => AnswerPlace::Same,
            Self::Connection(_) | Self::Audit(_) => AnswerPlace::New,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Connection(_) => "press:connect",
            Self::Audit(_) => "press:audit",
        }
    }
}

async fn pressed_anywhere(bot: &Arc<BotContext>, anywhere: Anywhere, press: Pressed<'_>) {
    let acknowledged = AtomicBool::new(false);
    let Pressed { given, asker, address, .. } = press;
    let answer = Answer::new(bot, address, &acknowledged, anywhere.place());
    let name = anywhere.name();
    let work = async {
        let asker = asker?;
        let _at_work = bot.work.begin(asker.member)?;
        match anywhere {
            Anywhere::Connection(press) => connection::pressed(bot, &asker, &answer, press, &given).await,
            Anywhere::Audit(press) => audit::pressed(bot, &asker, &answer, press, &given).await,
        }
    };
    let result = guarded(Box::pin(work)).await;
    conclude(bot, &answer, name, &Effect::Write, result).await;
}

async fn pressed_in_workspace(bot: &Arc<BotContext>, press: Pressed<'_>) {
    let acknowledged = AtomicBool::new(false);
    let Pressed { custom_id, given, asker, address } = press;
    let parsed = Press::parse(custom_id);
    let (place, effect) = match &parsed {
        Some(parsed) => (parsed.place(), parsed.effect(&given)),
        None => (AnswerPlace::New, Effect::Write),
    };
    let name = parsed.as_ref().map_or_else(|| "press".to_owned(), Press::name);
    let answer = Answer::new(bot, address, &acknowledged, place).giving_back(given.words());
    let session = match begun(bot, asker) {
        Ok((context, asker, at_work)) => Session::new(context, asker, answer, at_work),
        Err(failure) => return tell::refuse(bot, &answer, &name, &failure, &effect).await,
    };
    let result = match parsed {
        Some(parsed) => guarded(Box::pin(parsed.answer(&session, &given))).await,
        None => Ok(Err(Refusal::OldButton.into())),
    };
    conclude(bot, &session.answer, &name, &effect, result).await;
}

/// Tells what did not work.
async fn conclude(
    bot: &BotContext,
    answer: &Answer<'_>,
    name: &str,
    effect: &Effect,
    result: Result<Result<(), CommandError>, Panicked>,
) {
    match result {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => tell::refuse(bot, answer, name, &failure, effect).await,
        Err(Panicked) => tell::tell_bug(bot, answer, name).await,
    }
}

/// Who pressed, for which workspace, and their place among what they are having done.
fn begun(
    bot: &Arc<BotContext>,
    asker: Result<Asker, CommandError>,
) -> Result<(CommandContext, Asker, AtWork), CommandError> {
    let asker = asker?;
    let context = guard::connected(bot, &asker)?;
    let at_work = bot.work.begin(asker.member)?;
    Ok((context, asker, at_work))
}

/// Our code panicked; the panic hook has logged where.
#[derive(Debug, PartialEq, Eq)]
struct Panicked;

/// As poise guards commands: whoever pressed hears of a fault of ours. Nothing that a panic could leave half-changed is
/// used afterwards: what several presses share is the store, which only whole writes reach.
async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}

/// A `custom_id` as we would write what we read in it, which is the same one again; none where it is none of ours.
pub fn custom_id_as_read(custom_id: &str) -> Option<String> {
    let anywhere = Anywhere::parse(custom_id).map(|press| press.to_custom_id());
    anywhere.or_else(|| Press::parse(custom_id).map(|press| press.to_custom_id()))
}

#[cfg(test)]
mod tests {
    use deskbell_domain::ids::ApplicationId;
    use deskbell_text as text;
    use secrecy::SecretString;

    use super::*;
    use crate::fixture::{manager, member, run};

    /// The forms in which somebody writes to a customer or to the team, one of them of a version that nobody knows.
    const FORMS: [&str; 5] = [
        "v1:written:reply:215470",
        "v1:written:note:215470",
        "v1:words:edited:abcdefgh23456",
        "v1:noted-on:6762f0dd",
        "v9:written:215470",
    ];

    /// Such a form, as it is sent.
    fn form(custom_id: &str, asker: Asker) -> Pressed<'_> {
        let filled = [(text::desk::words::FIELD.to_owned(), " It is *open*. ".to_owned())].into();
        let (application, token) = (ApplicationId(1), SecretString::from("token".to_owned()));
        let address = Interaction { application, id: 1, token };
        Pressed { custom_id, given: Given { filled, ..Given::default() }, asker: Ok(asker), address }
    }

    #[tokio::test]
    async fn what_was_typed_is_given_back_to_whoever_may_not_send_it() {
        for id in FORMS {
            run(async |world| {
                pressed(&world.context.bot, form(id, member(&[]))).await;
                let said = world.answered().join("\n");
                assert!(
                    said.starts_with('❌') && said.ends_with("What you typed:\n> It is \\*open\\*."),
                    "{id}: {said}"
                );
            })
            .await;
        }
    }

    #[tokio::test]
    async fn what_was_typed_is_given_back_where_it_cannot_be_kept() {
        for id in FORMS {
            run(async |world| {
                world.disk_fills_up().await;
                pressed(&world.context.bot, form(id, manager())).await;
                let said = world.answered().join("\n");
                assert!(said.ends_with("What you typed:\n> It is \\*open\\*."), "{id}: {said}");
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_press_that_panics_is_a_failure_and_not_silence() {
        assert_eq!(guarded(async { 1 }).await, Ok(1));
        assert_eq!(guarded(async { std::num::NonZero::new(0_u64).expect("an id") }).await, Err(Panicked));
    }
}

//! Members who press the buttons below cards, and fill in forms: each does so by themselves, beside everything else.

use std::sync::Arc;

use deskbell_commands::{BotContext, answer_press};
use deskbell_domain::ids::{AdminId, ChannelId, ConversationId, GuildId, MemberId, MessageId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::{DeskAct, DeskPress, WordsAct};
use serde_json::{Value, json};
use serenity::all::Interaction;

use crate::intercom::at_hand;
use crate::people::{About, Press, Typed, Writer, button, carried};
use crate::process::Process;
use crate::script::Deskwork;
use crate::tenant::{OPERATORS, Tenant};
use crate::world::{LAYOUT, World};

/// Members, and whom each is in Intercom.
const MEMBERS: [(MemberId, &str); 4] =
    [(MemberId(60), "1"), (MemberId(61), "2"), (MemberId(62), "1"), (MemberId(63), "2")];

/// Members do something, each beside everything else: they are no part of the bot, and end by themselves.
pub(crate) fn work(process: &Process, what: Deskwork) {
    let Some(person) = Person::any(process) else { return };
    match what {
        Deskwork::Write(to) => person.begins(async move |person| {
            if let Some((number, shown)) = person.write(to).await.filter(|_| to == WordsFor::Customer) {
                person.go_on(number, shown).await;
            }
        }),
        Deskwork::Discard => person.begins(async |person| {
            if let Some((number, shown)) = person.write(WordsFor::Customer).await {
                person.discard(number, shown).await;
            }
        }),
        Deskwork::PressAgain => {
            let acts = [WordsAct::Show, WordsAct::Send];
            if let Some((writer, number, press)) = person.world.people.words_at_hand(&acts) {
                person.presses_below_words(writer, number, press);
            }
        }
        Deskwork::LookWhenCalled => {
            for (writer, number, press) in person.world.people.called_for() {
                person.clone().presses_below_words(writer, number, press);
            }
        }
        Deskwork::Press(act) => {
            if let Some(id) = at_hand(&person.world.intercom) {
                person.begins(async move |person| person.act(act, &id).await);
            }
        }
        Deskwork::PressTogether(act) => {
            let Some(id) = at_hand(&person.world.intercom) else { return };
            let place = person.place;
            for member in 0..MEMBERS.len() - 1 {
                let (id, one) = (id.clone(), Person { member, place, ..person.clone() });
                one.begins(async move |person| person.act(act, &id).await);
            }
        }
    }
}

/// A member in a channel.
#[derive(Clone)]
struct Person {
    world: Arc<World>,
    bot: Arc<BotContext>,
    /// Which of the members.
    member: usize,
    place: (GuildId, ChannelId),
}

impl Person {
    fn any(process: &Process) -> Option<Self> {
        let world = process.world.at(Tenant::Acme);
        let linked = world.linked();
        let here = LAYOUT.iter().filter(|(guild, _)| OPERATORS.contains(guild) && linked.contains(guild));
        let places: Vec<_> =
            here.flat_map(|(guild, channels)| channels.iter().map(|channel| (*guild, *channel))).collect();
        let place = *world.people.chance.one_of(&places)?;
        let member = world.people.chance.below(MEMBERS.len());
        Some(Self { bot: process.bot.clone(), world, member, place })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the members are no part of the bot, and end by themselves"
    )]
    fn begins<F>(self, work: impl FnOnce(Self) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        tokio::spawn(work(self));
    }

    /// Whoever typed words presses what stands below them.
    fn presses_below_words(self, Writer { member, place }: Writer, number: usize, press: DeskPress) {
        let writer = Self { member, place, ..self };
        writer.begins(async move |writer| {
            writer.press(&press, About::Words(number)).await;
        });
    }

    fn admin(&self) -> AdminId {
        AdminId::new(MEMBERS[self.member].1)
    }

    /// Types words; answers with their number, and with what shows them.
    async fn write(&self, to: WordsFor) -> Option<(usize, usize)> {
        let id = at_hand(&self.world.intercom)?;
        let people = &self.world.people;
        let press = DeskPress::Do(to.into(), id.clone());
        let mut opened = self.press(&press, About::Nothing).await;
        if people.form(opened).is_none() {
            self.says_who(opened).await;
            opened = self.press(&press, About::Nothing).await;
        }
        let form = people.form(opened)?;
        let typed = Typed { to, conversation: id, admin: self.admin() };
        let (number, text) = people.types(typed, Writer { member: self.member, place: self.place });
        self.world.tell(format_args!("{text:?} is typed as {} for {to:?}", self.admin()));
        Some((number, self.fill(&form.custom_id, &text, About::Words(number)).await))
    }

    async fn discard(&self, number: usize, shown: usize) {
        let shown = self.world.people.seen(shown);
        if let Some(discard) = shown.and_then(|shown| button(&shown, WordsAct::Discard)) {
            self.press(&discard, About::Words(number)).await;
        }
    }

    /// What is done with words that are shown once more.
    async fn go_on(&self, number: usize, shown: usize) {
        let people = &self.world.people;
        let Some(preview) = people.seen(shown) else { return };
        let Some(send) = button(&preview, WordsAct::Send) else { return };
        let about = About::Words(number);
        match people.chance.below(100) {
            0..10 => {
                tokio::join!(self.press(&send, about), self.press(&send, about));
            }
            10..18 => {
                if let Some(edited) = self.edits(number, &preview).await
                    && let Some(send) = people.seen(edited).and_then(|shown| button(&shown, WordsAct::Send))
                {
                    self.press(&send, about).await;
                }
            }
            18..26 => {
                tokio::join!(self.edits(number, &preview), self.press(&send, about));
            }
            26..34 => self.discard(number, shown).await,
            _ => self.send(number, &send).await,
        }
    }

    /// Sends words, and at times once more where it is said that they were not sent.
    async fn send(&self, number: usize, send: &DeskPress) {
        let people = &self.world.people;
        let sent = self.press(send, About::Words(number)).await;
        let again = people.seen(sent).and_then(|shown| button(&shown, WordsAct::Send));
        if let Some(again) = again.filter(|_| people.chance.per_mille(600)) {
            self.press(&again, About::Words(number)).await;
        }
    }

    /// `[Edit]`, and the form once more.
    async fn edits(&self, number: usize, preview: &deskbell_domain::message::Message) -> Option<usize> {
        let people = &self.world.people;
        let opened = self.press(&button(preview, WordsAct::Edit)?, About::Words(number)).await;
        let form = people.form(opened)?;
        let text = people.types_anew(number);
        Some(self.fill(&form.custom_id, &text, About::Words(number)).await)
    }

    /// Presses a button below a card, says who they are where that is asked, and at times that it is meant.
    async fn act(&self, act: DeskAct, id: &ConversationId) {
        let people = &self.world.people;
        let mut opened = self.press_on(act, id).await;
        if self.says_who(opened).await {
            opened = self.press_on(act, id).await;
        }
        let confirmations = [DeskAct::TakeOver, DeskAct::CloseNow];
        let offered = people.seen(opened).map(|shown| carried(&shown)).unwrap_or_default();
        let offered = offered.into_iter().find_map(|press| match press {
            DeskPress::Do(act, _) if confirmations.contains(&act) => Some(act),
            _ => None,
        });
        if let Some(confirmed) = offered.filter(|_| people.chance.per_mille(600)) {
            self.press_on(confirmed, id).await;
        }
    }

    async fn press_on(&self, act: DeskAct, id: &ConversationId) -> usize {
        let (guild, _) = self.place;
        let press = self.world.people.presses(Press {
            act,
            conversation: id.clone(),
            guild,
            member: MEMBERS[self.member].0,
            admin: self.admin(),
            began: self.world.time.true_now(),
            moved: None,
        });
        self.press(&DeskPress::Do(act, id.clone()), About::Press(press)).await
    }

    /// Says who they are where that is asked; answers whether it was.
    async fn says_who(&self, opened: usize) -> bool {
        let asked = self.world.people.seen(opened).map(|shown| carried(&shown)).unwrap_or_default();
        let asked = asked.into_iter().find(|press| matches!(press, DeskPress::ActAs(..)));
        let Some(DeskPress::ActAs(_, id)) = asked else { return false };
        // What follows from it is another press.
        let press = DeskPress::ActAs(DeskAct::Reply, id).to_custom_id();
        let data = json!({"custom_id": press, "component_type": 3, "values": [self.admin().as_str()]});
        self.interact(3, data, About::Nothing).await;
        true
    }

    async fn press(&self, press: &DeskPress, about: About) -> usize {
        let data = json!({"custom_id": press.to_custom_id(), "component_type": 2});
        self.interact(3, data, about).await
    }

    async fn fill(&self, custom_id: &str, text: &str, about: About) -> usize {
        let field = json!({"type": 4, "custom_id": deskbell_text::desk::words::FIELD, "value": text});
        let data = json!({"custom_id": custom_id, "components": [{"type": 1, "components": [field]}]});
        self.interact(5, data, about).await
    }

    /// What Discord tells the bot of it, to the end of what the bot does about it.
    async fn interact(&self, kind: u8, data: Value, about: About) -> usize {
        let now = self.world.time.true_now();
        let number = self.world.people.open(about, now);
        let id = MessageId::earliest_at(now).0 + number as u64 % (1 << 22);
        let told = told(id, number, kind, &data, self.place, MEMBERS[self.member].0);
        let interaction: Interaction = serde_json::from_value(told).expect("Discord writes it so");
        answer_press(&self.bot, &interaction).await;
        number
    }
}

/// As the gateway brings it.
fn told(
    id: u64,
    token: usize,
    kind: u8,
    data: &Value,
    (guild, channel): (GuildId, ChannelId),
    member: MemberId,
) -> Value {
    let user = |id: u64| json!({"id": id.to_string(), "username": "member", "discriminator": "0"});
    let (guild, channel) = (guild.0.to_string(), channel.0.to_string());
    json!({
        "id": id.to_string(), "application_id": "900", "type": kind, "version": 1, "token": token.to_string(),
        "guild_id": guild, "channel_id": channel, "locale": "en-US", "entitlements": [],
        "authorizing_integration_owners": {"0": guild}, "app_permissions": "0", "attachment_size_limit": 0,
        "data": data,
        "member": {
            "user": user(member.0), "roles": [], "joined_at": "2026-01-01T00:00:00Z", "deaf": false,
            "mute": false, "flags": 0, "pending": false, "permissions": "32",
        },
        "message": {
            "id": id.to_string(), "channel_id": channel, "author": user(900), "content": "", "type": 0,
            "timestamp": "2026-01-01T00:00:00Z", "edited_timestamp": null, "tts": false, "pinned": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        },
    })
}

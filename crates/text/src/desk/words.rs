//! What is said to somebody who writes to a customer, or a note to the team.

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::conversation::{Part, Reached};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::mention::Called;
use deskbell_domain::message::{Button, File, Form, FormField, Lines, Message, Need};
use deskbell_domain::outgoing::{Outgoing, Stage, WordsFor};
use deskbell_domain::press::desk::{DeskAct, DeskPress, Then, WordsAct};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::Timestamp;

use super::not_me;
use crate::card;

/// Under which the words of a form come back.
pub const FIELD: &str = "text";
/// Code points of a form's field: Discord's limit.
const MOST: u16 = 4_000;
/// Code points of the words as they are shown once more; a message holds 2,000.
pub(super) const SHOWN: usize = 1_500;
/// Code points of what somebody else answered.
const ANSWER: usize = 200;
/// Code points of a name on a button.
const NAME: usize = 40;

/// The form for new words.
pub fn form(to: WordsFor, id: &ConversationId) -> Form {
    filled(to, DeskPress::Written(to, id.clone()).to_custom_id(), String::new())
}

/// The form with what was typed before.
pub fn form_again(outgoing: &Outgoing, key: &str) -> Form {
    filled(outgoing.to, press(WordsAct::Edited, key), outgoing.text.clone())
}

pub(super) fn filled(to: WordsFor, custom_id: String, text: String) -> Form {
    let (title, label) = match to {
        WordsFor::Customer => ("Reply", "What the customer reads"),
        WordsFor::Team => ("Note", "What only your team reads"),
    };
    let field = FormField {
        id: FIELD,
        label: label.to_owned(),
        text,
        most: MOST,
        need: Need::Required,
        lines: Lines::Several,
    };
    Form { custom_id, title: title.to_owned(), fields: vec![field] }
}

fn press(act: WordsAct, key: &str) -> String {
    DeskPress::Words(act, key.to_owned()).to_custom_id()
}

/// Who somebody is was said, and now they can write.
pub fn now_you_are(me: &str, to: WordsFor, id: &ConversationId) -> Message {
    let (label, act) = match to {
        WordsFor::Customer => ("Reply", DeskAct::Reply),
        WordsFor::Team => ("Note", DeskAct::Note),
    };
    let button = Button::primary(label, DeskPress::Do(act, id.clone()).to_custom_id());
    you_are(me, button, &Then::Do(act, id.clone()))
}

pub(super) fn you_are(me: &str, goes_on: Button, then: &Then) -> Message {
    Message::of(Text::ours("From now on I answer for you as ").with(Piece::Bold(me.to_owned())).and("."))
        .buttons([goes_on, not_me(then)])
}

/// The words, and who gets them, before they are sent.
pub fn preview(outgoing: &Outgoing, me: &str, key: &str) -> Message {
    let (send, who) = match outgoing.to {
        WordsFor::Customer => (send_to(outgoing), to_customer(outgoing)),
        WordsFor::Team => ("Add the note".to_owned(), Text::ours("A note for your team, as ")),
    };
    let who = who.with(Piece::Bold(me.to_owned())).and(":");
    let [send, edit, discard] = choices(Button::primary(&send, press(WordsAct::Send, key)), key);
    let somebody_else = not_me(&Then::Words(key.to_owned()));
    Message::of(quoted(who, outgoing)).buttons([send, edit, discard, somebody_else])
}

/// The same, after another teammate answered while they were typed.
pub fn answered_meanwhile(outgoing: &Outgoing, me: &str, answer: &Part, key: &str) -> Message {
    let who = Text::ours("⚠️ ").with(Piece::Bold(card::author(&answer.author))).and(" answered meanwhile: ");
    let said = shorten(&answer.text.to_plain().split_whitespace().collect::<Vec<_>>().join(" "), ANSWER);
    preview(outgoing, me, key).small(who.and_theirs(said))
}

fn to_customer(outgoing: &Outgoing) -> Text {
    let who = Text::ours("To ").with(Piece::Bold(outgoing.customer.clone()));
    match outgoing.reached {
        Reached::ByEmail => who.and(" by e-mail, as "),
        Reached::Otherwise => who.and(", as "),
    }
}

fn send_to(outgoing: &Outgoing) -> String {
    // A visitor without a name is called by an article first.
    let name = outgoing.customer.split_whitespace().next().filter(|name| name.chars().count() > 1);
    let send = name.map(|name| shorten(name, NAME));
    send.map_or_else(|| "Send".to_owned(), |name| format!("Send to {name}"))
}

fn quoted(text: Text, outgoing: &Outgoing) -> Text {
    text.and("\n").with(Piece::Quote(RichText::plain(outgoing.text.clone()), SHOWN))
}

fn choices(send: Button, key: &str) -> [Button; 3] {
    let edit = Button::secondary("Edit", press(WordsAct::Edit, key));
    [send, edit, Button::secondary("Discard", press(WordsAct::Discard, key))]
}

/// They were sent.
pub fn sent(to: WordsFor) -> Message {
    Message::say(match to {
        WordsFor::Customer => "✅ Sent.",
        WordsFor::Team => "✅ Note added. Only your team sees it.",
    })
}

/// They are being sent just now.
pub fn on_their_way() -> Message {
    Message::say("This is being sent just now.")
}

/// Nobody knows whether they were sent.
pub fn unknown(to: WordsFor, until: Timestamp) -> Message {
    let sentence = match to {
        WordsFor::Customer => {
            "I do not know whether it was sent: Intercom did not answer. I look again until "
        }
        WordsFor::Team => {
            "I do not know whether the note was added: Intercom did not answer. I look again until "
        }
    };
    Message::of(Text::ours(sentence).with(Piece::When(until, WhenStyle::Time)).and("."))
}

/// They were found.
pub fn found(to: WordsFor) -> Message {
    Message::say(match to {
        WordsFor::Customer => "✅ It was sent.",
        WordsFor::Team => "✅ The note was added.",
    })
}

/// They were not found.
pub fn not_sent(outgoing: &Outgoing, key: &str) -> Message {
    let sentence = match outgoing.to {
        WordsFor::Customer => "It was not sent.",
        WordsFor::Team => "The note was not added.",
    };
    asked(Text::ours(sentence), outgoing, key)
}

/// Intercom said no; why stands behind the colon.
pub fn refused(outgoing: &Outgoing, why: Text, key: &str) -> Message {
    let sentence = match outgoing.to {
        WordsFor::Customer => "❌ It was not sent: ",
        WordsFor::Team => "❌ The note was not added: ",
    };
    asked(Text::ours(sentence).joined(why).and("."), outgoing, key)
}

fn asked(text: Text, outgoing: &Outgoing, key: &str) -> Message {
    let again = match outgoing.stage {
        Stage::Typed => "Try again",
        _ => "Send again",
    };
    let again = Button::primary(again, press(WordsAct::Send, key));
    Message::of(quoted(text, outgoing)).buttons(choices(again, key))
}

/// They were thrown away.
pub fn discarded() -> Message {
    Message::say("Discarded. Nothing was sent.")
}

/// The same answer with words below it that were just typed and are kept nowhere: whoever typed them has them again.
pub fn giving_back(answer: Message, typed: &str) -> Message {
    let quote = Piece::Quote(RichText::plain(typed.to_owned()), SHOWN);
    let mut answer = answer.joined(Text::ours("\nWhat you typed:\n").with(quote));
    if typed.chars().count() > SHOWN {
        answer.files.push(File { name: "what-you-typed.txt".to_owned(), bytes: typed.as_bytes().to_vec() });
    }
    answer
}

/// They are no longer kept, or somebody else typed them.
pub fn gone() -> Message {
    Message::say("I no longer have these words: I keep them for a day, and for whoever typed them.")
}

/// Said in the channel where nobody can be answered in secret any more. Whoever has to do something about it is called.
pub fn settled_late(outgoing: &Outgoing, key: &str) -> Message {
    let member = outgoing.member;
    let is_sent = matches!(outgoing.stage, Stage::Sent(_));
    let sentence = match (outgoing.to, is_sent) {
        (WordsFor::Customer, true) => "your reply was sent",
        (WordsFor::Customer, false) => "your reply was **not** sent",
        (WordsFor::Team, true) => "your note was added",
        (WordsFor::Team, false) => "your note was **not** added",
    };
    let show = Button::secondary("Show", press(WordsAct::Show, key));
    let mut message =
        Message::say(format!("<@{member}>, I could not tell you before: {sentence}.")).buttons([show]);
    message.flags.silent = is_sent;
    message.calls = (!is_sent).then_some(Called::Member(member));
    message
}

#[cfg(test)]
mod tests {
    use deskbell_domain::conversation::{Author, Readers, Speaker};
    use deskbell_domain::ids::{AdminId, ChannelId, MemberId, PartId};
    use deskbell_domain::outgoing::{AnswerAddress, Telling};
    use insta::assert_snapshot;

    use super::*;

    const KEY: &str = "abcdefgh23456";

    fn outgoing(to: WordsFor) -> Outgoing {
        Outgoing {
            to,
            conversation: ConversationId::new("215470"),
            customer: "Ada Lovelace".to_owned(),
            reached: Reached::Otherwise,
            member: MemberId(9),
            admin: AdminId::new("814"),
            text: "Try the *other* door.\nIt is green.".to_owned(),
            known: [].into(),
            channel: ChannelId(20),
            answer: AnswerAddress::default(),
            stage: Stage::Written,
            tried: None,
            telling: Telling::Done,
        }
    }

    fn read(message: &Message) -> String {
        deskbell_discord::testing::read(message)
    }

    #[test]
    fn a_reply_is_shown_once_more_before_it_is_sent() {
        assert_snapshot!(read(&preview(&outgoing(WordsFor::Customer), "Grace Hopper", KEY)), @r"
        To **Ada Lovelace**, as **Grace Hopper**:
        > Try the \*other\* door.
        > It is green.
        [Send to Ada v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456] [I am somebody else v1:words-by:0:abcdefgh23456]
        ");
        let mailed = Outgoing { reached: Reached::ByEmail, ..outgoing(WordsFor::Customer) };
        assert!(
            read(&preview(&mailed, "Grace", KEY)).starts_with("To **Ada Lovelace** by e-mail, as **Grace**:")
        );
        assert_snapshot!(read(&sent(WordsFor::Customer)), @"✅ Sent.");
        assert_snapshot!(read(&now_you_are("Grace Hopper", WordsFor::Customer, &ConversationId::new("1"))), @"
        From now on I answer for you as **Grace Hopper**.
        [Reply v1:reply:1] [I am somebody else v1:teammates:0:reply:1]
        ");
    }

    #[test]
    fn what_somebody_else_answered_meanwhile_is_shown_before_it_is_sent() {
        let author = Author { name: Some("Alan Turing".to_owned()), ..Author::default() };
        let answer = Part {
            id: PartId::new("7"),
            at: Timestamp(1),
            author,
            speaker: Speaker::Teammate,
            readers: Readers::Everybody,
            text: RichText::plain("It is\nthe blue door."),
            attachments: Vec::new(),
            assigned: None,
            stands: None,
        };
        let warned = answered_meanwhile(&outgoing(WordsFor::Customer), "Grace Hopper", &answer, KEY);
        assert_snapshot!(read(&warned), @r"
        To **Ada Lovelace**, as **Grace Hopper**:
        > Try the \*other\* door.
        > It is green.
        -# ⚠️ **Alan Turing** answered meanwhile: It is the blue door.
        [Send to Ada v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456] [I am somebody else v1:words-by:0:abcdefgh23456]
        ");
    }

    #[test]
    fn what_became_of_words_is_said_as_far_as_it_is_known() {
        let until = Timestamp(1_763_889_600);
        assert_snapshot!(read(&unknown(WordsFor::Customer, until)), @"I do not know whether it was sent: Intercom did not answer. I look again until <t:1763889600:t>.");
        assert_snapshot!(read(&found(WordsFor::Customer)), @"✅ It was sent.");
        assert_snapshot!(read(&not_sent(&outgoing(WordsFor::Customer), KEY)), @r"
        It was not sent.
        > Try the \*other\* door.
        > It is green.
        [Send again v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456]
        ");
        let why = Text::ours("Intercom does not know this record any more");
        assert_snapshot!(read(&refused(&outgoing(WordsFor::Customer), why, KEY)), @r"
        ❌ It was not sent: Intercom does not know this record any more.
        > Try the \*other\* door.
        > It is green.
        [Send again v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456]
        ");
        let typed = Outgoing { stage: Stage::Typed, ..outgoing(WordsFor::Customer) };
        assert_snapshot!(read(&not_sent(&typed, KEY)), @r"
        It was not sent.
        > Try the \*other\* door.
        > It is green.
        [Try again v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456]
        ");
        let lost = settled_late(&outgoing(WordsFor::Customer), KEY);
        assert_snapshot!(read(&lost), @r"
        <@9>, I could not tell you before: your reply was **not** sent.
        [Show v1:words:show:abcdefgh23456]
        ");
        assert!(lost.calls == Some(Called::Member(MemberId(9))) && !lost.flags.silent, "it rings");
        let there = Outgoing { stage: Stage::Sent(None), ..outgoing(WordsFor::Team) };
        assert_snapshot!(read(&settled_late(&there, KEY)), @r"
        <@9>, I could not tell you before: your note was added.
        [Show v1:words:show:abcdefgh23456]
        ");
        assert!(settled_late(&there, KEY).flags.silent, "there is nothing to do");
        assert_snapshot!(read(&discarded()), @"Discarded. Nothing was sent.");
        assert_snapshot!(read(&gone()), @"I no longer have these words: I keep them for a day, and for whoever typed them.");
        assert_snapshot!(read(&on_their_way()), @"This is being sent just now.");
    }

    #[test]
    fn what_was_typed_and_is_kept_nowhere_is_given_back_whole() {
        let refused = Message::say("❌ I cannot do that.").small(Text::ours("Reference k7f2q"));
        assert_snapshot!(read(&giving_back(refused.clone(), "Try the *other* door.\nIt is green.")), @r"
        ❌ I cannot do that.
        -# Reference k7f2q
        What you typed:
        > Try the \*other\* door.
        > It is green.
        ");
        let long = "word ".repeat(800);
        let given = giving_back(refused, &long);
        assert_eq!(given.files[0].bytes, long.as_bytes(), "a message does not hold all of it");
    }

    #[test]
    fn of_a_note_it_is_said_that_only_the_team_sees_it() {
        assert_snapshot!(read(&preview(&outgoing(WordsFor::Team), "Grace Hopper", KEY)), @r"
        A note for your team, as **Grace Hopper**:
        > Try the \*other\* door.
        > It is green.
        [Add the note v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456] [I am somebody else v1:words-by:0:abcdefgh23456]
        ");
        assert_snapshot!(read(&sent(WordsFor::Team)), @"✅ Note added. Only your team sees it.");
        assert_snapshot!(read(&unknown(WordsFor::Team, Timestamp(1_763_889_600))), @"I do not know whether the note was added: Intercom did not answer. I look again until <t:1763889600:t>.");
        assert_snapshot!(read(&found(WordsFor::Team)), @"✅ The note was added.");
        assert_snapshot!(read(&not_sent(&outgoing(WordsFor::Team), KEY)), @r"
        The note was not added.
        > Try the \*other\* door.
        > It is green.
        [Send again v1:words:send:abcdefgh23456] [Edit v1:words:edit:abcdefgh23456] [Discard v1:words:discard:abcdefgh23456]
        ");
    }

    #[test]
    fn a_form_says_who_reads_what_is_typed() {
        let label = |to| form(to, &ConversationId::new("1")).fields.remove(0).label;
        assert_eq!(label(WordsFor::Customer), "What the customer reads");
        assert_eq!(label(WordsFor::Team), "What only your team reads");
        assert_eq!(form_again(&outgoing(WordsFor::Team), KEY).fields[0].text, outgoing(WordsFor::Team).text);
    }
}

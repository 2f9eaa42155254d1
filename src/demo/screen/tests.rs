//! What a terminal shows, from a fixed list of moments.

use proptest::prelude::*;

use super::*;

const LEAD: u32 = 0x00E6_9F00;
const UPDATE: u32 = 0x0056_B4E9;
const CONVERSATION: u32 = 0x00CC_79A7;

fn card(colour: u32, title: Option<&str>, essentials: &[&str], footer: &str) -> CardLine {
    CardLine {
        colour,
        title: title.map(str::to_owned),
        essentials: essentials.iter().map(|&text| text.to_owned()).collect(),
        footer: footer.to_owned(),
    }
}

fn posted(channel: &str, content: &str, cards: Vec<CardLine>) -> Moment {
    Moment::Posted { channel: channel.to_owned(), content: content.to_owned(), cards }
}

fn typed(command: &str, answer: &str) -> Moment {
    let (who, command, answer) = ("@mark".to_owned(), command.to_owned(), answer.to_owned());
    Moment::Typed { who, command, answer, cards: Vec::new() }
}

fn told(mood: Mood, text: &str) -> Moment {
    Moment::Told { mood, text: text.to_owned() }
}

fn play() -> Vec<(u64, Moment)> {
    let ada = ["ada@acme.io", "+49 30 1234567", "vip", "Berlin"];
    let crowd = ["Maria Nowak", "Jonas Nowak", "Aiko Nowak", "Luca Nowak", "Fatima Nowak", "Piotr Nowak"];
    let question = ["Hi, I was charged twice on Monday and would like one of them back."];
    vec![
        (0, Moment::Heading("Deskbell demo: a made-up Acme, no account, no network. 60 seconds. Ctrl-C stops.".to_owned())),
        (4, typed("/notify add event:New lead channel:#sales", "✅ New leads from Acme will be posted in #sales, from now on.")),
        (5, typed("/status", "Acme (US) · connected")),
        (
            9,
            posted(
                "#sales",
                "🌱 New lead: Ada Lovelace (Acme Ltd)",
                vec![card(LEAD, Some("Ada Lovelace"), &ada, "New lead · Acme · k7f2qabc")],
            ),
        ),
        (14, told(Mood::Plain, "Grace opens a page: nothing is posted (a visit is no change).")),
        (
            17,
            posted(
                "#crm",
                "✏️ User updated: Grace Hopper: Email",
                vec![card(UPDATE, Some("Grace Hopper"), &["Email grace@old.io → grace@navy.example"], "User updated · Acme · x9c1tabc")],
            ),
        ),
        (20, posted("#help", "💬 New conversation: Ada Lovelace (Acme Ltd)", vec![
            card(CONVERSATION, Some("Refund for order 1042"), &question, "New conversation · Acme · p2m8wabc"),
        ])),
        (27, posted("#sales", "Catching up: 63 leads since 09:20:12.\n🌱 10 new leads", vec![
            card(LEAD, None, &crowd, "New lead · Acme · k7f2qabc +9"),
        ])),
        (31, told(Mood::Trouble, "Discord takes one more message, hangs up before it answers, and is down for 8 s: the bot cannot know whether it stands.")),
        (39, told(Mood::Good, "Discord is back: 12 posted in 4 messages, none twice.")),
        (60, Moment::Summary {
            mood: Mood::Good,
            text: "Done: 137 events, 137 posted once, 0 lost, 0 twice · 31 messages · 2.1 Intercom calls per check.".to_owned(),
            next: "Next: README, \"Set up in 5 minutes\".".to_owned(),
        }),
    ]
}

fn shown(width: usize, palette: Palette) -> String {
    let screen = Screen { width: Width(width), palette };
    play().iter().map(|(at, moment)| screen.show(StoryTime(*at), moment)).collect::<Vec<_>>().join("\n")
}

#[test]
fn eighty_columns() {
    insta::assert_snapshot!(shown(80, Palette::Plain), @r#"
    Deskbell demo: a made-up Acme, no account, no network. 60 seconds. Ctrl-C stops.
    09:20:04  @mark   /notify add event:New lead channel:#sales
                      ✅ New leads from Acme will be posted in #sales, from now on.
    09:20:05  @mark   /status                                  Acme (US) · connected
    09:20:09  #sales  🌱 New lead: Ada Lovelace (Acme Ltd)
                      ┃ ada@acme.io · +49 30 1234567 · vip · B…  New lead · k7f2qabc
    09:20:14  Grace opens a page: nothing is posted (a visit is no change).
    09:20:17  #crm    ✏️ User updated: Grace Hopper: Email
                      ┃ Email grace@old.io → grace@navy.ex…  User updated · x9c1tabc
    09:20:20  #help   💬 New conversation: Ada Lovelace (Acme Ltd)
                      ┃ Hi, I was charged twice on Mon…  New conversation · p2m8wabc
    09:20:27  #sales  Catching up: 63 leads since 09:20:12.
                      🌱 10 new leads
                      ┃ Maria Nowak · Jonas Nowak · Aiko No…  New lead · k7f2qabc +9
    09:20:31  Discord takes one more message, hangs up before it answers, and is
              down for 8 s: the bot cannot know whether it stands.
    09:20:39  Discord is back: 12 posted in 4 messages, none twice.
    Done: 137 events, 137 posted once, 0 lost, 0 twice · 31 messages · 2.1 Intercom
    calls per check.
    Next: README, "Set up in 5 minutes".
    "#);
}

#[test]
fn a_hundred_and_twenty_columns() {
    insta::assert_snapshot!(shown(120, Palette::Plain), @r#"
    Deskbell demo: a made-up Acme, no account, no network. 60 seconds. Ctrl-C stops.
    09:20:04  @mark   /notify add event:New lead channel:#sales
                      ✅ New leads from Acme will be posted in #sales, from now on.
    09:20:05  @mark   /status                                                                          Acme (US) · connected
    09:20:09  #sales  🌱 New lead: Ada Lovelace (Acme Ltd)
                      ┃ Ada Lovelace · ada@acme.io · +49 30 1234567 · vip · Berlin                New lead · Acme · k7f2qabc
    09:20:14  Grace opens a page: nothing is posted (a visit is no change).
    09:20:17  #crm    ✏️ User updated: Grace Hopper: Email
                      ┃ Grace Hopper · Email grace@old.io → grace@navy.example                User updated · Acme · x9c1tabc
    09:20:20  #help   💬 New conversation: Ada Lovelace (Acme Ltd)
                      ┃ Hi, I was charged twice on Monday and would like one of them back.       New conversation · p2m8wabc
    09:20:27  #sales  Catching up: 63 leads since 09:20:12.
                      🌱 10 new leads
                      ┃ Maria Nowak · Jonas Nowak · Aiko Nowak · Luca Nowak · Fatima Nowak · Piotr…   New lead · k7f2qabc +9
    09:20:31  Discord takes one more message, hangs up before it answers, and is down for 8 s: the bot cannot know whether
              it stands.
    09:20:39  Discord is back: 12 posted in 4 messages, none twice.
    Done: 137 events, 137 posted once, 0 lost, 0 twice · 31 messages · 2.1 Intercom calls per check.
    Next: README, "Set up in 5 minutes".
    "#);
}

#[test]
fn colours_are_those_of_the_cards_and_take_no_room() {
    let coloured = shown(80, Palette::Coloured);
    assert!(coloured.contains("\u{1b}[38;2;230;159;0m┃ \u{1b}[0m"), "{coloured}");
    let mut bare = String::new();
    let mut is_escape = false;
    for character in coloured.chars() {
        is_escape |= character == '\u{1b}';
        if !is_escape {
            bare.push(character);
        }
        is_escape &= character != 'm';
    }
    assert_eq!(bare.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), shown(80, Palette::Plain));
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_screen(
        width in LEAST..=MOST,
        text in "([a-z]{1,12} |👤|✅|é|漢){0,40}",
        footer in "[a-zA-Z ·]{0,40}",
    ) {
        let screen = Screen { width: Width(width), palette: Palette::Plain };
        let cards = vec![card(LEAD, Some(&text), &[&text, "b"], &footer), card(LEAD, None, &[&text], &footer)];
        let moments = [
            posted("#support-and-more", &text, cards),
            typed(&text, &text),
            told(Mood::Plain, &text),
            Moment::Summary { mood: Mood::Good, text: text.clone(), next: text.clone() },
        ];
        for moment in &moments {
            for line in screen.show(StoryTime(3), moment).lines() {
                prop_assert!(line.width() <= width, "{line}");
            }
        }
    }
}

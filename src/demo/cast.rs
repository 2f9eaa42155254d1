//! The people of the play, all invented.

/// Somebody who leaves an e-mail address at Acme's door.
#[derive(Clone, Copy)]
pub(super) struct Character {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
}

const fn character(
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    [city, country]: [&'static str; 2],
) -> Character {
    Character { name, email, phone, city, country }
}

pub(super) const ADA: Character =
    character("Ada Lovelace", "ada@analytical.example", "+44 20 7946 0815", ["London", "United Kingdom"]);
pub(super) const ALAN: Character =
    character("Alan Turing", "alan@bletchley.example", "+44 161 496 0123", ["Manchester", "United Kingdom"]);
pub(super) const KATHERINE: Character = character(
    "Katherine Johnson",
    "katherine@langley.example",
    "+1 757 555 0101",
    ["Hampton", "United States"],
);

/// Users whom Acme has had for long.
pub(super) const USERS: [Character; 7] = [
    character("Grace Hopper", "grace@navy.example", "+1 212 555 0142", ["New York", "United States"]),
    character("Hedy Lamarr", "hedy@hopping.example", "+43 1 555 0114", ["Vienna", "Austria"]),
    character("Edsger Dijkstra", "edsger@paths.example", "+31 10 555 0130", ["Rotterdam", "Netherlands"]),
    character("Barbara Liskov", "barbara@clu.example", "+1 617 555 0139", ["Boston", "United States"]),
    character("Radia Perlman", "radia@spanning.example", "+1 425 555 0151", ["Seattle", "United States"]),
    character("Ken Thompson", "ken@belle.example", "+1 504 555 0143", ["New Orleans", "United States"]),
    character("Joan Clarke", "joan@hut8.example", "+44 20 7946 0117", ["London", "United Kingdom"]),
];

/// Who comes while Discord is down.
pub(super) const LATE_LEADS: [Character; 6] = [
    character("Margaret Hamilton", "margaret@apollo.example", "+1 617 555 0136", ["Boston", "United States"]),
    character("Dennis Ritchie", "dennis@c.example", "+1 908 555 0141", ["Berkeley Heights", "United States"]),
    character("Annie Easley", "annie@centaur.example", "+1 216 555 0133", ["Cleveland", "United States"]),
    character("Niklaus Wirth", "niklaus@oberon.example", "+41 44 555 0134", ["Zurich", "Switzerland"]),
    character("Mary Jackson", "mary@tunnel.example", "+1 757 555 0121", ["Hampton", "United States"]),
    character("Tony Hoare", "tony@quick.example", "+44 1865 496 034", ["Oxford", "United Kingdom"]),
];
pub(super) const LATE_USERS: [Character; 2] = [
    character("Frances Allen", "frances@ptran.example", "+1 914 555 0132", ["Peru", "United States"]),
    character("John Backus", "john@fortran.example", "+1 215 555 0124", ["Philadelphia", "United States"]),
];

/// What customers write: subject, and the HTML of the text.
pub(super) const QUESTIONS: [(&str, &str); 9] = [
    (
        "Refund for order 1042",
        "<p>Hi, I was charged <b>twice</b> on Monday and would like one of them back.</p>",
    ),
    ("Where is my invoice?", "<p>The one of October, please: our bookkeeper waits for it.</p>"),
    ("Can I add three seats?", "<p>We are three more from next week on. What does that cost?</p>"),
    ("Export stops at 80 %", "<p>Since this morning the export stops and says nothing. Can you look?</p>"),
    ("Is everything all right?", "<p>Your page loads, but slowly.</p>"),
    ("Login link expired", "<p>The link in the mail is too old. Can I have another?</p>"),
    ("Thank you!", "<p>Just that. It works again, and I wanted somebody to know.</p>"),
    ("A question about the API", "<p>Is there a limit on calls per minute?</p>"),
    ("An offer for a school", "<p>We are 200 pupils. What would that cost?</p>"),
];

/// Somebody who wrote to Acme before the bot came.
pub(super) struct Writer {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) asks: &'static str,
}

const fn writer(name: &'static str, email: &'static str, asks: &'static str) -> Writer {
    Writer { name, email, asks }
}

pub(super) const CHARLES: Writer =
    writer("Charles Babbage", "charles@engine.example", "<p>Do you ship to London?</p>");
pub(super) const MARY: Writer =
    writer("Mary Somerville", "mary@mechanism.example", "<p>How do I add a seat?</p>");
pub(super) const SOPHIE: Writer =
    writer("Sophie Germain", "sophie@primes.example", "<p>Where is the API described?</p>");
pub(super) const DOROTHY: Writer =
    writer("Dorothy Vaughan", "dorothy@west.example", "<p>How do I reset my password?</p>");
pub(super) const LEA_ANSWERS: &str = "Press Forgot below the form.";
/// A visitor of whom nobody knows anything at first.
pub(super) const LEAVES_ADDRESS: Character =
    character("Emmy Noether", "emmy@rings.example", "+49 9131 555 0123", ["Erlangen", "Germany"]);

const FIRST_NAMES: [&str; 10] =
    ["Maria", "Jonas", "Aiko", "Luca", "Fatima", "Piotr", "Chloe", "Diego", "Nia", "Sven"];
const LAST_NAMES: [&str; 10] =
    ["Nowak", "Silva", "Tanaka", "Rossi", "Haddad", "Meyer", "Martin", "Lopez", "Okafor", "Berg"];
/// How many come out of the webinar.
pub(super) const CROWD: usize = FIRST_NAMES.len() * LAST_NAMES.len();

/// The names and e-mail addresses of those who were in the webinar, no two alike.
pub(super) fn crowd() -> impl Iterator<Item = (String, String)> {
    LAST_NAMES.iter().flat_map(|last| FIRST_NAMES.iter().map(move |first| (first, last))).map(
        |(first, last)| {
            let email = format!("{}.{}@webinar.example", first.to_lowercase(), last.to_lowercase());
            (format!("{first} {last}"), email)
        },
    )
}

//! The tasks of a support hour, each played as `docs/taps.md` has it, and in as many taps as it says there.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::{Person, Reply};

use crate::desk_scene::Scene;

const PAGE: &str = include_str!("../../docs/taps.md");
/// What the median of all tasks may be.
const GOAL: usize = 3;

/// A row of the table.
struct Task {
    name: &'static str,
    taps: usize,
    way: Vec<Tap>,
}

/// One tap, as the page writes it.
#[derive(Debug)]
enum Tap {
    Typed(&'static str),
    Pressed(&'static str),
    Chosen { list: &'static str, option: &'static str },
    FilledIn { field: &'static str },
}

impl Tap {
    fn read(text: &'static str) -> Self {
        let pressed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let chosen = text.strip_prefix('*').and_then(|text| text.split_once("*: "));
        match (pressed, chosen, text.strip_prefix("form: ")) {
            (Some(label), ..) => Self::Pressed(label),
            (_, Some((list, option)), _) => Self::Chosen { list, option },
            (.., Some(field)) => Self::FilledIn { field },
            _ if text.starts_with('/') => Self::Typed(text),
            _ => panic!("{text} is no tap"),
        }
    }

    /// Whether a message has what is pressed or chosen from; forms and commands need none.
    fn is_offered_by(&self, message: &Message) -> bool {
        let shown = message.render();
        match self {
            Self::Pressed(label) => shown.contains(&format!("[{label}]")),
            Self::Chosen { list, .. } => shown.contains(list),
            Self::Typed(_) | Self::FilledIn { .. } => true,
        }
    }
}

fn tasks() -> Vec<Task> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| task"));
    let task = |row: &'static str| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, taps, way] = cells[..] else { panic!("{row} has three cells") };
        // What is typed as code is a tap; an arrow within it belongs to a name.
        let way = way.split('`').skip(1).step_by(2).map(Tap::read).collect();
        Task { name, taps: taps.parse().expect("a number"), way }
    };
    rows.map(task).collect()
}

/// Who does it, and what they read then. Nobody does all of it: one person has so many calls of Intercom in a minute.
fn done(task: &str) -> (&'static str, &'static str) {
    match task {
        "see who wrote" => ("ana", "Ada Lovelace"),
        "take it" => ("ana", "✅ You have it, as **Grace Hopper**."),
        "answer" => ("ana", "✅ Sent."),
        "note something for the team" => ("ana", "✅ Note added. Only your team sees it."),
        "close it" => ("ana", "✅ Closed, as **Grace Hopper**."),
        "reopen it" => ("ana", "✅ Reopened, as **Grace Hopper**."),
        "find a person" => ("mark", "Ada Lovelace"),
        "create a lead" => ("mark", "✅ Lead created."),
        "silence a channel" => ("mark", "✅ They no longer ring."),
        "see who waits" => ("ana", "waits since"),
        "see why a card is quiet" => ("mark", "They do not ring."),
        "hand it over" => ("ben", "✅ **Joan Clarke** has it now."),
        other => panic!("{other} is no task of the page"),
    }
}

async fn tap(scene: &Scene, who: &Person, tap: &Tap, before: &Before) -> Reply {
    let done = match (tap, before) {
        (Tap::Typed(command), _) => who.slash(scene.stage.guild.support, command),
        (Tap::Pressed(label), Before::Message(message)) => who.press(message, label),
        (Tap::Chosen { list, option }, Before::Message(message)) => who.select(message, list, &[option]),
        (Tap::FilledIn { field }, Before::Form(form)) => {
            who.submit_modal(form, &[(field, "It is open.")]).await
        }
        (tap, _) => panic!("{tap:?} does not come first"),
    };
    done.unwrap_or_else(|failure| panic!("{tap:?}: {failure}"))
}

/// What stands before somebody when they tap.
enum Before {
    Message(Box<Message>),
    Form(Reply),
}

/// Does the task, and answers what is read at its end.
async fn play(scene: &Scene, task: &Task) -> String {
    let (who, end) = done(task.name);
    let (who, mut before) = (scene.person(who), Before::Message(Box::new(scene.card().await)));
    for (number, one) in task.way.iter().enumerate() {
        let reply = tap(scene, &who, one, &before).await;
        let next = task.way.get(number + 1);
        before = if let Some(Tap::FilledIn { .. }) = next {
            Before::Form(reply)
        } else {
            let goes_on = |message: &Message| match next {
                Some(next) => next.is_offered_by(message),
                None => message.render().contains(end),
            };
            let message = reply.message_where(task.name, goes_on).await;
            Before::Message(Box::new(message.unwrap_or_else(|failure| panic!("{}: {failure}", task.name))))
        };
    }
    match before {
        Before::Message(message) => message.render(),
        Before::Form(_) => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_task_of_a_support_hour_takes_the_taps_that_the_page_says() {
    let mut scene = Scene::set().await;
    scene.stage.intercom.workspace().add_admin("Joan Clarke", "joan@acme.test");
    scene.ana_is_grace().await;
    let asked = scene.press("ben", "Note").await;
    scene.says_who("ben", asked, "Alan Turing", "From now on I answer for you as **Alan Turing**.").await;
    let tasks = tasks();
    assert_eq!(tasks.len(), 12);
    // Whoever waits stands on the card until somebody has taken it.
    let first = ["see who wrote", "see who waits"];
    let (first, later): (Vec<_>, Vec<_>) = tasks.iter().partition(|task| first.contains(&task.name));
    for task in first.into_iter().chain(later) {
        assert_eq!(task.way.len(), task.taps, "{}", task.name);
        if task.name == "reopen it" {
            scene.card_says("[Reopen]").await;
        }
        let read = play(&scene, task).await;
        assert!(read.contains(done(task.name).1), "{}: {read}", task.name);
    }
    scene.stage.stop().await;
}

#[test]
fn the_median_of_the_taps_is_as_the_page_says() {
    let mut taps: Vec<_> = tasks().iter().map(|task| task.taps).collect();
    taps.sort_unstable();
    let median = taps[taps.len() / 2];
    assert!(median <= GOAL, "{taps:?}");
    assert!(PAGE.contains(&format!("The median is {median}, the goal at most {GOAL}.")), "{taps:?}");
}

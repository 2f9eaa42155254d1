//! What people read in a browser on their way to allow the bot in Intercom. What comes from outside is escaped where the
//! page is written.

use deskbell_domain::port::connector::TokenFault;
use deskbell_domain::service::authorization::{NotAllowed, Request};

use crate::plain;

/// A page: a headline, paragraphs, and perhaps a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The headline.
    pub title: String,
    /// What it says, a paragraph each.
    pub paragraphs: Vec<String>,
    /// What the button says, which goes on.
    pub button: Option<&'static str>,
}

impl Page {
    fn saying(title: &str, paragraphs: impl IntoIterator<Item = String>) -> Self {
        Self { title: title.to_owned(), paragraphs: paragraphs.into_iter().collect(), button: None }
    }
}

/// Before anything happens: which server, who asked, and what it will see.
pub fn before(request: &Request) -> Page {
    let Request { server, name, .. } = request;
    let paragraphs = [
        format!("{name} wants to connect the Discord server \"{server}\" with your Intercom workspace."),
        "Whoever may use Deskbell in that server will see leads, users, companies and conversations of the workspace, \
         and can create and change leads and users, as far as you allow it in Intercom."
            .to_owned(),
        "Go on only if you know that server and want that. Nothing is connected before it is confirmed in Discord."
            .to_owned(),
    ];
    Page { button: Some("Go on to Intercom"), ..Page::saying("Connect with Intercom?", paragraphs) }
}

/// Whether the one who asked was asked in Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// They were.
    Yes,
    /// Discord did not take the question.
    No,
}

/// After Intercom was asked.
pub fn almost_done(request: &Request, workspace: &str, asked: Asked) -> Page {
    let Request { name, server, .. } = request;
    match asked {
        Asked::Yes => Page::saying(
            "Almost done",
            [
                format!("Intercom allowed the workspace \"{workspace}\"."),
                format!(
                    "Go back to Discord and confirm there: {name} is asked in the server \"{server}\". That takes ten minutes at \
                     most."
                ),
            ],
        ),
        Asked::No => Page::saying(
            "Nothing was changed",
            [format!(
                "Intercom allowed the workspace \"{workspace}\", but the question whether to connect it could not be brought to \
                 Discord. {name} types /connection in the server \"{server}\" for a new link."
            )],
        ),
    }
}

/// Intercom did not let somebody through; `why` is its own word.
pub fn turned_away(why: &str) -> Page {
    Page::saying("Nothing was changed", [format!("Intercom says no: {why}. Nothing was changed.")])
}

/// Nobody came back with a token.
pub fn not_allowed(why: &NotAllowed) -> Page {
    let sentence = match why {
        NotAllowed::UnknownState => {
            "This link was used already, or is older than ten minutes. Type /connection in Discord for a new one.".to_owned()
        }
        NotAllowed::AnotherBrowser => {
            "This link was opened in another browser. Open the link from Discord here, and go on from there.".to_owned()
        }
        NotAllowed::Token(TokenFault::Refused) => {
            "Intercom gave no token for that. Type /connection in Discord and try again.".to_owned()
        }
        NotAllowed::Token(TokenFault::NoWorkspace) => {
            "Intercom does not say which workspace that is, so it cannot be connected.".to_owned()
        }
        NotAllowed::Token(TokenFault::Unanswered(cause)) => format!(
            "Intercom could not be asked: {}. Type /connection in Discord and try again in a few minutes.",
            plain::cause(*cause)
        ),
        NotAllowed::Store(_) => {
            "Deskbell cannot read or write its own store just now. Try again in a few minutes.".to_owned()
        }
    };
    Page::saying("Nothing was changed", [sentence])
}

/// There is nothing at that address.
pub fn nothing_here() -> Page {
    Page::saying(
        "Nothing here",
        ["Deskbell has no such page. Type /connection in Discord for a link.".to_owned()],
    )
}

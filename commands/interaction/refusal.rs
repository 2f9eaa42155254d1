//! The answers that say no: nothing is wrong with the bot, and each has a sentence of its own.

use deskbell_domain::access::ManageServer;
use deskbell_domain::channel::{Audience, Permission};
use deskbell_domain::contact::Role;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId};
use deskbell_domain::message::Message;
use deskbell_domain::service::draft::Mistake;
pub use deskbell_domain::service::request::NotPosted;
pub use deskbell_text::channel::ClosedChannel;
use deskbell_text::command::CommandName;
use deskbell_text::refusal::{Forbidden, Settings, Team};

use crate::interaction::workspace::Waiting;

/// The answers that say no.
#[derive(thiserror::Error)]
pub enum Refusal {
    /// Outside of a server.
    #[error("not in a server")]
    NotInServer,
    /// The server is not in `DISCORD_GUILD_ID`.
    #[error("server not linked")]
    NotLinked {
        /// Which.
        guild: GuildId,
        /// Whether the asker is told what to do.
        manage: ManageServer,
    },
    /// The server is connected to no workspace, and may connect itself.
    #[error("server not connected")]
    NotConnected {
        /// Whether the asker can do it.
        manage: ManageServer,
    },
    /// Intercom has not told yet which workspace the server is connected to.
    #[error("workspace not known yet")]
    WorkspaceUnknown(Waiting),
    /// The asker may not see (or export) customers.
    #[error("no access")]
    NoAccess {
        /// What they may not look at.
        what: Forbidden,
        /// Who may.
        team: Team,
    },
    /// The asker may not set up.
    #[error("not a manager")]
    NotManager {
        /// What only a manager can do.
        what: Settings,
    },
    /// What was typed to make somebody cannot be.
    #[error("mistyped")]
    Mistakes {
        /// All that is wrong; never empty.
        mistakes: Vec<Mistake>,
        /// What [Mend it] carries, where what was typed could be kept.
        mend: Option<String>,
    },
    /// Whoever was to be shown is not in Intercom any more.
    #[error("deleted contact")]
    Gone,
    /// Nobody is known by that.
    #[error("unknown contact")]
    Unknown {
        /// What was looked for.
        role: Role,
        /// By which words.
        text: String,
    },
    /// It is the other kind.
    #[error("wrong role")]
    WrongRole {
        /// What it is.
        found: Role,
        /// Which.
        id: ContactId,
    },
    /// The user to be changed is a lead.
    #[error("a lead has this e-mail")]
    IsLead(ContactId),
    /// There is no address to look up.
    #[error("no e-mail in the message")]
    NoEmailInMessage,
    /// No company is known by that.
    #[error("unknown company")]
    UnknownCompany(String),
    /// Nobody knows whether the lead was made.
    #[error("lead creation unclear")]
    LeadUnclear,
    /// The state behind a button is gone.
    #[error("list expired")]
    ListExpired {
        /// Which list can be shown again.
        role: Role,
    },
    /// The state behind a choice is gone.
    #[error("choice expired")]
    ChoiceExpired {
        /// The command that offers it anew.
        command: CommandName,
    },
    /// Intercom says that a contact like the new lead exists.
    #[error("lead exists")]
    LeadExists(Option<ContactId>),
    /// Discord keeps an older form of a command.
    #[error("older form of a command")]
    OldCommand,
    /// A button of an older version, or one that was never ours.
    #[error("unknown control")]
    OldButton,
    /// Nothing but spaces was typed.
    #[error("nothing typed")]
    NothingTyped,
    /// What a card without personal data showed is not in the store any more.
    #[error("the event is no longer kept")]
    NoLongerKept,
    /// No conversation is known by that.
    #[error("no such conversation")]
    NoSuchConversation(String),
    /// Intercom does not know the conversation any more.
    #[error("unknown conversation")]
    UnknownConversation,
    /// Nothing can be posted in the channel.
    #[error("cannot post in the channel")]
    Channel(Box<ClosedChannel>),
    /// A crowd can read the channel, and the asker may not decide that.
    #[error("a crowd can read the channel")]
    PublicChannel(ChannelId, Audience),
    /// The asker may not post in the channel themselves.
    #[error("the asker may not post in the channel")]
    MayNotPost {
        /// Which.
        channel: ChannelId,
        /// What they lack there.
        lacking: Vec<Permission>,
    },
    /// Discord did not take a message.
    #[error("not posted")]
    NotPosted(NotPosted),
    /// A message is on its way just now.
    #[error("busy")]
    Busy,
    /// Others change the same all the while.
    #[error("contended")]
    Contended,
    /// Another export runs in this server.
    #[error("an export runs already")]
    ExportRuns,
    /// The asker's own export runs, here or in another server.
    #[error("an export of the asker runs")]
    OwnExportRuns,
    /// Too much that the asker wants is being worked on.
    #[error("too much at once")]
    TooMuchAtOnce,
    /// A sentence that a group of commands makes itself.
    #[error("{kind}")]
    Said {
        /// Which, for the log.
        kind: Said,
        /// The sentence, without sign and reference.
        reply: Box<Message>,
    },
}

/// The refusals whose sentence depends on more than they hold, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Said {
    /// Nobody knows whether the first message of a notification stands.
    #[error("test message unclear")]
    TestMessageUnclear,
    /// There is no such notification.
    #[error("unknown notification")]
    UnknownNotification,
    /// The server has none.
    #[error("no notifications")]
    NoNotifications,
    /// There is no such event that could not be posted.
    #[error("unknown dead letter")]
    UnknownFailedEvent,
    /// @everyone cannot be given access.
    #[error("everyone")]
    Everyone,
    /// The server is too large to be a team.
    #[error("too large for a team")]
    TooLargeForATeam,
    /// The notification is there already.
    #[error("already there")]
    AlreadyThere,
    /// What was typed is no threshold, or the kind has none.
    #[error("no threshold")]
    NoThreshold,
    /// What was typed is nobody who can be mentioned, or no time.
    #[error("no mention")]
    NoMention,
    /// The user was restored, and nothing else done.
    #[error("only restored")]
    OnlyRestored,
    /// Several users have the e-mail.
    #[error("several users have the e-mail")]
    SeveralUsers,
    /// Several companies are meant.
    #[error("several companies are meant")]
    SeveralCompanies,
    /// Leads have the e-mail of the new user.
    #[error("leads have the e-mail")]
    LeadsHaveIt,
    /// The workspace lacks the attribute that holds members' ids.
    #[error("no such attribute")]
    NoSuchAttribute,
    /// The person was merged into another.
    #[error("merged")]
    Merged,
    /// The server was not connected to a workspace.
    #[error("not connected")]
    NotConnected,
}

/// What a person typed never reaches a log line.
impl std::fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Refusal({self})")
    }
}

//! Events for the stories: of one person each, with a time of their own.

use deskbell_desk::contact::{Contact, Role};
use deskbell_desk::conversation::Conversation;
use deskbell_desk::difference::{Change, ChangeKind, Field};
use deskbell_desk::event::{Event, EventId, Record, UserOrigin};
use deskbell_desk::ids::{ContactId, ConversationId};
use deskbell_desk::time::Timestamp;

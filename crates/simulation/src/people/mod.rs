//! Members who press buttons and fill in forms: what they were shown, what they typed and what of it stands at Intercom,
//! and whether what they were told was so. They outlive the process.

mod answers;
mod book;
mod controls;
mod presses;
mod told;
mod words;

pub(crate) use self::answers::{edit, respond};
pub(crate) use self::book::{About, People, Press, Typed, Words, Writer};
pub(crate) use self::controls::{button, carried};
pub(crate) use self::presses::moves;
pub(crate) use self::told::Told;
pub(crate) use self::words::{calls, stand};

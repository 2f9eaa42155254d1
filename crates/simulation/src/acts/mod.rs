//! The doing of what the script says, in a world with or without a living process.

mod commands;
mod customers;
mod rooms;
mod set_up;
mod share;
mod typist;

pub(crate) use self::commands::obey;
pub(crate) use self::customers::do_customers;
pub(crate) use self::rooms::change_rooms;

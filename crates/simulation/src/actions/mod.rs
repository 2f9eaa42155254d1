//! The doing of what the script says, in a world with or without a living process.

mod channels;
mod commands;
mod connections;
mod customers;
mod desk;
mod people;
mod set_up;
mod share;
mod typist;
pub(crate) mod webhooks;

pub(crate) use self::channels::change_channels;
pub(crate) use self::commands::obey;
pub(crate) use self::connections::change_token;
pub(crate) use self::customers::do_customers;

//! One channel: what the rest of the bot has of it ([`handle`]), the task that serves it ([`worker`]), and what that
//! task does.
//!
//! What decides is values: a [`consumer`] with its [`state`], the [`work`] that comes first, when a suspended channel is
//! probed ([`probes`]). What acts is functions on them: [`load`], [`send`], [`refuse`], [`reconcile`], [`settle`],
//! [`suspend`], [`audience`], [`control`], [`one_off`], [`edit`]. They answer with an effect, and the worker alone carries out what
//! concerns the channel as a whole.

mod announce;
mod audience;
mod consumer;
mod consumers;
mod control;
mod duplicates;
mod edit;
mod effect;
mod entries;
mod flight;
pub(super) mod handle;
pub(super) mod inbox;
mod load;
mod mention;
pub(super) mod notice_right;
pub(super) mod one_off;
mod pictures;
mod probes;
mod react;
mod reconcile;
mod record;
mod refuse;
mod send;
mod sender;
mod settle;
mod state;
mod suspend;
mod suspicion;
mod work;
pub(super) mod worker;

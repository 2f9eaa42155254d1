//! The domain of Deskbell: the types, the rules and the ports.
//!
//! Nothing here reads a clock, opens a file or speaks to a network: what comes from outside enters through the
//! traits of [`port`], what a person sees leaves as a [`card::Card`] or a [`message::Message`], which know
//! nothing of Discord's types; their words stand in `text`. `text`, `intercom`, `store` and `discord` build on this
//! crate; it builds on none of them.

pub mod access;
pub mod address;
pub mod address_cut;
pub mod alert;
pub mod amendment;
pub mod attribute;
pub mod audit;
pub mod backoff;
pub mod being_made;
pub mod bounds;
pub mod calls;
pub mod card;
pub mod channel;
pub mod connection;
pub mod contact;
pub mod conversation;
pub mod creations;
pub mod crowd;
pub mod delivery;
pub mod difference;
pub mod event;
pub mod home;
pub mod ids;
pub mod layout;
pub mod links;
pub mod matching;
pub mod member_field;
pub mod mention;
pub mod message;
pub mod nameable;
pub mod names;
pub mod number;
pub mod office_hours;
pub mod outgoing;
pub mod paging;
pub mod pasted;
pub mod person;
pub mod port;
pub mod press;
pub mod rich_text;
pub mod right;
pub mod ring;
pub mod roll_up;
pub mod service;
pub mod shard;
pub mod sight;
pub mod status;
pub mod stream;
pub mod subscription;
pub mod teammate;
pub mod threshold;
pub mod time;
pub mod topic;
pub mod trouble;
pub mod visible;
pub mod webhook;
pub mod workspace;

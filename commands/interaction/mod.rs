//! What every command needs around it: who asks, what they can reach and may do, and how they are answered.

pub(crate) mod answer;
pub(crate) mod asker;
pub(crate) mod at_work;
pub(crate) mod audit;
pub(crate) mod bot;
pub(crate) mod complete;
pub(crate) mod context;
pub(crate) mod effect;
pub(crate) mod error;
pub(crate) mod guard;
pub(crate) mod keep;
pub(crate) mod kept;
pub(crate) mod newest;
pub(crate) mod refusal;
pub(crate) mod registration;
pub(crate) mod request;
pub(crate) mod rights;
pub(crate) mod session;
pub(crate) mod tell;
pub(crate) mod turns;
pub(crate) mod under_way;
pub(crate) mod words;
pub(crate) mod workspace;

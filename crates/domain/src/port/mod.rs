//! The ports: everything that Deskbell needs from outside, as traits. With the feature `mock` each has a mock.

pub mod channels;
pub mod connector;
pub mod intercom;
pub mod messenger;
pub mod outbox;
pub mod random;
pub mod remover;
pub mod rights;
pub mod sealing;
pub mod search;
pub mod store;
pub mod token_permission;
pub mod unanswered;

//! Stories end to end: the real bot between both stand-ins, read like a conversation.

mod stage;

mod commands;

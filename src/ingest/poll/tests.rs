//! Stories of polling, over an Intercom and a journal in memory and on paused time.

mod answers;
mod faults;
mod in_the_making;
mod intercom;
mod journal;
mod late_names;
mod lossless;
mod names;
mod paging;
mod partial_lists;
mod people;
mod poison;
mod running;
mod signed_up;
mod standings;
mod streams;
mod threads;
mod users;
mod waits;
mod walks;
mod webhooks;
mod world;

//! What people read, sentence by sentence.

mod contacts;

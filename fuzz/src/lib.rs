//! What must hold for any bytes from outside, one module a target. Each has `check`, which panics where a promise does
//! not hold: the fuzzer calls it with what it makes up, an ordinary test (`tests/fuzz_corpus.rs`) with the corpus.

pub mod configuration;
pub mod custom_id;
pub mod html_to_markdown;
pub mod intercom_json;
mod markdown;
mod posting;
pub mod stored_values;

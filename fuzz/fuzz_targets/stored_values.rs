//! The values of a store: see `deskbell_fuzz::stored_values`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::stored_values::check(data));

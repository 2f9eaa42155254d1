//! What a button carries: see `deskbell_fuzz::custom_id`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::custom_id::check(data));

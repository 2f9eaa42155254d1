//! A `.env`: see `deskbell_fuzz::configuration`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::configuration::check(data));

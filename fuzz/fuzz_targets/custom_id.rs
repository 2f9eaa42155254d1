#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::custom_id::check(data));

//! Answers of Intercom: see `deskbell_fuzz::intercom_json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::intercom_json::check(data));

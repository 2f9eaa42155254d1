//! HTML on its way to a channel: see `deskbell_fuzz::html_to_markdown`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| deskbell_fuzz::html_to_markdown::check(data));

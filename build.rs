//! How the released binary is linked: the addresses that the loader fills in at the start take a fifth of their room packed,
//! which makes the file more than a megabyte smaller.

use std::env;

/// Debian 12, Ubuntu 23.04 and Fedora 37 have a C library (glibc 2.36) that reads them; older ones refuse the binary. What is
/// built while one develops runs on these too.
const PACKED: &str = "-Wl,-z,pack-relative-relocs";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|found| found == value);
    let is_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is_glibc && is("PROFILE", "release") {
        println!("cargo:rustc-link-arg-bins={PACKED}");
    }
}

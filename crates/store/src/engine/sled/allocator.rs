//! What the C library does with memory that sled is done with.
//!
//! sled writes its log through buffers of half a megabyte, a new one for each stretch. By itself the C library learns from
//! the first of them that is freed to keep such blocks for the next time, in one of as many pools as there are threads, and
//! the process of 400 busy workspaces grew to twice of what it used. So blocks of that size go back to the system at once.
#![expect(unsafe_code, reason = "a setting of the C library has no other way in")]

use std::sync::Once;

/// Pools of memory that threads share.
const POOLS: libc::c_int = 2;
/// Blocks of so many bytes come from the system one by one, and go back to it.
const LARGE: libc::c_int = 128 << 10;
/// So many free bytes at the end of a pool go back to the system.
const FREE_AT_THE_END: libc::c_int = 256 << 10;

static ONCE: Once = Once::new();

/// Has what is freed given back, from now on and in the whole process. A setting that the library refuses costs memory
/// and nothing else.
pub(super) fn give_back_freed_memory() {
    ONCE.call_once(|| {
        let settings = [
            (libc::M_ARENA_MAX, POOLS),
            (libc::M_MMAP_THRESHOLD, LARGE),
            (libc::M_TRIM_THRESHOLD, FREE_AT_THE_END),
        ];
        for (setting, value) in settings {
            // SAFETY: `mallopt` takes two numbers, touches no memory of ours, and refuses what it does not know.
            let taken = unsafe { libc::mallopt(setting, value) };
            if taken == 0 {
                tracing::debug!(setting, "the C library does not take a setting of its memory");
            }
        }
    });
}

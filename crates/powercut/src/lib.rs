//! What a power cut leaves of what a program wrote: a recorder and a disk.
//!
//! [`record`](record()) writes down every call by which this process changes what is below a folder, in the one order
//! in which the system saw them. [`Disk`] plays them again and says, at any place between two calls, what the folder
//! could look like had the power gone just there.
//!
//! # What is modelled
//!
//! - A write and a change of a file's length are durable once `fsync` or `fdatasync` of that file has come back.
//!   `sync_file_range` makes nothing durable: it neither empties the drive's cache nor writes the file's length. So
//!   it is not recorded.
//! - A name (made, renamed, removed) is durable once its folder was synced, and not before: POSIX promises no more.
//!   File systems in use do; so some of these disks are worse than any real one.
//! - What is not durable can be there or not, each piece by itself and in any order: a whole write, or one page of
//!   4 kB of it; a name.
//!
//! # What is not
//!
//! - A page of which only a part reached the disk, a sync that lies, bits that turn, and a failing drive.
//! - Ways of writing that are not recorded (memory maps, `writev`, `copy_file_range`, …). [`Disk::matches`] finds
//!   them out: at the end the disk with everything kept must be the folder itself.
//! - A second cut while the store mends itself after the first.
//!
//! Linux only. In a program that links this crate, syncing outside a recording does nothing, and within one only
//! after it was written down: nothing that a test writes need reach a disk.
#![cfg(target_os = "linux")]

mod disk;
mod event;
mod image;
mod interpose;
mod record;

pub use disk::{Disk, Kept};
pub use event::{Event, Flush};
pub use image::Image;
pub use record::{Recording, record};

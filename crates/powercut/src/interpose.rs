//! The system's calls, under the names by which the standard library and sled call them.
//!
//! A function of an executable goes before one of the same name in a shared library, so every call of this process
//! lands here. Each is passed on by its number and, while there is a recording, noted.
#![expect(unsafe_code, reason = "functions with the names and the forms of the system's own")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_uint, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::event::{Event, Flush};
use crate::record::{Pen, pen};

/// What a call by number answers, in the width of the call by name.
fn count(answer: libc::c_long) -> isize {
    isize::try_from(answer).unwrap_or(-1)
}

/// The same.
fn narrow(answer: libc::c_long) -> c_int {
    c_int::try_from(answer).unwrap_or(-1)
}

/// # Safety
/// The pointer is a path that the caller gave to the system.
unsafe fn path(pen: &Pen, pointer: *const c_char) -> Option<PathBuf> {
    // SAFETY: the system would read it just so.
    let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
    pen.inside(Path::new(OsStr::from_bytes(bytes)))
}

/// # Safety
/// The buffer has so many bytes: the system has just read them.
unsafe fn copy(buffer: *const c_void, count: isize) -> Arc<[u8]> {
    let count = usize::try_from(count).unwrap_or_default();
    // SAFETY: the caller promises it.
    unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), count) }.into()
}

fn note(pen: Option<Pen>, event: Option<Event>) {
    if let (Some(mut pen), Some(event)) = (pen, event) {
        pen.note(event);
    }
}

/// In C it takes its last argument only where it makes a file; on Linux's 64-bit machines that is called the same way.
#[unsafe(no_mangle)]
unsafe extern "C" fn open64(pointer: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let pen = pen();
    // SAFETY: the pointer is the caller's own.
    let inside = pen.as_ref().and_then(|pen| unsafe { path(pen, pointer) });
    let target = inside.filter(|_| flags & (libc::O_CREAT | libc::O_TRUNC) != 0);
    let was_there = target.is_some() && {
        // SAFETY: as above.
        (unsafe { libc::syscall(libc::SYS_faccessat, libc::AT_FDCWD, pointer, libc::F_OK) }) == 0
    };
    // SAFETY: the arguments are the caller's own.
    let answer = unsafe { libc::syscall(libc::SYS_openat, libc::AT_FDCWD, pointer, flags, mode) };
    let event = target.filter(|_| answer >= 0).and_then(|file| {
        let emptied = flags & libc::O_TRUNC != 0;
        if was_there {
            emptied.then_some(Event::Resized { file, length: 0 })
        } else {
            Some(Event::FileMade(file))
        }
    });
    note(pen, event);
    narrow(answer)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn write(descriptor: c_int, buffer: *const c_void, length: usize) -> isize {
    let pen = pen();
    let file = pen.as_ref().and_then(|pen| pen.file(descriptor));
    // SAFETY: asks where the file stands, and moves nothing.
    let offset = file.as_ref().map(|_| unsafe { libc::lseek(descriptor, 0, libc::SEEK_CUR) });
    // SAFETY: the arguments are the caller's own.
    let answer = count(unsafe { libc::syscall(libc::SYS_write, descriptor, buffer, length) });
    let event = file.filter(|_| answer > 0).map(|file| {
        let offset = offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or_default();
        // SAFETY: the system has read so many bytes.
        Event::Written { file, offset, bytes: unsafe { copy(buffer, answer) } }
    });
    note(pen, event);
    answer
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite64(descriptor: c_int, buffer: *const c_void, length: usize, offset: i64) -> isize {
    let pen = pen();
    let file = pen.as_ref().and_then(|pen| pen.file(descriptor));
    // SAFETY: the arguments are the caller's own.
    let answer = count(unsafe { libc::syscall(libc::SYS_pwrite64, descriptor, buffer, length, offset) });
    let event = file.filter(|_| answer > 0).map(|file| {
        let offset = u64::try_from(offset).unwrap_or_default();
        // SAFETY: the system has read so many bytes.
        Event::Written { file, offset, bytes: unsafe { copy(buffer, answer) } }
    });
    note(pen, event);
    answer
}

#[unsafe(no_mangle)]
unsafe extern "C" fn ftruncate64(descriptor: c_int, length: i64) -> c_int {
    let pen = pen();
    let file = pen.as_ref().and_then(|pen| pen.file(descriptor));
    // SAFETY: the arguments are the caller's own.
    let answer = unsafe { libc::syscall(libc::SYS_ftruncate, descriptor, length) };
    let length = u64::try_from(length).unwrap_or_default();
    note(pen, file.filter(|_| answer == 0).map(|file| Event::Resized { file, length }));
    narrow(answer)
}

/// Nothing need reach a disk: what it would have made durable is only noted.
fn synced(descriptor: c_int, by: Flush) -> c_int {
    let pen = pen();
    let path = pen.as_ref().and_then(|pen| pen.file(descriptor));
    note(pen, path.map(|path| Event::Synced { path, by }));
    0
}

#[unsafe(no_mangle)]
extern "C" fn fsync(descriptor: c_int) -> c_int {
    synced(descriptor, Flush::Everything)
}

#[unsafe(no_mangle)]
extern "C" fn fdatasync(descriptor: c_int) -> c_int {
    synced(descriptor, Flush::Data)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rename(old: *const c_char, new: *const c_char) -> c_int {
    let pen = pen();
    // SAFETY: the pointers are the caller's own.
    let names = pen.as_ref().and_then(|pen| unsafe { path(pen, old).zip(path(pen, new)) });
    // SAFETY: the arguments are the caller's own.
    let answer = unsafe { libc::syscall(libc::SYS_renameat2, libc::AT_FDCWD, old, libc::AT_FDCWD, new, 0) };
    note(pen, names.filter(|_| answer == 0).map(|(from, to)| Event::Renamed { from, to }));
    narrow(answer)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn unlink(pointer: *const c_char) -> c_int {
    let pen = pen();
    // SAFETY: the pointer is the caller's own.
    let file = pen.as_ref().and_then(|pen| unsafe { path(pen, pointer) });
    // SAFETY: the arguments are the caller's own.
    let answer = unsafe { libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, pointer, 0) };
    note(pen, file.filter(|_| answer == 0).map(Event::Removed));
    narrow(answer)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn mkdir(pointer: *const c_char, mode: c_uint) -> c_int {
    let pen = pen();
    // SAFETY: the pointer is the caller's own.
    let folder = pen.as_ref().and_then(|pen| unsafe { path(pen, pointer) });
    // SAFETY: the arguments are the caller's own.
    let answer = unsafe { libc::syscall(libc::SYS_mkdirat, libc::AT_FDCWD, pointer, mode) };
    note(pen, folder.filter(|_| answer == 0).map(Event::FolderMade));
    narrow(answer)
}

//! A store that no bot uses: taking a backup of it.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use deskbell_domain::time::UnixMillis;

use crate::copier::{Copier, CopyError};
use crate::engine::noted::NotedEngine;
use crate::open::open_what_is_there;

/// Writes a backup of a store that is not in use; it is locked meanwhile. This reads the disk: call it where blocking
/// is allowed.
pub fn back_up_closed(folder: &Path, now: UnixMillis, out: &mut dyn Write) -> Result<(), CopyError> {
    let engine = open_what_is_there(folder, now)?;
    Copier::new(Arc::new(NotedEngine::new(engine)), folder).copy(out)
}

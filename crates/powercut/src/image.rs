//! A folder as a cut leaves it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folders and files that are there, by paths relative to the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    pub(crate) folders: BTreeSet<PathBuf>,
    pub(crate) files: BTreeMap<PathBuf, Arc<Vec<u8>>>,
}

impl Image {
    /// Writes it into an empty folder.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for path in &self.folders {
            fs::create_dir_all(folder.join(path))?;
        }
        for (path, content) in &self.files {
            fs::write(folder.join(path), content.as_slice())?;
        }
        Ok(())
    }

    /// What stands in a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut image = Self::default();
        image.add(folder, Path::new(""));
        image
    }

    fn add(&mut self, root: &Path, inside: &Path) {
        let items = fs::read_dir(root.join(inside)).expect("a recorded folder can be read");
        for item in items.map(|item| item.expect("a recorded folder can be read")) {
            let path = inside.join(item.file_name());
            if item.path().is_dir() {
                self.folders.insert(path.clone());
                self.add(root, &path);
            } else {
                let content = fs::read(item.path()).expect("a recorded file can be read");
                self.files.insert(path, Arc::new(content));
            }
        }
    }
}

//! The disk: what is durable, what is not yet, and what a cut can leave of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::event::Event;
use crate::image::Image;

/// The piece of a write that is there or not.
const PAGE: usize = 4096;

/// What is kept of what is not durable yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// All of it.
    Everything,
    /// Every second write and name or so, as this seed draws them.
    Writes(u64),
    /// The same, and of a write every second page or so.
    Pages(u64),
}

type NodeId = usize;

/// A disk to which recorded events are done, one after the other.
#[derive(Debug, Default)]
pub struct Disk {
    nodes: Vec<Node>,
    /// Every name as the running program sees it.
    names: BTreeMap<PathBuf, NodeId>,
    durable_names: BTreeMap<PathBuf, NodeId>,
    pending_names: Vec<NameChange>,
}

#[derive(Debug)]
enum Node {
    Folder,
    File { durable: Arc<Vec<u8>>, pending: Vec<Change> },
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Arc<[u8]> },
    Resize { length: usize },
}

/// A change of names within a folder.
#[derive(Debug)]
struct NameChange {
    folder: PathBuf,
    gone: Option<PathBuf>,
    new: Option<(PathBuf, NodeId)>,
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<PathBuf, NodeId>) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((path, node)) = &self.new {
            names.insert(path.clone(), *node);
        }
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>, mut keeps: impl FnMut() -> bool) {
        match self {
            Self::Resize { length } => content.resize(*length, 0),
            Self::Write { offset, bytes } => {
                let mut at = *offset;
                let mut rest: &[u8] = bytes;
                while !rest.is_empty() {
                    let (piece, after) = rest.split_at(rest.len().min(PAGE - at % PAGE));
                    if keeps() {
                        content.resize(content.len().max(at + piece.len()), 0);
                        content[at..at + piece.len()].copy_from_slice(piece);
                    }
                    at += piece.len();
                    rest = after;
                }
            }
        }
    }
}

fn length(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a recorded file fits into memory")
}

impl Disk {
    /// Does an event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::FileMade(path) => {
                self.make(path, Node::File { durable: Arc::default(), pending: Vec::new() });
            }
            Event::FolderMade(path) => self.make(path, Node::Folder),
            Event::Renamed { from, to } => {
                let node = self.names.get(from).copied();
                self.change_names(Some(from.clone()), node.map(|node| (to.clone(), node)));
            }
            Event::Removed(path) => self.change_names(Some(path.clone()), None),
            Event::Written { file, offset, bytes } => {
                self.change(file, Change::Write { offset: length(*offset), bytes: Arc::clone(bytes) });
            }
            Event::Resized { file, length: new } => {
                self.change(file, Change::Resize { length: length(*new) });
            }
            Event::Synced { path, .. } => self.sync(path),
            Event::Marked(_) => {}
        }
    }

    fn make(&mut self, path: &Path, node: Node) {
        self.nodes.push(node);
        self.change_names(None, Some((path.to_owned(), self.nodes.len() - 1)));
    }

    fn change_names(&mut self, gone: Option<PathBuf>, new: Option<(PathBuf, NodeId)>) {
        let path = gone.as_ref().or(new.as_ref().map(|(path, _)| path));
        let folder = path.and_then(|path| path.parent()).map(Path::to_owned).unwrap_or_default();
        let change = NameChange { folder, gone, new };
        change.apply(&mut self.names);
        self.pending_names.push(change);
    }

    fn change(&mut self, file: &Path, change: Change) {
        let node = self.names.get(file).map(|node| &mut self.nodes[*node]);
        let Some(Node::File { pending, .. }) = node else { panic!("{} was never made", file.display()) };
        pending.push(change);
    }

    fn sync(&mut self, path: &Path) {
        match self.names.get(path).map(|node| &mut self.nodes[*node]) {
            Some(Node::File { durable, pending }) => {
                let content = Arc::make_mut(durable);
                pending.drain(..).for_each(|change| change.apply(content, || true));
            }
            Some(Node::Folder) | None => {
                let all = std::mem::take(&mut self.pending_names);
                let (now, later): (Vec<_>, _) = all.into_iter().partition(|change| change.folder == path);
                for change in now {
                    change.apply(&mut self.durable_names);
                }
                self.pending_names = later;
            }
        }
    }

    /// What the folder looks like if the power goes now.
    pub fn cut(&self, kept: Kept) -> Image {
        let mut draw = Draw::new(kept);
        let mut names = self.durable_names.clone();
        for change in &self.pending_names {
            if draw.keeps() {
                change.apply(&mut names);
            }
        }
        let (mut folders, mut files) = (BTreeSet::new(), BTreeMap::new());
        // A name comes after its folder's; what is in a folder that is not there is not there either.
        for (path, node) in names {
            let parent = path.parent().unwrap_or(Path::new(""));
            if parent != Path::new("") && !folders.contains(parent) {
                continue;
            }
            match &self.nodes[node] {
                Node::Folder => {
                    folders.insert(path);
                }
                Node::File { durable, pending } => {
                    files.insert(path, draw.content(durable, pending));
                }
            }
        }
        Image { folders, files }
    }

    /// Whether the disk with everything kept is what stands in a folder: if it is not, a way of writing was missed.
    pub fn matches(&self, folder: &Path) -> bool {
        self.cut(Kept::Everything) == Image::read(folder)
    }
}

/// What of the pending is drawn.
struct Draw {
    kept: Kept,
    random: fastrand::Rng,
}

impl Draw {
    fn new(kept: Kept) -> Self {
        let seed = match kept {
            Kept::Writes(seed) | Kept::Pages(seed) => seed,
            Kept::Nothing | Kept::Everything => 0,
        };
        Self { kept, random: fastrand::Rng::with_seed(seed) }
    }

    fn keeps(&mut self) -> bool {
        match self.kept {
            Kept::Nothing => false,
            Kept::Everything => true,
            Kept::Writes(_) | Kept::Pages(_) => self.random.bool(),
        }
    }

    fn content(&mut self, durable: &Arc<Vec<u8>>, pending: &[Change]) -> Arc<Vec<u8>> {
        if pending.is_empty() || self.kept == Kept::Nothing {
            return Arc::clone(durable);
        }
        let mut content = durable.as_ref().clone();
        for change in pending {
            let by_page = matches!(self.kept, Kept::Pages(_)) && matches!(change, Change::Write { .. });
            if by_page {
                change.apply(&mut content, || self.random.bool());
            } else if self.keeps() {
                change.apply(&mut content, || true);
            }
        }
        Arc::new(content)
    }
}

#[cfg(test)]
mod tests;

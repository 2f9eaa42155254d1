//! The replay: every prefix of the recorded calls, what could be left at its end, and whether that is enough.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use deskbell_domain::port::store::StoreHealth as _;
use deskbell_powercut::{Disk, Event, Image, Kept};

use deskbell_store::engine::sled::SledEngine;
use deskbell_store::{KvStore, OpenError};

use crate::perform::Still;
use crate::picture::Picture;
use crate::plan::NOW;
use crate::run::Run;

/// How many images are looked at at the same time, and wait for it.
const WORKERS: usize = 2;
const AHEAD: usize = 4;

/// An image that is one of so many before it is not looked at again.
const REMEMBERED: usize = 4;

/// sled's segments.
const SEGMENT: u64 = 512 << 10;

/// How far a replay goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// To the last call.
    End,
    /// To the first disk that is not enough.
    Failure,
}

/// What the replay found.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) events: usize,
    pub(crate) images: usize,
    pub(crate) segments_used_again: usize,
    pub(crate) failures: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, images, segments_used_again, failures } = self;
        let (again, failed) = (segments_used_again, failures.len());
        write!(formatter, "{events} calls, {images} disks, {again} segments used again, {failed} failures")?;
        failures.iter().take(12).try_for_each(|failure| write!(formatter, "\n  {failure}"))
    }
}

/// A disk as a cut could have left it.
struct Cut {
    /// After which call, and what was kept.
    place: String,
    image: Arc<Image>,
    /// How many operations were acknowledged.
    acknowledged: Option<usize>,
}

/// Replays a run, to its end or until something was found.
pub(crate) fn replay(run: &Run, until: Until) -> Report {
    let (sender, receiver) = mpsc::sync_channel::<Cut>(AHEAD);
    let (receiver, failures) = (Mutex::new(receiver), Mutex::new(Vec::new()));
    let images = std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(cut) = next else { break };
                    if let Some(failure) = look(run, &cut) {
                        failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
                    }
                }
            });
        }
        let found =
            || until == Until::Failure && !failures.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        let images = cuts(run, &sender, found);
        drop(sender);
        images
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    let segments_used_again = segments_used_again(&run.events);
    Report { events: run.events.len(), images, segments_used_again, failures }
}

fn cuts(run: &Run, sender: &mpsc::SyncSender<Cut>, found: impl Fn() -> bool) -> usize {
    let (mut disk, mut acknowledged, mut images) = (Disk::default(), None, 0);
    let mut last: VecDeque<(Arc<Image>, Option<usize>)> = VecDeque::new();
    for (place, event) in run.events.iter().enumerate() {
        if found() {
            break;
        }
        disk.apply(event);
        if let Event::Marked(mark) = event {
            acknowledged = Some(*mark);
        }
        let seed = place as u64;
        for kept in [Kept::Nothing, Kept::Everything, Kept::Writes(seed), Kept::Pages(seed)] {
            let image = Arc::new(disk.cut(kept));
            if last.iter().any(|(other, then)| *then == acknowledged && *other == image) {
                continue;
            }
            last.push_back((Arc::clone(&image), acknowledged));
            last.drain(..last.len().saturating_sub(REMEMBERED));
            images += 1;
            let place = format!("after call {place} ({}) with {kept:?} kept", tell(event));
            sender.send(Cut { place, image, acknowledged }).expect("the workers wait for more");
        }
    }
    images
}

fn tell(event: &Event) -> String {
    match event {
        Event::Written { file, offset, bytes } => {
            format!("{} bytes at {offset} of {}", bytes.len(), file.display())
        }
        other => format!("{other:?}"),
    }
}

/// Opens a store on what was left; answers what is wrong with it.
fn look(run: &Run, cut: &Cut) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    cut.image.write(folder.path()).unwrap();
    let seen = std::panic::catch_unwind(|| use_and_picture(folder.path()));
    let wrong = match seen {
        Ok(Ok(picture)) => judge(run, cut, &picture),
        Ok(Err(error)) => Some(format!("it does not open: {error:?}")),
        Err(_) => Some("it panics".to_owned()),
    };
    wrong.map(|words| format!("{}: {words}", cut.place))
}

/// Opens the store, writes to it, and looks at its rows.
fn use_and_picture(folder: &Path) -> Result<Picture, OpenError> {
    let engine = Arc::new(SledEngine::open(folder, NOW)?);
    let (store, writer) = KvStore::over(Arc::clone(&engine), Arc::new(Still), Arc::new(Still));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let probe = async move { store.probe().await.expect("a store that was opened can be written") };
        tokio::join!(writer.run(), probe)
    });
    Ok(Picture::of(&engine))
}

/// The store must be as it was after the last acknowledged operation, or after the one that was being done. Before
/// the first it is empty, or as it was after the first.
fn judge(run: &Run, cut: &Cut, picture: &Picture) -> Option<String> {
    let empty = Picture::default();
    let allowed: Vec<_> = match cut.acknowledged {
        None => [&empty].into_iter().chain(run.pictures.first()).collect(),
        Some(last) => run.pictures[last..].iter().take(2).collect(),
    };
    let wrong: Vec<_> = allowed.iter().map(|allowed| allowed.difference(picture)).collect();
    if wrong.iter().any(Vec::is_empty) {
        return None;
    }
    let nearest = wrong.iter().min_by_key(|wrong| wrong.len())?;
    let neither = nearest.iter().filter(|key| wrong.iter().all(|wrong| wrong.contains(key))).count();
    let (rows, some): (_, Vec<_>) = (nearest.len(), nearest.iter().take(6).collect());
    Some(format!("{rows} rows are wrong, {neither} of them lost, after {:?}: {some:?} …", cut.acknowledged))
}

/// How often sled wrote over a segment of its log that held something else before: it must, or the run was too short
/// to show what can go wrong there.
fn segments_used_again(events: &[Event]) -> usize {
    let mut used = BTreeSet::new();
    let begins = events.iter().filter_map(|event| match event {
        Event::Written { file, offset, .. } if file.ends_with("db") && offset % SEGMENT == 0 => Some(*offset),
        _ => None,
    });
    begins.filter(|offset| !used.insert(*offset)).count()
}

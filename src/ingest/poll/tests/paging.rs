//! Pages of what a stand-in for Intercom's search finds.

use deskbell_domain::port::intercom::{Page, PageCursor, PageRequest};

/// Pages by key, as the real cursor seems to do: `[sort value, id]`.
pub(super) fn page<T>(
    mut found: Vec<((i64, String), T)>,
    request: &PageRequest,
    ignores_cursors: bool,
) -> Page<T> {
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let total = Some(found.len() as u64);
    let size = request.size as usize;
    if let Some(PageCursor(text)) = request.cursor.as_ref().filter(|_| !ignores_cursors) {
        let (time, id) = text.split_once(' ').unwrap();
        let last = (time.parse::<i64>().unwrap(), id.to_owned());
        found.retain(|(key, _)| *key > last);
    }
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|(key, _)| PageCursor(format!("{} {}", key.0, key.1)));
    Page { items: found.into_iter().map(|(_, record)| record).collect(), total, next }
}

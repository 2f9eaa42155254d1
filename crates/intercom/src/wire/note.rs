//! Notes on contacts.

use deskbell_domain::{ids::AdminId, port::intercom::Note, time::RecordTimes};
use serde_json::Value;

use super::lenient::{admin_id, at, timestamp};
use crate::{html, json::Listed};

/// The list of notes, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["data", "notes"];

/// Reads a note; `None` where nothing of it can be read.
pub(crate) fn read(record: &Value, times: RecordTimes) -> Option<Note> {
    Some(Note {
        at: timestamp(at(record, "/created_at"), times).unwrap_or_default(),
        author: admin_id(at(record, "/author/id")).map(AdminId::new),
        text: html::read(at(record, "/body").as_str()?),
    })
}

/// A page of notes, which begins with the newest.
pub(crate) fn read_page(answer: Listed<Note>) -> Option<Vec<Note>> {
    answer.records
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use deskbell_domain::time::Timestamp;

    #[test]
    fn a_note_tells_who_wrote_it_when_and_what_it_says() {
        let read = |note: Value| read(&note, RecordTimes::at(None));
        let note = json!({"type": "note", "id": "31", "created_at": 1_734_537_390, "author": {"id": 991_267_583},
            "body": "<p>Call <b>her</b>.</p>"});
        let note = read(note).unwrap();
        assert_eq!((note.at, note.author), (Timestamp(1_734_537_390), Some(AdminId::new("991267583"))));
        assert_eq!(note.text.to_plain(), "Call her.");
        assert_eq!(read(json!({"id": "31", "author": null, "body": "x"})).unwrap().author, None);
        assert!(read(json!({"id": "31", "body": null})).is_none());
    }
}

//! What stands on the disk: nobody reads a person, a text or a token there without the key, and what is put in another
//! place opens no more.

use deskbell_store::SealedEngine;
use deskbell_store::engine::memory::MemoryEngine;
use deskbell_store::engine::{Batch, Engine, Row};

use crate::intercom::TOKEN;
use crate::ledger::{Breach, Promise};
use crate::tenant::PERSONAL;
use crate::world::Common;

/// How many values are put in the place of another.
const MOVED: usize = 40;

/// Looks through everything on the disk.
pub(crate) fn check(common: &Common) -> Vec<Breach> {
    let rows = common.engine.rows();
    let readable = rows.iter().filter(|(key, value)| tells(key) || tells(value));
    let mut breaches: Vec<_> =
        readable.map(|(key, _)| breach(format!("{} can be read without the key", shown(key)))).collect();
    breaches.extend(moved(common, &rows));
    breaches
}

/// Values of one kind in each other's places, in a copy of the store.
fn moved(common: &Common, rows: &[Row]) -> Vec<Breach> {
    let mut found = Vec::new();
    let Some(keys) = common.keys.at_work() else { return found };
    for pair in rows.windows(2).filter(|pair| is_of_one_kind(&pair[0].0, &pair[1].0)).take(MOVED) {
        let [(from, value), (to, _)] = pair else { continue };
        let copy = MemoryEngine::new();
        let writes = vec![(to.clone(), Some(value.clone()))];
        if copy.commit(Batch { writes }).is_err() {
            continue;
        }
        let opened = SealedEngine::new(copy, keys.clone()).get(to);
        if opened.is_ok_and(|opened| opened.is_some_and(|plain| !plain.is_empty() && plain != *value)) {
            found.push(breach(format!("what is sealed for {} opens at {}", shown(from), shown(to))));
        }
    }
    found
}

/// Whether two keys differ only in their last bytes.
fn is_of_one_kind(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.len() > 8 && one[..one.len() - 8] == other[..other.len() - 8]
}

fn breach(what: String) -> Breach {
    Breach { promise: Promise::Leaked, what, about: vec!["killed".to_owned()] }
}

fn shown(key: &[u8]) -> String {
    key.escape_ascii().to_string()
}

/// Whether bytes hold a name, an address, a number, a text or a token: each of them by more than chance.
fn tells(bytes: &[u8]) -> bool {
    let begins = |place: usize| {
        let rest = &bytes[place..];
        match bytes[place] {
            b'@' => rest.starts_with(b"@example.com"),
            b' ' => rest.starts_with(b" asks ") || rest.starts_with(b" writes "),
            b'+' => rest.starts_with(b"+4930"),
            b'Z' => is_name(rest),
            b'd' => rest.starts_with(TOKEN.as_bytes()),
            _ => false,
        }
    };
    (0..bytes.len()).any(begins)
}

/// As `Zqa12 v0`.
fn is_name(text: &[u8]) -> bool {
    let Some([_, rest @ ..]) = text.strip_prefix(PERSONAL.as_bytes()) else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b" v")
}

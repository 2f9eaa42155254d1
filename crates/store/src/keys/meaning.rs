//! What a key says that was read from the store.

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::sealing::Place;

/// What personal data may stand in, by the letter, and what it is called where it is sealed for its place. Both are parts
/// of the stored form: never change one.
const SEALED: [(u8, &str); 10] = [
    (b'e', "journal entry"),
    (b'r', "amendment"),
    (b'p', "snapshot"),
    (b'a', "actor"),
    (b'd', "dead letter"),
    (b't', "kept text"),
    (b'c', "connection"),
    (b'y', "audit target"),
    (b'z', "audit secret"),
    (b'E', "erasure"),
];

/// Where the value of a key stands, if it is one that is sealed: calls `with` with it.
pub(crate) fn sealed_place<T>(key: &[u8], with: impl FnOnce(&Place<'_>) -> T) -> Option<T> {
    let (workspace, rest) = of_workspace(key)?;
    let (letter, id) = rest.split_first()?;
    let (_, record) = SEALED.iter().find(|(sealed, _)| sealed == letter)?;
    let workspace = WorkspaceId::new(unescaped(workspace)?);
    Some(with(&Place { workspace: &workspace, record, id }))
}

/// Whether it is of a dead letter as earlier forms had them, under their server alone.
pub(crate) fn is_former_dead_letter(key: &[u8]) -> bool {
    (key.first(), key.get(9)) == (Some(&b'g'), Some(&b'd'))
}

/// Whether it is of what earlier forms kept for the buttons of a reply: the number of a server, then the button's key.
pub(crate) fn is_former_button(key: &[u8]) -> bool {
    let name = key.strip_prefix(b"kt").unwrap_or_default();
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && name.get(digits) == Some(&b':')
}

/// The workspace of a key of one.
pub(crate) fn workspace_of(key: &[u8]) -> Option<WorkspaceId> {
    let (name, _) = of_workspace(key)?;
    unescaped(name).map(WorkspaceId::new)
}

/// The name of a workspace, as it stands in its keys, and what stands behind it.
fn of_workspace(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let name = key.strip_prefix(b"w")?;
    let end = name.windows(2).position(|pair| pair == [0, 1])?;
    Some((&name[..end], &name[end + 2..]))
}

/// A text of a key as it was before its zeros were marked: the byte of the mark stands in no text.
fn unescaped(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.iter().copied().filter(|byte| *byte != 0xFF).collect()).ok()
}

/// What a key is for, in words that tell nothing about a person: for errors and the log.
pub(crate) fn kind_of(key: &[u8]) -> &'static str {
    let tag = match key.first() {
        Some(b'w') => of_workspace(key).and_then(|(_, rest)| rest.first()),
        Some(b'g' | b'c' | b'a' | b'u') => key.get(9),
        _ => key.get(1),
    };
    match (key.first(), tag) {
        (Some(b'm'), _) => "store record",
        (Some(b'w'), Some(b'h' | b'n')) => "journal head",
        (Some(b'w'), Some(b'e' | b'k')) => "journal entry",
        (Some(b'w'), Some(b'r' | b'q' | b'v')) => "amendment",
        (Some(b'w'), Some(b's' | b'o')) => "seen-key",
        (Some(b'w'), Some(b'p')) => "snapshot",
        (Some(b'w'), Some(b'b')) => "baseline",
        (Some(b'w'), Some(b'm')) => "stream state",
        (Some(b'w'), Some(b'a')) => "actor",
        (Some(b'w'), Some(b'x')) => "posted message",
        (Some(b'w'), Some(b'f' | b'g' | b'l')) => "message that lives on",
        (Some(b'w'), Some(b'R')) => "roll-up",
        (Some(b'w'), Some(b'j')) => "hint",
        (Some(b'w'), Some(b'C')) => "reading of a conversation",
        (Some(b'w'), Some(b'c')) | (Some(b'l' | b'x' | b'f'), _) => "connection",
        (Some(b'w'), Some(b'E')) => "erasure",
        (Some(b'd'), _) => "message to delete",
        (Some(b'w'), Some(b'i')) | (Some(b'g'), Some(b's')) => "subscription",
        (Some(b'g'), Some(b'p')) => "progress",
        (Some(b'w'), Some(b'd')) | (Some(b'g'), Some(b'd' | b'c')) => "dead letter",
        (Some(b'g'), Some(b'n')) => "day's counters",
        (Some(b'g'), Some(b'a')) => "access list",
        (Some(b'g'), Some(b'f' | b'm')) => "former workspace",
        (Some(b'u'), _) | (Some(b'w'), Some(b'y' | b'z')) => "audit",
        (Some(b'c'), Some(b'q')) => "call",
        (Some(b'c'), _) => "own messages",
        (Some(b'a'), _) => "hash of the commands",
        (Some(b'w'), Some(b't')) | (Some(b'k'), _) => "kept text",
        _ => "unknown value",
    }
}

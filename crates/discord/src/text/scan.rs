//! For tests: reads markdown as Discord does, as far as harm goes, and names what must not be in it.

/// The first live thing that is not ours: a mention, a masked link to a foreign place, an open backtick.
pub(crate) fn harm(markdown: &str) -> Option<String> {
    if calls_everybody(markdown) {
        return Some("calls everybody".to_owned());
    }
    let chars: Vec<char> = markdown.chars().collect();
    let mut place = 0;
    while place < chars.len() {
        let rest: String = chars[place..].iter().collect();
        place += match chars[place] {
            '\\' => 2,
            '`' => match rest[1..].find('`') {
                Some(end) => rest[..=end + 1].chars().count(),
                None => return Some(format!("an open backtick in {rest:?}")),
            },
            '<' => match allowed_bracket(&rest) {
                Some(length) => length,
                None => return Some(format!("a live bracket in {rest:?}")),
            },
            '[' | ']' => match masked_link(&rest) {
                Some(length) => length,
                None => return Some(format!("a live link in {rest:?}")),
            },
            _ => 1,
        };
    }
    None
}

/// Whether it mentions everybody, in any case.
pub(crate) fn calls_everybody(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("@everyone") || text.contains("@here")
}

/// A moment, an e-mail address or a phone number.
fn allowed_bracket(rest: &str) -> Option<usize> {
    let inner = &rest[1..rest.find('>')?];
    let moment = inner
        .strip_prefix("t:")
        .and_then(|moment| moment.split_once(':'))
        .is_some_and(|(at, style)| at.parse::<i64>().is_ok() && matches!(style, "R" | "f" | "D" | "t"));
    let phone = inner.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let email = inner.split_once('@').is_some_and(|(name, host)| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
        !name.is_empty() && host.contains('.') && name.chars().all(fits) && host.chars().all(fits)
    });
    (moment || phone || email).then(|| inner.chars().count() + 2)
}

/// A label without a live bracket, and an address of Intercom's.
fn masked_link(rest: &str) -> Option<usize> {
    let label = rest.strip_prefix('[')?;
    let mut end = None;
    let mut escaped = false;
    for (place, c) in label.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => return None,
            ']' => {
                end = Some(place);
                break;
            }
            _ => {}
        }
    }
    let (label, target) = label.split_at(end?);
    let target = target.strip_prefix("](")?;
    let url = &target[..target.find(')')?];
    url.starts_with("https://app.intercom.com/").then(|| label.chars().count() + url.chars().count() + 4)
}

//! Discord's markdown as plain text for a terminal: links by their label, times as the play's, mentions by name.

/// What mentions stand for.
pub(super) trait Names {
    /// `@mark`.
    fn person(&self, id: &str) -> String;
    /// `@Sales`.
    fn role(&self, id: &str) -> String;
    /// `#sales`.
    fn channel(&self, id: &str) -> String;
    /// A moment, in unix seconds.
    fn moment(&self, unix_seconds: i64) -> String;
}

/// The text as a person reads it.
pub(super) fn plain(text: &str, names: &dyn Names) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let line = ["-# ", "> "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
        inline(line, names, &mut out);
    }
    out
}

fn inline(line: &str, names: &dyn Names, out: &mut String) {
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => escaped(rest, out),
            '<' => bracketed(rest, names, out),
            '[' => linked(rest, names, out),
            '*' if rest.starts_with("**") => Some(2),
            '`' | '\u{2060}' => Some(next.len_utf8()),
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            out.push(next);
            next.len_utf8()
        });
        rest = &rest[taken..];
    }
}

fn escaped(rest: &str, out: &mut String) -> Option<usize> {
    let kept = rest[1..].chars().next().filter(char::is_ascii_punctuation)?;
    out.push(kept);
    Some(2)
}

fn bracketed(rest: &str, names: &dyn Names, out: &mut String) -> Option<usize> {
    let end = rest.find('>')?;
    let inner = &rest[1..end];
    out.push_str(&meaning(inner, names)?);
    Some(end + 1)
}

fn meaning(inner: &str, names: &dyn Names) -> Option<String> {
    if let Some(id) = inner.strip_prefix("@&") {
        return Some(names.role(id));
    }
    if let Some(id) = inner.strip_prefix('@') {
        return Some(names.person(id));
    }
    if let Some(id) = inner.strip_prefix('#') {
        return Some(names.channel(id));
    }
    if let Some(moment) = inner.strip_prefix("t:") {
        return Some(names.moment(moment.split(':').next()?.parse().ok()?));
    }
    if let Some(command) = inner.strip_prefix('/') {
        return Some(format!("/{}", command.split(':').next()?));
    }
    let is_address = inner.contains('@') || inner.starts_with('+') || inner.starts_with("https://");
    is_address.then(|| inner.to_owned())
}

fn linked(rest: &str, names: &dyn Names, out: &mut String) -> Option<usize> {
    let middle = rest.find("](")?;
    let end = middle + rest[middle..].find(')')?;
    inline(&rest[1..middle], names, out);
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Acme;

    impl Names for Acme {
        fn person(&self, _: &str) -> String {
            "@mark".to_owned()
        }

        fn role(&self, _: &str) -> String {
            "@Sales".to_owned()
        }

        fn channel(&self, _: &str) -> String {
            "#sales".to_owned()
        }

        fn moment(&self, unix_seconds: i64) -> String {
            format!("moment {unix_seconds}")
        }
    }

    #[test]
    fn mentions_links_times_and_marks_become_words() {
        let text = "🔔 New leads from **Acme** in <#1>. Set up by <@2>, <t:17:R>.\n-# </notify add:5> [Ada \\[L\\]](https://x.y/z) <@&3>";
        assert_eq!(
            plain(text, &Acme),
            "🔔 New leads from Acme in #sales. Set up by @mark, moment 17.\n/notify add Ada [L] @Sales"
        );
    }

    #[test]
    fn addresses_and_plain_brackets_stay_readable() {
        assert_eq!(
            plain("<ada@acme.io> <+4930123> `6762f0` a < b [x]", &Acme),
            "ada@acme.io +4930123 6762f0 a < b [x]"
        );
        assert_eq!(plain("> a \\* b \\", &Acme), "a * b \\");
    }
}

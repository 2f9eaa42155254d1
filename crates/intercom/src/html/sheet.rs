//! Which elements the style sheets of a mail hide, by class or id.
//!
//! Only rules for one class or one id count, outside of `@media` and its like: what they say holds for whoever reads the
//! mail. Any other rule is passed over, so that at most something hidden is shown.

use std::collections::BTreeSet;

use super::style::Declarations;

/// How many selectors are remembered.
const MOST: usize = 100;
/// A longer selector is passed over, in bytes.
const LONGEST: usize = 64;

/// What was read so far.
#[derive(Default)]
pub(super) struct Sheet {
    /// Selectors such as `.preheader`, `div.preheader` and `#preheader`.
    hidden: BTreeSet<String>,
}

impl Sheet {
    /// Reads the content of a `style` element, in one go.
    pub(super) fn read(&mut self, css: &str) {
        let mut rest = css;
        while let Some((before, after)) = rest.split_once('{') {
            let selectors = before.rsplit([';', '}']).next().unwrap_or_default();
            let selectors = selectors.rsplit("*/").next().unwrap_or_default().trim();
            if selectors.starts_with('@') {
                rest = behind_block(after);
                continue;
            }
            let Some((declarations, next)) = after.split_once('}') else { return };
            self.apply(selectors, declarations);
            rest = next;
        }
    }

    /// Whether an element of this name with these classes and this id is hidden.
    pub(super) fn hides(&self, element: &str, classes: &str, id: &str) -> bool {
        let is_hidden = |mark: char, word: &str| {
            let everywhere = format!("{mark}{word}");
            self.hidden.contains(&format!("{element}{everywhere}")) || self.hidden.contains(&everywhere)
        };
        !self.hidden.is_empty()
            && (classes.split_ascii_whitespace().any(|class| is_hidden('.', class))
                || is_hidden('#', id.trim()))
    }

    fn apply(&mut self, selectors: &str, declarations: &str) {
        let mut simple = selectors.split(',').map(str::trim).filter(|one| is_simple(one)).peekable();
        if simple.peek().is_none() {
            return;
        }
        let declarations = Declarations::of(declarations);
        let is_shown = declarations.value("display").is_some();
        for selector in simple {
            let element = selector.split(['.', '#']).next().unwrap_or_default();
            if declarations.hide(element) {
                if self.hidden.len() < MOST {
                    self.hidden.insert(selector.to_owned());
                }
            } else if is_shown {
                self.hidden.remove(selector);
            }
        }
    }
}

/// Whether a selector names one class or one id, of whatever element.
fn is_simple(selector: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let Some((element, word)) = selector.split_once(['.', '#']) else { return false };
    selector.len() <= LONGEST
        && element.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && !word.is_empty()
        && word.chars().all(is_name)
}

/// What follows a block in which others may stand.
fn behind_block(text: &str) -> &str {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(css: &str) -> Vec<String> {
        let mut sheet = Sheet::default();
        sheet.read(css);
        sheet.hidden.into_iter().collect()
    }

    #[test]
    fn rules_for_one_class_or_id_are_read() {
        assert_eq!(hidden(".a{display:none}"), [".a"]);
        assert_eq!(hidden("p{margin:0}\n.a , div.b,#c { DISPLAY : none !important }"), ["#c", ".a", "div.b"]);
        assert_eq!(hidden("@import 'x'; /* {} */ .a{opacity:0} .a{color:red}"), [".a"]);
        assert_eq!(hidden("<!-- @charset 'x'; .a{max-height:0} -->"), [".a"]);
    }

    #[test]
    fn other_rules_hide_nothing() {
        for css in [
            "@media (max-width:600px){.a{display:none}.b{display:none}}",
            ".a .b{display:none} .a>.b{display:none} .a:hover{display:none} *{display:none} p{display:none}",
            ".a{display:none} .a{display:block}",
            ".a{color:red",
            "@media{.a{display:none}",
            "}{.{",
        ] {
            assert_eq!(hidden(css), [""; 0], "{css}");
        }
    }

    #[test]
    fn a_sheet_of_any_length_is_read_in_one_go() {
        let classes: Vec<_> = (0..20_000).map(|n| format!(".c{n}{{display:none}}")).collect();
        assert_eq!(hidden(&classes.concat()).len(), MOST);
        hidden(&"@media{".repeat(100_000));
        hidden(&"}".repeat(100_000));
    }
}

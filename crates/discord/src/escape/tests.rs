use proptest::prelude::*;

use super::*;
use crate::text::scan;

#[test]
fn markdown_is_escaped_everywhere_and_blocks_only_where_a_line_begins() {
    assert_eq!(markdown(r"a*b_c~d`e|f[g]h(i)j<k\l", 100), r"a\*b\_c\~d\`e\|f\[g\]h\(i\)j\<k\\l");
    assert_eq!(markdown("# - > + # - > +", 100), r"\# - > + # - > +");
}

#[test]
fn addresses_numbers_and_times_stay_as_they_are() {
    for readable in ["ada@acme.io", "49 30 1234567", "10:30", "acme.io/pricing", "Grüße, 東京 🌱"] {
        assert_eq!(markdown(readable, 100), readable);
        assert_eq!(plain(readable, 100), readable);
    }
}

#[test]
fn everybody_is_never_called() {
    assert_eq!(markdown("@everyone @HERE", 100), "@\u{2060}everyone @\u{2060}HERE");
    assert_eq!(plain("@every\u{200b}one", 100), "@\u{2060}everyone");
}

#[test]
fn what_is_not_seen_is_stripped() {
    assert_eq!(plain("A\u{202e}d\u{200b}a\u{0}\u{7f}\u{feff} \u{2066}L\u{ad}.", 100), "Ada L.");
    assert_eq!(plain("A\u{e0101}d\u{180b}a\u{1d173}\u{1bca0}\u{fff1} ✏\u{fe0f}", 100), "Ada ✏\u{fe0f}");
    assert_eq!(plain("two\nlines\tand  more\u{2028}", 100), "two lines and more");
}

#[test]
fn where_no_markdown_is_rendered_no_backslash_is_seen() {
    assert_eq!(plain("Ada_L *VIP*", 100), "Ada_L *VIP*");
    assert_eq!(plain("Ada Lovelace", 5), "Ada…");
}

#[test]
fn a_cut_headline_ends_with_an_ellipsis_and_never_inside_an_escape() {
    assert_eq!(markdown("a**b", 5), r"a\*…");
    assert_eq!(markdown("a**b", 4), r"a\*…");
    assert_eq!(markdown("a**b", 3), "a…");
}

fn unescaped(markdown: &str) -> String {
    let mut chars = markdown.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

proptest! {
    #[test]
    fn a_reader_sees_what_was_written(text in any::<String>()) {
        prop_assert_eq!(unescaped(&markdown(&text, usize::MAX)), plain(&text, usize::MAX));
    }

    #[test]
    fn no_text_is_longer_than_asked_or_does_harm(text in crate::text::tests::nasty(), most in 0..300_usize) {
        let shown = markdown(&text, most);
        prop_assert!(code_points(&shown) <= most);
        prop_assert_eq!(scan::harm(&shown), None);
        let label = plain(&text, most);
        prop_assert!(code_points(&label) <= most);
        prop_assert!(!scan::calls_everybody(&label));
        prop_assert!(!label.contains('\n'));
    }

    #[test]
    fn stripping_twice_changes_nothing_more(text in any::<String>()) {
        prop_assert_eq!(one_line(&one_line(&text)), one_line(&text));
    }
}

#[test]
fn what_belongs_together_is_not_cut_apart() {
    let family = "Ada \u{1f469}\u{200d}\u{1f4bb} at work";
    assert_eq!(plain(family, 7), "Ada…");
    assert_eq!(plain(family, 8), "Ada \u{1f469}\u{200d}\u{1f4bb}…");
    assert_eq!(markdown(family, 7), "Ada …");
    assert_eq!(markdown(family, 8), "Ada \u{1f469}\u{200d}\u{1f4bb}…");
    assert_eq!(plain("می\u{200c}خواهم", 90), "می\u{200c}خواهم");
    assert_eq!(code_points(&plain(&"a\u{335}".repeat(400), 60)), 59);
}

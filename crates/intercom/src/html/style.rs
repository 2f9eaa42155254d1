//! What a style says of whether something is seen.

/// The declarations of a style, in lower case.
pub(super) struct Declarations(String);

/// What a style says of the size of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextSize {
    /// Nobody can read it.
    None,
    /// It can be read.
    Some,
}

/// A length that stands for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Length<'a> {
    number: f64,
    unit: &'a str,
}

impl<'a> Length<'a> {
    fn of(value: &'a str) -> Option<Self> {
        let value = value.trim();
        let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
        let (number, unit) = value.split_at(digits);
        Some(Self { number: number.parse().ok()?, unit })
    }

    fn is_zero(self) -> bool {
        self.number == 0.0
    }

    /// Whether it is no more than a dot on a screen.
    fn is_dot(self) -> bool {
        self.is_zero() || (self.number <= 1.0 && matches!(self.unit, "" | "px" | "pt"))
    }

    /// Whether it is told against the size of what is around it.
    fn is_relative(self) -> bool {
        matches!(self.unit, "em" | "%" | "ex" | "ch" | "lh" | "ic" | "cap")
    }
}

impl Declarations {
    pub(super) fn of(style: &str) -> Self {
        Self(style.to_ascii_lowercase())
    }

    /// The declarations in their order, those that call themselves important last: they win.
    fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let each = |important: bool| {
            self.0.split(';').filter_map(move |one| {
                let (name, value) = one.split_once(':')?;
                let (value, mark) = value.split_once('!').unwrap_or((value, ""));
                (mark.trim() == "important").eq(&important).then(|| (name.trim(), value.trim()))
            })
        };
        each(false).chain(each(true))
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.all().filter(|(other, _)| *other == name).last().map(|(_, value)| value)
    }

    fn length(&self, name: &str) -> Option<Length<'_>> {
        self.value(name).and_then(Length::of)
    }

    fn is_zero(&self, name: &str) -> bool {
        self.length(name).is_some_and(Length::is_zero)
    }

    /// Whether an element of this name is not seen. What its width and height say is no bound for a table.
    pub(super) fn hide(&self, element: &str) -> bool {
        let says = |name, word| self.value(name).is_some_and(|value| value.starts_with(word));
        let is_of_table = matches!(element, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th");
        says("display", "none")
            || says("visibility", "hidden")
            || says("visibility", "collapse")
            || says("mso-hide", "all")
            || self.is_zero("opacity")
            || (!is_of_table && !says("overflow", "visible") && self.leave_no_room())
    }

    /// A height of nothing alone lets the text run out below.
    fn leave_no_room(&self) -> bool {
        let is_clipped = self.value("overflow").is_some_and(|value| value.contains("hidden"));
        let no_height = self.is_zero("max-height") || (is_clipped && self.is_zero("height"));
        let no_width = self.is_zero("max-width") || self.is_zero("width");
        let has_least = |name| self.value(name).is_some() && !self.is_zero(name);
        (no_height && !has_least("min-height")) || (no_width && !has_least("min-width"))
    }

    /// The size of text, where it says one by itself.
    pub(super) fn text_size(&self) -> Option<TextSize> {
        let sizes = self.all().filter_map(|(name, value)| match name {
            "font-size" => size(value),
            "font" => size_in_shorthand(value),
            _ => None,
        });
        sizes.last()
    }

    /// Whether a side is no more than a dot; none where the style does not say.
    pub(super) fn is_dot(&self, side: &str) -> Option<bool> {
        let is_least = self.value(&format!("min-{side}")).is_some();
        let most = self.length(&format!("max-{side}")).filter(|length| length.is_dot());
        let told = self.value(side).map(|value| Length::of(value).is_some_and(Length::is_dot));
        if most.is_some() { Some(!is_least) } else { told.map(|is_dot| is_dot && !is_least) }
    }
}

/// Whether an attribute of a picture says so.
pub(super) fn is_dot(size: &str) -> bool {
    Length::of(size).is_some_and(Length::is_dot)
}

fn size(value: &str) -> Option<TextSize> {
    match Length::of(value) {
        Some(length) if length.is_dot() => Some(TextSize::None),
        Some(length) if length.is_relative() => None,
        Some(_) => Some(TextSize::Some),
        None => is_named_size(value).then_some(TextSize::Some),
    }
}

/// In `font: italic 700 12px/1.5 Arial` the size is the first length; a weight has no unit.
fn size_in_shorthand(value: &str) -> Option<TextSize> {
    let parts = value.split_ascii_whitespace().filter_map(|part| part.split('/').next());
    let mut sizes = parts.filter(|part| match Length::of(part) {
        Some(length) => length.is_zero() || !length.unit.is_empty(),
        None => is_named_size(part),
    });
    sizes.next().and_then(size)
}

fn is_named_size(value: &str) -> bool {
    matches!(value, "medium" | "math" | "small" | "large")
        || (value.starts_with('x') && (value.ends_with("-small") || value.ends_with("-large")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_hides_what_it_leaves_no_room_for() {
        for style in [
            "display:none",
            "display: none !important; display: block",
            "display:block;display:none",
            "visibility : hidden",
            "mso-hide:all",
            "opacity:0",
            "OPACITY: 0.00",
            "max-height:0",
            "max-width:0px",
            "width:0",
            "height:0;overflow:hidden",
            "overflow: hidden auto; height: 0px !important",
        ] {
            assert!(Declarations::of(style).hide("div"), "{style}");
        }
    }

    #[test]
    fn what_has_room_is_shown() {
        for style in [
            "display:none;display:block",
            "opacity:0.5",
            "height:0",
            "max-height:0;overflow:visible",
            "width:0;min-width:100%",
            "max-width:0.5em",
            "width:10px;height:01em;overflow:hidden",
            "background:url(data:x;height:0)",
            "color:none",
            "",
        ] {
            assert!(!Declarations::of(style).hide("div"), "{style}");
        }
        assert!(!Declarations::of("max-width:0;overflow:hidden;width:100%").hide("td"));
        assert!(Declarations::of("display:none").hide("td"));
    }

    #[test]
    fn the_size_of_text_is_read_from_both_its_declarations() {
        for (style, size) in [
            ("font:0/0 a", Some(TextSize::None)),
            ("font: 0 a", Some(TextSize::None)),
            ("font-size:0", Some(TextSize::None)),
            ("font-size: 1px", Some(TextSize::None)),
            ("font-size:0;font:700 12px/1.5 Arial", Some(TextSize::Some)),
            ("font: italic bold 0.9rem Arial", Some(TextSize::Some)),
            ("font: x-large serif", Some(TextSize::Some)),
            ("font-size:16px", Some(TextSize::Some)),
            ("font-size:0!important;font-size:16px", Some(TextSize::None)),
            ("font-size:1em", None),
            ("font-size:100%", None),
            ("font-size:inherit", None),
            ("font:inherit", None),
            ("font-weight:0", None),
        ] {
            assert_eq!(Declarations::of(style).text_size(), size, "{style}");
        }
    }

    #[test]
    fn a_pixel_is_known_however_it_is_written() {
        for style in
            ["width:1px!important;height:1px!important", "width:1px ! important", "WIDTH: 0", "max-width:1px"]
        {
            assert_eq!(Declarations::of(style).is_dot("width"), Some(true), "{style}");
        }
        for style in ["width:10px", "width:auto", "width:1%", "width:1em", "width:0;min-width:100%"] {
            assert_eq!(Declarations::of(style).is_dot("width"), Some(false), "{style}");
        }
        assert_eq!(Declarations::of("height:1px").is_dot("width"), None);
    }
}

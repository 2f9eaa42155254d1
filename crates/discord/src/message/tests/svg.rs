//! A channel as a picture: rows from the top to the bottom, as an SVG without fonts or images of its own.

use std::fmt::Write as _;

/// The colours of one of the two looks.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    back: &'static str,
    line: &'static str,
    card: &'static str,
    button: &'static str,
    bright: &'static str,
    text: &'static str,
    dim: &'static str,
    link: &'static str,
    bot: &'static str,
}

pub(crate) const DARK: Palette = Palette {
    back: "#25272c",
    line: "#3a3d45",
    card: "#2e3137",
    button: "#434751",
    bright: "#f4f5f7",
    text: "#dcdfe4",
    dim: "#a3a8b2",
    link: "#6cb4ff",
    bot: "#15806f",
};

pub(crate) const LIGHT: Palette = Palette {
    back: "#ffffff",
    line: "#e1e3e8",
    card: "#f4f5f7",
    button: "#e4e6ea",
    bright: "#16181c",
    text: "#23262b",
    dim: "#5c626d",
    link: "#0a58b8",
    bot: "#0e7466",
};

const WIDTH: u32 = 760;
/// Where a message and a card begin, and where a card's text does.
const LEFT: u32 = 74;
const INSIDE: u32 = 94;
const CARD_WIDTH: u32 = 640;

pub(crate) struct Drawing {
    palette: Palette,
    body: String,
    y: u32,
}

impl Drawing {
    pub(crate) fn of_channel(palette: Palette, channel: &str) -> Self {
        let mut drawing = Self { palette, body: String::new(), y: 52 };
        drawing.text((22, 33), (20, palette.dim, 400), "#");
        drawing.text((42, 32), (16, palette.bright, 600), channel);
        drawing.push(&format!(r#"<path d="M1 52.5 H759" stroke="{}"/>"#, palette.line));
        drawing.bot();
        drawing
    }

    fn push(&mut self, element: &str) {
        _ = writeln!(self.body, "  {element}");
    }

    fn text(&mut self, (x, y): (u32, u32), (size, fill, weight): (u32, &str, u32), text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.push(&format!(
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" font-weight="{weight}">{text}</text>"#
        ));
    }

    fn bot(&mut self) {
        let (bot, bright) = (self.palette.bot, self.palette.bright);
        self.push(&format!(
            r##"<g transform="translate(20 72)"><circle cx="20" cy="20" r="20" fill="{bot}"/><path d="M10 27 H30 M13 27 C13 17 15 13 20 13 C25 13 27 17 27 27 Z" fill="#ffffff" stroke="#ffffff" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/><circle cx="20" cy="11" r="2" fill="#ffffff"/></g>"##
        ));
        self.text((LEFT, 86), (15, bright, 600), "Deskbell");
        self.push(&format!(r#"<rect x="152" y="73" width="34" height="16" rx="4" fill="{bot}"/>"#));
        self.push(r##"<text x="169" y="85" font-size="10" fill="#ffffff" font-weight="700" text-anchor="middle">BOT</text>"##);
        self.text((196, 86), (12, self.palette.dim, 400), "Today at 09:20");
        self.y = 100;
    }

    /// What happened, at what time: the picture says it, not the bot.
    pub(crate) fn caption(&mut self, at: &str, happened: &str) {
        self.y += 26;
        let palette = self.palette;
        self.text((20, self.y), (12, palette.dim, 400), at);
        self.text((LEFT, self.y), (12, palette.dim, 600), happened);
        self.y += 6;
    }

    /// The line above the cards. Its sign is drawn: not every machine has a font for it.
    pub(crate) fn content(&mut self, text: &str) {
        let text = text.strip_prefix("💬 ").expect("conversations have this sign");
        self.y += 20;
        let (y, dim) = (self.y - 11, self.palette.dim);
        self.push(&format!(
            r#"<path d="M{LEFT} {y} m3 0 h10 a3 3 0 0 1 3 3 v4 a3 3 0 0 1 -3 3 h-5 l-4 3 v-3 h-1 a3 3 0 0 1 -3 -3 v-4 a3 3 0 0 1 3 -3 z" fill="{dim}"/>"#
        ));
        self.text((LEFT + 22, self.y), (14, self.palette.text, 400), text);
        self.y += 4;
    }

    /// Where the card begins that is closed later.
    pub(crate) fn open_card(&mut self) -> (u32, usize) {
        let top = (self.y + 8, self.body.len());
        self.y += 12;
        top
    }

    pub(crate) fn title(&mut self, text: &str) {
        self.y += 22;
        self.text((INSIDE, self.y), (16, self.palette.link, 600), text);
    }

    pub(crate) fn quote(&mut self, text: &str) {
        self.y += 24;
        let (y, line) = (self.y - 14, self.palette.dim);
        self.push(&format!(r#"<rect x="{INSIDE}" y="{y}" width="3" height="19" rx="1.5" fill="{line}"/>"#));
        self.text((INSIDE + 12, self.y), (14, self.palette.text, 400), text);
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.y += 22;
        self.text((INSIDE, self.y), (14, self.palette.text, 400), text);
    }

    pub(crate) fn field(&mut self, name: &str, value: &str) {
        self.y += 25;
        self.text((INSIDE, self.y), (13, self.palette.bright, 600), name);
        self.y += 20;
        self.text((INSIDE, self.y), (14, self.palette.text, 400), value);
    }

    pub(crate) fn small(&mut self, text: &str) {
        self.y += 25;
        self.text((INSIDE, self.y), (12, self.palette.dim, 400), text);
    }

    /// Draws the card behind what stands in it.
    pub(crate) fn close_card(&mut self, (top, at): (u32, usize), colour: &str) {
        self.y += 14;
        let (height, Palette { card, line, .. }) = (self.y - top, self.palette);
        let behind = format!(
            "  <rect x=\"{LEFT}\" y=\"{top}\" width=\"{CARD_WIDTH}\" height=\"{height}\" rx=\"6\" fill=\"{card}\" \
             stroke=\"{line}\"/>\n  <rect x=\"{LEFT}\" y=\"{top}\" width=\"4\" height=\"{height}\" rx=\"2\" \
             fill=\"{colour}\"/>\n"
        );
        self.body.insert_str(at, &behind);
        self.y += 8;
    }

    pub(crate) fn buttons(&mut self, labels: impl Iterator<Item = String>) {
        let (mut x, y, Palette { button, text, .. }) = (LEFT, self.y, self.palette);
        for label in labels {
            let width = u32::try_from(label.chars().count()).unwrap_or(0) * 8 + 30;
            let (middle, base) = (x + width / 2, y + 21);
            self.push(&format!(
                r#"<rect x="{x}" y="{y}" width="{width}" height="32" rx="6" fill="{button}"/><text x="{middle}" y="{base}" font-size="14" fill="{text}" font-weight="500" text-anchor="middle">{label}</text>"#
            ));
            x += width + 8;
        }
        self.y += 40;
    }

    pub(crate) fn select(&mut self, placeholder: &str) {
        let (y, Palette { button, line, dim, .. }) = (self.y, self.palette);
        self.push(&format!(
            r#"<rect x="{LEFT}" y="{y}" width="320" height="36" rx="6" fill="{button}" stroke="{line}"/>"#
        ));
        self.text((LEFT + 14, y + 23), (14, dim, 400), placeholder);
        let arrow = y + 15;
        self.push(&format!(
            r#"<path d="M366 {arrow} l6 6 l6 -6" fill="none" stroke="{dim}" stroke-width="2"/>"#
        ));
        self.y += 44;
    }

    pub(crate) fn finish(self, title: &str) -> String {
        let (height, Palette { back, line, .. }) = (self.y + 14, self.palette);
        let (inner, body) = (height - 1, self.body);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">
  <title id="title">{title}</title>
  <style>text {{ font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }}</style>
  <rect x="0.5" y="0.5" width="759" height="{inner}" rx="10" fill="{back}" stroke="{line}"/>
{body}</svg>
"#
        )
    }
}

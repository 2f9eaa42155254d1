//! What makes a page readable on a phone.

use std::path::Path;

use deskbell_stage::PATIENCE;
use serde::Deserialize;
use tokio::time::timeout;

use crate::driver::{Phone, WIDTH};

/// What `look.js` finds on a page.
const LOOK: &str = include_str!("look.js");
/// The smallest text, in pixels, that is read without a magnifying glass.
const SMALLEST_TEXT: f64 = 16.0;
/// What WCAG 2 asks between text and what is behind it (AA).
const LEAST_CONTRAST: f64 = 4.5;
/// What WCAG 2 asks of what a finger presses (AAA), in pixels.
const SMALLEST_BUTTON: f64 = 44.0;

/// A page as it is shown.
#[derive(Debug, Deserialize)]
struct Shown {
    text: String,
    language: String,
    width: u32,
    scroll_width: u32,
    left: f64,
    right: f64,
    scripts: u32,
    loaded: Vec<String>,
    smallest_text: f64,
    least_contrast: f64,
    smallest_button: f64,
}

/// Holds that the page that is open says this, and can be read by day and by night. Keeps a picture of both.
pub(crate) async fn look_at(phone: &Phone<'_>, name: &str, says: &str) {
    for scheme in ["light", "dark"] {
        phone.prefer(scheme).await;
        let comes = timeout(PATIENCE, shown(phone, says)).await;
        keep_picture(&format!("{name}-{scheme}"), &phone.picture().await);
        let shown = comes.unwrap_or_else(|_| panic!("{name} never says {says}: see its picture"));
        check(&format!("{name}, {scheme}"), &shown);
    }
}

/// The page, once it says this: whoever presses a button has the page before in front of them for a moment yet.
async fn shown(phone: &Phone<'_>, says: &str) -> Shown {
    loop {
        let found = phone.find(LOOK).await;
        let shown: Shown = serde_json::from_value(found).expect("it tells all of it");
        if shown.text.contains(says) {
            return shown;
        }
    }
}

fn check(name: &str, shown: &Shown) {
    assert_eq!((shown.width, shown.scroll_width), (WIDTH, WIDTH), "{name} scrolls sideways: {shown:?}");
    assert!(shown.left >= 0.0 && shown.right <= f64::from(WIDTH), "{name} hides something: {shown:?}");
    assert!(shown.smallest_text >= SMALLEST_TEXT, "{name} has small print: {shown:?}");
    assert!(shown.least_contrast >= LEAST_CONTRAST, "{name} is pale: {shown:?}");
    assert!(shown.smallest_button >= SMALLEST_BUTTON, "{name} has a button for no finger: {shown:?}");
    assert_eq!(shown.scripts, 0, "{name} runs something");
    assert!(shown.loaded.is_empty(), "{name} loads {:?}", shown.loaded);
    assert_eq!(shown.language, "en", "{name} is read aloud in another language");
}

fn keep_picture(name: &str, picture: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pages");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join(format!("{name}.png")), picture).expect("it can be written");
}

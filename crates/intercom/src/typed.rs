//! What a person typed.

/// As HTML, since the text of a person is none.
pub(crate) fn as_html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{}</p>", text.replace("\n\n", "</p><p>").replace('\n', "<br>"))
}

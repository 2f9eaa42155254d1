//! Pages as a browser gets them: plain HTML, without a script, readable on a phone.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use deskbell_text::page::Page;

/// Nothing is loaded from anywhere, nobody shows the page in theirs, and its address goes to nobody.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action *; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:2rem 1rem;\
color:#1e1f22;background:#fff;overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.25}\
button{font:inherit;font-weight:600;color:#fff;background:#4752c4;border:0;border-radius:.5rem;padding:.8rem 1.2rem;width:100%}\
@media(prefers-color-scheme:dark){body{color:#f2f3f5;background:#1e1f22}}";

/// A page; its button sends `hidden` to the address that the page has.
pub(super) fn page(status: StatusCode, page: &Page, hidden: Option<(&str, &str)>) -> Response {
    let paragraphs: Vec<_> =
        page.paragraphs.iter().map(|text| format!("<p>{}</p>\n", escaped(text))).collect();
    let paragraphs = paragraphs.concat();
    let form = match (page.button, hidden) {
        (Some(button), Some((name, value))) => format!(
            "<form method=\"post\"><input type=\"hidden\" name=\"{name}\" value=\"{}\"><button>{}</button></form>\n",
            escaped(value),
            escaped(button)
        ),
        _ => String::new(),
    };
    let title = escaped(&page.title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} · Deskbell</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{paragraphs}{form}</body>\n\
         </html>\n"
    );
    let mut response = (status, Html(html)).into_response();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A text as HTML, inside an element or between the quotes of an attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        assert_eq!(escaped("<b title=\"a'b\">&amp;"), "&lt;b title=&quot;a&#39;b&quot;&gt;&amp;amp;");
    }
}

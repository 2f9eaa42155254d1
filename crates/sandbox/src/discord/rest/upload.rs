//! Bodies with files: multipart, as far as Discord's clients use it.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde_json::Value;

use super::request::json_body;
use crate::discord::{compose::Upload, error::ApiError};

/// A body: its JSON, and the files beside it.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) body: Value,
    pub(super) files: Vec<Upload>,
}

impl Parcel {
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match kind.split_once("boundary=") {
            Some((kind, boundary)) if kind.starts_with("multipart/form-data") => {
                Self::of_parts(&parts(body, boundary.trim_matches('"')))
            }
            _ => Ok(Self { body: json_body(body)?, files: Vec::new() }),
        }
    }

    fn of_parts(parts: &[Part]) -> Result<Self, ApiError> {
        let json = parts.iter().find(|part| part.name.as_deref() == Some("payload_json"));
        let body = json.map_or_else(|| json_body(b""), |part| json_body(&part.bytes))?;
        let files = parts.iter().filter_map(Part::upload).collect();
        Ok(Self { body, files })
    }
}

struct Part {
    name: Option<String>,
    filename: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

impl Part {
    fn upload(&self) -> Option<Upload> {
        let unnamed = || "application/octet-stream".to_owned();
        Some(Upload {
            filename: self.filename.clone()?,
            content_type: self.content_type.clone().unwrap_or_else(unnamed),
            bytes: self.bytes.clone(),
        })
    }

    fn read(part: &Bytes) -> Option<Self> {
        let at = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..at]);
        let content_type = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned));
        Some(Self {
            name: quoted(&head, "; name=\""),
            filename: quoted(&head, "; filename=\""),
            content_type,
            bytes: part.slice(at + 4..),
        })
    }
}

fn quoted(head: &str, key: &str) -> Option<String> {
    let (_, rest) = head.split_once(key)?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn parts(body: &Bytes, boundary: &str) -> Vec<Part> {
    let mark = format!("--{boundary}");
    let end = format!("\r\n--{boundary}");
    let mut found = Vec::new();
    let mut rest = match find(body, mark.as_bytes()) {
        Some(at) => body.slice(at + mark.len()..),
        None => return found,
    };
    while let Some(at) = find(&rest, end.as_bytes()) {
        found.extend(Part::read(&rest.slice(..at)));
        rest = rest.slice(at + end.len()..);
    }
    found
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_and_the_files_of_a_multipart_body_are_told_apart() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\":\"x\"}\r\n\
                    --b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"leads.csv\"\r\n\
                    Content-Type: text/csv\r\n\r\na,b\r\n1,2\r\n\r\n--b--\r\n";
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=b".parse().unwrap());
        let parcel = Parcel::read(&headers, &Bytes::from(body)).unwrap();
        assert_eq!(parcel.body["content"], "x");
        assert_eq!(parcel.files.len(), 1);
        assert_eq!(parcel.files[0].filename, "leads.csv");
        assert_eq!(parcel.files[0].content_type, "text/csv");
        assert_eq!(parcel.files[0].bytes, "a,b\r\n1,2\r\n");
    }
}

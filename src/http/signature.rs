//! Whether Intercom signed what came: `X-Hub-Signature` is `sha1=` and the HMAC-SHA1 of the body, as it came, with the
//! app's client secret (Intercom's documentation of webhooks, "Signed notifications").

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

/// Whether a header signs this body with the secret. The comparison takes the same time whatever differs.
pub(super) fn signs(secret: &str, header: &[u8], body: &[u8]) -> bool {
    let Some(digits) = header.strip_prefix(b"sha1=") else { return false };
    let Ok(told) = HEXLOWER_PERMISSIVE.decode(digits) else { return false };
    let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a secret of any length is a key");
    code.update(body);
    code.verify_slice(&told).is_ok()
}

/// The same of `X-Body-Signature`, with which Intercom signs that an app was taken away: the HMAC-SHA256 alone.
pub(super) fn signs_body(secret: &str, header: &[u8], body: &[u8]) -> bool {
    let Ok(told) = HEXLOWER_PERMISSIVE.decode(header) else { return false };
    let mut code =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a secret of any length is a key");
    code.update(body);
    code.verify_slice(&told).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 2202, section 3, number 2.
    const HEADER: &str = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";

    const SECRET: &str = "Jefe";

    #[test]
    fn what_was_signed_with_the_secret_is_believed() {
        assert!(signs(SECRET, HEADER.as_bytes(), b"what do ya want for nothing?"));
    }

    /// The example of RFC 4231, section 4.3.
    #[test]
    fn what_was_signed_as_a_body_is_believed_and_nothing_else() {
        let header = b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?".as_slice();
        assert!(signs_body(SECRET, header, body));
        assert!(!signs_body(SECRET, HEADER.as_bytes(), body));
        assert!(!signs_body(SECRET, b"", body) && !signs_body("jefe", header, body));
    }

    #[test]
    fn another_body_secret_algorithm_or_form_is_not() {
        let body = b"what do ya want for nothing?".as_slice();
        assert!(!signs(SECRET, HEADER.as_bytes(), b"what do ya want for nothing"));
        assert!(!signs("jefe", HEADER.as_bytes(), body));
        let digits = &HEADER[5..];
        for header in [
            digits.to_owned(),
            format!("sha256={digits}"),
            format!("sha1={}", &digits[..38]),
            format!("sha1={digits}00"),
            "sha1=".to_owned(),
            String::new(),
        ] {
            assert!(!signs(SECRET, header.as_bytes(), body), "{header}");
        }
    }
}

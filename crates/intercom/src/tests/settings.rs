//! Settings that cannot be, and what may be seen of those that can.

use std::sync::Arc;

use deskbell_domain::{
    connection::Holder,
    port::random::Random,
    time::{Clock, ServerTime, UnixMillis},
};
use reqwest::Url;
use secrecy::SecretString;

use crate::{Connections, IntercomClient, Settings, SettingsError, Urgency};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> UnixMillis {
        UnixMillis(0)
    }
}

impl Random for Fixed {
    fn number(&self) -> u64 {
        0
    }
}

fn build(change: impl FnOnce(&mut Settings)) -> Result<IntercomClient, SettingsError> {
    let mut settings = Settings {
        base_url: Url::parse("https://api.intercom.io").unwrap(),
        token: SecretString::from("dG9rOnNlY3JldA=="),
        holder: Holder::Operator,
        version: "2.16".to_owned(),
        workspace_override: None,
        calls_per_minute: 100,
    };
    change(&mut settings);
    let connections = Connections::new("deskbell/0.1").unwrap();
    IntercomClient::build(settings, connections, Arc::new(ServerTime::new(Arc::new(Fixed))), Arc::new(Fixed))
}

#[test]
fn settings_that_cannot_be_are_named() {
    let refused = |change: fn(&mut Settings)| build(change).map(drop).unwrap_err().to_string();
    insta::assert_snapshot!(refused(|s| s.token = SecretString::from(" ")), @"the access token is empty or holds characters that no token has");
    insta::assert_snapshot!(refused(|s| s.token = SecretString::from("a\nb")), @"the access token is empty or holds characters that no token has");
    insta::assert_snapshot!(refused(|s| s.base_url = Url::parse("ftp://api.intercom.io").unwrap()), @"the base url is not an http(s) address of a host without user name, query and fragment");
    insta::assert_snapshot!(refused(|s| s.base_url = Url::parse("https://api.intercom.io/?a=b").unwrap()), @"the base url is not an http(s) address of a host without user name, query and fragment");
    insta::assert_snapshot!(refused(|s| s.version = "2".to_owned()), @"the API version is not of the form 2.16");
    insta::assert_snapshot!(refused(|s| s.calls_per_minute = 0), @"at least one call a minute must be allowed");
    assert!(Connections::new("a\nb").is_err());
}

#[test]
fn a_client_never_shows_its_token() {
    let client = build(|_| ()).unwrap().at(Urgency::Poll);
    insta::assert_snapshot!(format!("{client:?}"), @"IntercomClient { urgency: Poll, .. }");
}

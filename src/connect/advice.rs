//! What whoever installs the bot can do where a service gives no usable answer: only where no connection comes about is
//! it the network.

use deskbell_discord::rest::{Answer, DISCORD, Reply};
use deskbell_domain::port::unanswered::Unanswered;
use deskbell_domain::trouble::Cause;

use crate::config::ApiAddress;

/// What to do where an answer is not one of Discord's.
pub const NO_DISCORD_THERE: &str =
    "something else answers in its place. Check DISCORD_PROXY_URL, or the proxy in between.";

/// What to do where `GET /me` names no workspace: at an address that was given by hand something else may answer.
pub fn no_workspace(address: &ApiAddress) -> &'static str {
    match address {
        ApiAddress::Given(_) => {
            "INTERCOM_API_URL: what answers there tells no workspace. Correct the address; if it is right, set \
             INTERCOM_WORKSPACE_ID, as in Intercom's address bar after /apps/."
        }
        ApiAddress::In(_) | ApiAddress::Sought => {
            "INTERCOM_WORKSPACE_ID is needed: the token does not tell its workspace. Take it from Intercom's address \
             bar, after /apps/."
        }
    }
}

/// What to do about a cause at Intercom, as a sentence.
pub fn at_intercom(cause: Cause, address: &ApiAddress) -> &'static str {
    let is_given = matches!(address, ApiAddress::Given(_));
    match cause {
        Cause::Unanswered(Unanswered::Silent | Unanswered::NoConnection(_) | Unanswered::CutOff) => {
            if is_given {
                "Check the network, or INTERCOM_API_URL."
            } else {
                "Check the network."
            }
        }
        Cause::Unanswered(Unanswered::WebPage | Unanswered::Unreadable) => {
            if is_given {
                "Something else answers in its place: a proxy or a firewall in between, or INTERCOM_API_URL is wrong."
            } else {
                "A proxy or a firewall in between answers in its place: have it let Intercom's API through."
            }
        }
        Cause::Unanswered(Unanswered::Failing) if is_given => {
            "The fault is Intercom's, or that of what answers at INTERCOM_API_URL: try again in a few minutes."
        }
        Cause::Unanswered(Unanswered::Failing) => {
            "The fault is Intercom's, not yours: try again in a few minutes."
        }
        Cause::Limited => "Too many calls were made for this workspace: try again in a minute.",
        Cause::Version => "Check INTERCOM_API_VERSION.",
        _ => "Try again later.",
    }
}

/// Why Discord's answer cannot be used, and what to do, as the end of a sentence and one more.
pub fn at_discord(answer: &Answer, base: &str) -> String {
    match answer {
        Answer::Status(reply) => unusable(reply, base),
        Answer::None(why) if is_direct(base) => format!("{why}. Check the network."),
        Answer::None(why) => format!("{why}. Check the network, or DISCORD_PROXY_URL."),
    }
}

fn unusable(reply: &Reply, base: &str) -> String {
    let status = reply.status;
    match (status, &reply.body) {
        (429, _) => {
            "it asks to wait: too many calls come from this machine. Try again in a few minutes.".to_owned()
        }
        (500.., _) if is_direct(base) => {
            format!(
                "it answers that it is out of order (status {status}). The fault is Discord's, not yours: try again in a few minutes."
            )
        }
        (500.., _) => format!(
            "it answers that it is out of order (status {status}). The fault is Discord's, or that of the proxy in DISCORD_PROXY_URL: try again in a few minutes."
        ),
        (_, None) if is_direct(base) => format!(
            "something else answers in its place (status {status}, no JSON). A proxy or a firewall is in between: have it let Discord's API through."
        ),
        (_, None) => format!(
            "something else answers in its place (status {status}, no JSON). Check DISCORD_PROXY_URL."
        ),
        (_, Some(_)) if is_direct(base) => format!("it answers with status {status}. Try again later."),
        (_, Some(_)) => format!(
            "something else answers in its place, or passes on too little (status {status}). Check DISCORD_PROXY_URL."
        ),
    }
}

fn is_direct(base: &str) -> bool {
    base == DISCORD
}

#[cfg(test)]
mod tests {
    use deskbell_domain::port::unanswered::NoConnection;
    use deskbell_domain::workspace::Region;
    use serde_json::json;
    use url::Url;

    use super::*;

    fn reply(status: u16, body: Option<serde_json::Value>) -> Answer {
        Answer::Status(Reply { status, limits: deskbell_discord::rest::Limits::default(), body })
    }

    #[test]
    fn only_where_no_connection_comes_about_is_it_the_network() {
        let given = ApiAddress::Given(Url::parse("http://127.0.0.1:1").expect("an address"));
        let causes = [
            Unanswered::NoConnection(NoConnection::Name),
            Unanswered::CutOff,
            Unanswered::Silent,
            Unanswered::Failing,
            Unanswered::WebPage,
            Unanswered::Unreadable,
        ];
        for cause in causes {
            let is_network = !cause.is_an_answer();
            for address in [&given, &ApiAddress::Sought, &ApiAddress::In(Region::Eu)] {
                let said = at_intercom(Cause::Unanswered(cause), address);
                assert_eq!(said.contains("Check the network"), is_network, "{cause:?}: {said}");
                assert_eq!(said.contains("INTERCOM_API_URL"), *address == given, "{cause:?}: {said}");
            }
        }
    }

    #[test]
    fn what_discord_answers_is_told_by_whose_fault_it_is() {
        let direct = |answer: &Answer| at_discord(answer, DISCORD);
        insta::assert_snapshot!(direct(&reply(503, None)), @"it answers that it is out of order (status 503). The fault is Discord's, not yours: try again in a few minutes.");
        insta::assert_snapshot!(direct(&reply(403, None)), @"something else answers in its place (status 403, no JSON). A proxy or a firewall is in between: have it let Discord's API through.");
        insta::assert_snapshot!(direct(&reply(429, None)), @"it asks to wait: too many calls come from this machine. Try again in a few minutes.");
        insta::assert_snapshot!(direct(&Answer::None(Unanswered::Silent)), @"no answer came in time. Check the network.");
        let proxied = |answer: &Answer| at_discord(answer, "http://127.0.0.1:8080");
        insta::assert_snapshot!(proxied(&Answer::None(Unanswered::CutOff)), @"the connection broke off. Check the network, or DISCORD_PROXY_URL.");
        insta::assert_snapshot!(proxied(&reply(404, None)), @"something else answers in its place (status 404, no JSON). Check DISCORD_PROXY_URL.");
        insta::assert_snapshot!(proxied(&reply(400, Some(json!({})))), @"something else answers in its place, or passes on too little (status 400). Check DISCORD_PROXY_URL.");
        insta::assert_snapshot!(direct(&reply(400, Some(json!({})))), @"it answers with status 400. Try again later.");
    }
}

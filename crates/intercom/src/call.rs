//! What is asked of Intercom: route, parameters, body, and whether asking twice does harm.

use deskbell_domain::port::intercom::TokenPermission;
use reqwest::{Method, Url};
use serde_json::Value;

/// What a call does at the other side, which decides whether it may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it reads.
    Reads,
    /// It changes something, and twice is the same as once.
    Writes,
    /// It changes something, and twice is one time too many.
    WritesOnce,
}

/// One call, before it is known where Intercom is. Its `route` (such as `contacts/{id}`) is all of it that is logged.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) route: &'static str,
    pub(crate) effect: Effect,
    pub(crate) body: Option<Value>,
    arguments: Vec<String>,
    query: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn get(route: &'static str) -> Self {
        Self::new(Method::GET, route, Effect::Reads)
    }

    /// A POST that only reads, as searches are.
    pub(crate) fn ask(route: &'static str) -> Self {
        Self::new(Method::POST, route, Effect::Reads)
    }

    pub(crate) fn post(route: &'static str, effect: Effect) -> Self {
        Self::new(Method::POST, route, effect)
    }

    pub(crate) fn put(route: &'static str) -> Self {
        Self::new(Method::PUT, route, Effect::Writes)
    }

    pub(crate) fn delete(route: &'static str) -> Self {
        Self::new(Method::DELETE, route, Effect::Writes)
    }

    fn new(method: Method, route: &'static str, effect: Effect) -> Self {
        Self { method, route, effect, body: None, arguments: Vec::new(), query: Vec::new() }
    }

    /// What stands in the route's next `{…}`.
    pub(crate) fn with(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// What the token needs for it. Intercom's refusal does not say, so it is told from what is asked for.
    pub(crate) fn permission(&self) -> TokenPermission {
        let (first, last) = (self.route.split('/').next(), self.route.rsplit('/').next());
        match (first, self.effect) {
            (_, Effect::Reads) if last == Some("tags") || first == Some("tags") => TokenPermission::ReadTags,
            _ if self.route.split('/').any(|part| part == "tags") => TokenPermission::WriteTags,
            (Some("conversations"), Effect::Reads) => TokenPermission::ReadConversations,
            (Some("conversations"), _) => TokenPermission::WriteConversations,
            (Some("me" | "admins" | "teams"), _) => TokenPermission::ReadAdmins,
            (_, Effect::Reads) => TokenPermission::ReadContacts,
            (_, Effect::Writes | Effect::WritesOnce) => TokenPermission::WriteContacts,
        }
    }

    /// The address of the call below `base`. `None` where an argument cannot be one segment of a path: nothing that
    /// Intercom knows has such an id.
    pub(crate) fn url(&self, base: &Url) -> Option<Url> {
        let mut url = base.clone();
        let mut arguments = self.arguments.iter();
        {
            let mut path = url.path_segments_mut().ok()?;
            path.pop_if_empty();
            for segment in self.route.split('/') {
                let segment = if segment.starts_with('{') { arguments.next()?.as_str() } else { segment };
                if matches!(segment, "" | "." | "..") {
                    return None;
                }
                path.push(segment);
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(call: &Call) -> Option<String> {
        let base = Url::parse("https://proxy.example/intercom/").unwrap();
        call.url(&base).map(String::from)
    }

    #[test]
    fn an_id_stays_one_segment_below_the_base() {
        let call = Call::get("contacts/{id}/tags").with("../a b?c#d");
        assert_eq!(
            address(&call).unwrap(),
            "https://proxy.example/intercom/contacts/..%2Fa%20b%3Fc%23d/tags"
        );
    }

    #[test]
    fn an_id_that_would_climb_the_path_has_no_address() {
        for id in ["", ".", ".."] {
            assert_eq!(address(&Call::get("contacts/{id}").with(id)), None, "{id:?}");
        }
    }

    #[test]
    fn each_call_names_the_permission_that_it_needs() {
        let needs = |call: Call| call.permission().label();
        assert_eq!(needs(Call::ask("contacts/search")), "Read and list users and companies");
        assert_eq!(needs(Call::get("companies")), "Read and list users and companies");
        assert_eq!(needs(Call::put("contacts/{id}")), "Write users and companies");
        assert_eq!(needs(Call::post("contacts/{id}/companies", Effect::Writes)), "Write users and companies");
        assert_eq!(needs(Call::post("contacts/{id}/notes", Effect::WritesOnce)), "Write users and companies");
        assert_eq!(needs(Call::get("contacts/{id}/notes")), "Read and list users and companies");
        assert_eq!(needs(Call::post("contacts/{id}/tags", Effect::Writes)), "Write tags");
        assert_eq!(needs(Call::ask("conversations/search")), "Read conversations");
        assert_eq!(needs(Call::post("conversations/{id}/parts", Effect::Writes)), "Write conversations");
        assert_eq!(needs(Call::get("contacts/{id}/tags")), "Read tags");
        assert_eq!(needs(Call::post("conversations/{id}/tags", Effect::Writes)), "Write tags");
        assert_eq!(needs(Call::delete("conversations/{id}/tags/{tag_id}")), "Write tags");
        assert_eq!(needs(Call::get("me")), "Read admins");
    }

    #[test]
    fn parameters_are_escaped() {
        let call = Call::get("companies").query("name", "Acme & Søn");
        assert_eq!(
            address(&call).unwrap(),
            "https://proxy.example/intercom/companies?name=Acme+%26+S%C3%B8n"
        );
    }
}

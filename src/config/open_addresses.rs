//! Addresses to which tokens and customers would travel readable by everybody in between.

use url::{Host, Url};

use super::values::{ApiAddress, IntercomReach};

/// A sentence for each address that is `http://` and not this machine's own.
pub fn open_addresses(intercom: Option<&IntercomReach>, proxy: Option<&Url>) -> Vec<String> {
    let api = intercom.and_then(|intercom| match &intercom.address {
        ApiAddress::Given(url) => Some(url),
        ApiAddress::In(_) | ApiAddress::Sought => None,
    });
    let all = [("INTERCOM_API_URL", api), ("DISCORD_PROXY_URL", proxy)];
    let open = all.into_iter().filter(|(_, url)| url.is_some_and(is_open));
    let sentence = |name| {
        format!(
            "{name} begins with http:// and leads off this machine: the token and your customers travel unencrypted. \
             Write https://, unless nobody else is on that network."
        )
    };
    open.map(|(name, _)| sentence(name)).collect()
}

fn is_open(url: &Url) -> bool {
    url.scheme() == "http" && url.has_host() && !is_on_this_machine(url)
}

/// Whether an address leads nowhere but to this machine.
pub(super) fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_beyond_this_machine_is_open() {
        for (address, open) in [
            ("http://127.0.0.1:8081", false),
            ("http://[::1]:8081", false),
            ("http://localhost:8081", false),
            ("https://proxy.example", false),
            ("http://proxy.example", true),
            ("http://10.0.0.7:8080", true),
        ] {
            assert_eq!(is_open(&Url::parse(address).unwrap()), open, "{address}");
        }
    }
}

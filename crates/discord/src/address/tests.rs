use super::*;

#[test]
fn ordinary_addresses_become_links() {
    for address in ["ada@acme.io", "ada.lovelace+crm@mail.acme-labs.co.uk", "a_b%c-d@x.io"] {
        assert_eq!(email(address), Some(format!("<{address}>")));
    }
}

#[test]
fn odd_addresses_do_not() {
    for address in
        ["ada", "ada@acme", "@everyone@x.io", "a b@x.io", "a>@x.io", "a@-x.io", "a@x..io", "t:1:R@x", "a@1.2"]
    {
        assert_eq!(email(address), None, "{address}");
    }
}

#[test]
fn only_numbers_with_a_country_become_links() {
    assert_eq!(phone("+1 (555) 010-0123").as_deref(), Some("<+15550100123>"));
    for number in ["5550100", "+123", "+0123456789", "+1234567890123456", "+49 30 12a", "+<@1>234567"] {
        assert_eq!(phone(number), None, "{number}");
    }
}

#[test]
fn only_https_from_a_public_host_is_shown_as_a_picture() {
    assert!(picture("https://static.intercomassets.com/a.png").is_some());
    for url in [
        "http://a.io/a.png",
        "https://localhost/a.png",
        "https://u:p@a.io/a.png",
        "data:image/png,x",
        "https://10.0.0.1/",
    ] {
        assert_eq!(picture(url), None, "{url}");
    }
}

#[test]
fn an_address_of_ours_may_not_break_out_of_its_link() {
    assert!(of_ours("https://app.intercom.com/a/apps/x/users/y").is_some());
    for url in ["https://app.intercom.com/a)b", "ftp://app.intercom.com/", "https://app.intercom.com/a>b"] {
        assert_eq!(of_ours(url), None, "{url}");
    }
}

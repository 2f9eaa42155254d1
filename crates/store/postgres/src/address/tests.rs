use super::*;

fn read(text: &str) -> Result<Address, AddressError> {
    text.parse()
}

fn hosts(text: &str) -> Vec<(String, u16)> {
    read(text).unwrap().hosts.into_iter().map(|host| (host.name, host.port)).collect()
}

#[test]
fn several_hosts_have_a_port_each() {
    let all = hosts("postgres://bell@one:5433,two,[::1]:6000,[fe80::2]/desk");
    let expected = [("one", 5433), ("two", 5432), ("::1", 6000), ("fe80::2", 5432)];
    assert_eq!(all, expected.map(|(name, port)| (name.to_owned(), port)));
}

#[test]
fn what_is_escaped_is_read_as_it_was_meant() {
    let address = read("postgresql://b%40ll:p%2F%3A%40%25@host/d%20k?sslrootcert=%2Fetc%2Fca.pem").unwrap();
    assert_eq!((address.user.as_str(), address.database.as_str()), ("b@ll", "d k"));
    assert_eq!(address.password.map(|password| password.expose().to_owned()), Some("p/:@%".to_owned()));
    assert_eq!(address.tls, Tls::Verified { root_certificate: Some("/etc/ca.pem".into()) });
}

#[test]
fn a_password_is_never_printed() {
    let address = read("postgres://bell:hush@host/desk").unwrap();
    assert!(!format!("{address:?}").contains("hush"), "{address:?}");
}

#[test]
fn the_connection_is_verified_unless_that_is_switched_off_in_so_many_words() {
    let tls = |options: &str| read(&format!("postgres://bell@host/desk{options}")).map(|address| address.tls);
    assert_eq!(tls(""), Ok(Tls::Verified { root_certificate: None }));
    assert_eq!(tls("?sslmode=verify-full"), Ok(Tls::Verified { root_certificate: None }));
    assert_eq!(tls("?sslmode=disable"), Ok(Tls::Off));
    for weak in ["allow", "prefer", "require", "verify-ca", ""] {
        assert_eq!(tls(&format!("?sslmode={weak}")), Err(AddressError::SslMode));
    }
    assert_eq!(tls("?sslmode=disable&sslrootcert=ca.pem"), Err(AddressError::RootWithoutTls));
    assert_eq!(tls("?sslmode=disable&sslmode=disable"), Err(AddressError::Twice("sslmode".to_owned())));
    assert_eq!(tls("?sslcert=mine"), Err(AddressError::UnknownOption("sslcert".to_owned())));
}

#[test]
fn what_cannot_be_an_address_is_told_by_what_is_wrong() {
    let wrong = [
        ("mysql://bell@host/desk", AddressError::Scheme),
        ("postgres://host/desk", AddressError::NoUser),
        ("postgres://:secret@host/desk", AddressError::NoUser),
        ("postgres://bell@/desk", AddressError::NoHost),
        ("postgres://bell@one,,two/desk", AddressError::NoHost),
        ("postgres://bell@%2Frun%2Fpostgresql/desk", AddressError::NoHost),
        ("postgres://bell@host", AddressError::NoDatabase),
        ("postgres://bell@host/", AddressError::NoDatabase),
        ("postgres://bell@host:0/desk", AddressError::Port("host".to_owned())),
        ("postgres://bell@host:+80/desk", AddressError::Port("host".to_owned())),
        ("postgres://bell@host:65536/desk", AddressError::Port("host".to_owned())),
        ("postgres://bell@host:/desk", AddressError::Port("host".to_owned())),
        ("postgres://bell%4@host/desk", AddressError::Escape),
        ("postgres://bell%ff@host/desk", AddressError::Escape),
        ("postgres://bell%00@host/desk", AddressError::Escape),
    ];
    for (text, error) in wrong {
        assert_eq!(read(text), Err(error), "{text}");
    }
}

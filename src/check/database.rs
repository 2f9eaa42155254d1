//! Whether the store's database can be used: it is asked, and nothing is changed in it.

use std::sync::Arc;

use deskbell_seal::{GivenKeys, open_kept};
use deskbell_store_postgres::{Address, Contents, Examined, Tls, examine};

use super::report::{Report, Severity};
use crate::system::SystemRandom;
use crate::terminal;

const PART: &str = "Store";

/// `keys` are none where what is wrong with them is told already.
pub(super) async fn check(report: &mut Report, address: &Address, keys: Option<&GivenKeys>) {
    let examined = match examine(address).await {
        Ok(examined) => examined,
        Err(error) => {
            return report.add(Severity::Wrong, PART, format!("{}.", terminal::with_causes(&error)));
        }
    };
    report.add(Severity::Ok, PART, found(address, &examined));
    if address.tls == Tls::Off && address.hosts.iter().any(|host| !is_this_machine(&host.name)) {
        let text =
            "sslmode=disable: whoever is between this machine and the database reads along, and can write.";
        report.add(Severity::Warning, PART, text);
    }
    if let (Some(keys), Some(contents)) = (keys, &examined.contents) {
        check_key(report, contents, keys);
    }
}

fn found(address: &Address, examined: &Examined) -> String {
    let contents = match &examined.contents {
        None => "it is empty: its tables are made at the first start".to_owned(),
        Some(Contents { application: Some(id), .. }) => {
            format!("it is of the bot with the application id {id}")
        }
        Some(Contents { application: None, .. }) => "its tables are there".to_owned(),
    };
    let Examined { server, round_trip, .. } = examined;
    let took = round_trip.as_secs_f64() * 1000.0;
    format!("{address} can be written (PostgreSQL {server}, an answer in {took:.1} ms); {contents}")
}

fn check_key(report: &mut Report, contents: &Contents, keys: &GivenKeys) {
    // Nothing is kept: what a changed master key would have sealed anew stays as it is.
    let opened = open_kept(
        contents.keys.as_deref().map(str::as_bytes),
        keys,
        Box::new(|_| Ok(())),
        Arc::new(SystemRandom),
    );
    match opened {
        Ok(opened) => {
            let text = format!("DESKBELL_KEY (fingerprint {})", opened.fingerprint);
            report.add(Severity::Ok, "Key", text);
        }
        Err(error) => report.add(Severity::Wrong, "Key", format!("{error}.")),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

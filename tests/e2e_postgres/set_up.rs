//! `deskbell init` with a database.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell::config::Variables;
use deskbell::init::{Ended, Patience, Terminal, init};
use deskbell::system::SystemClock;
use secrecy::SecretString;

use crate::world::{set, typed, url};

/// Somebody who types what was written down before.
struct Typist {
    types: VecDeque<String>,
    said: Vec<String>,
}

#[async_trait]
impl Terminal for Typist {
    fn say(&mut self, line: &str) {
        self.said.push(line.to_owned());
    }

    async fn ask(&mut self, question: &str) -> io::Result<SecretString> {
        self.said.push(question.to_owned());
        Ok(SecretString::from(self.types.pop_front().ok_or(io::ErrorKind::UnexpectedEof)?))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_tried_before_it_is_written_and_gets_a_key() {
    let (mut stage, address) = set().await;
    for name in ["STORE_URL", "DESKBELL_KEY"] {
        stage.variables.remove(name);
    }
    let variables = stage.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let environment = Variables::from_pairs(variables);
    let none = url(&address, "postgres:hunter2").replace(&address.database, "nowhere");
    let types = VecDeque::from([none, url(&address, "postgres:hunter2")]);
    let mut typist = Typist { types, said: Vec::new() };
    let patience = Patience { all: Duration::from_secs(20), every: Duration::from_millis(10) };
    let ended = init(&environment, stage.folder.path(), &mut typist, patience, Arc::new(SystemClock)).await;
    let said = typist.said.join("\n");
    assert_eq!(ended, Ended::Ready, "{said}");
    assert!(said.contains("That database cannot be used: "), "{said}");
    assert!(said.contains("DESKBELL_KEY is written to .env"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let dotenv = std::fs::read_to_string(stage.folder.path().join(".env")).expect("it is written");
    assert!(dotenv.contains(&address.database) && !dotenv.contains("nowhere"), "{dotenv}");
    let checked = typed(&stage, &["check"]).await.out;
    assert!(checked.contains("its tables are made at the first start"), "{checked}");
}

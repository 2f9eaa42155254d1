//! A PostgreSQL of the tests' own, on a free port of this machine.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use deskbell_store_postgres::{Address, Host, Tls};
use tokio::time::Instant;
use tokio_postgres::NoTls;

/// Ends the server and throws its folder away as soon as the test's process has ended, however that was: what a terminal
/// sends to all of them at once does not end this.
const GUARD: &str = r#"
    trap '' INT TERM HUP
    folder=$1; shift
    "$@" & server=$!
    read -r _
    kill -QUIT $server
    wait $server
    rm -rf "$folder"
"#;

/// How long the server may take to be there.
const TO_START: Duration = Duration::from_secs(30);

/// A running server.
pub(crate) struct Server {
    pub(crate) port: u16,
    /// The certificate that it shows, which is for `localhost` and signed by itself.
    pub(crate) certificate: PathBuf,
    /// Its end ends the server.
    _guard: Mutex<Child>,
}

/// The server of all tests.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().expect("there is room for a folder").keep();
        let owner = ordinary_user();
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("root may give folders away");
        }
        let data = folder.join("data");
        let made = as_user(Command::new(programs.join("initdb")), owner)
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
            .current_dir(&folder)
            .output()
            .expect("initdb can be run");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        ask_for_passwords(&data);
        let certificate = certificate(&folder, owner);
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a port is free")
            .port();
        let guard = as_user(Command::new("sh"), owner)
            .args(["-c", GUARD, "sh"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}"), "-c", "fsync=off"])
            .args(["-c", "max_connections=300", "-c", "log_min_messages=error"])
            .args(["-c", "ssl=on", "-c"])
            .arg(format!("ssl_cert_file={}", certificate.display()))
            .arg("-c")
            .arg(format!("ssl_key_file={}", folder.join("server.key").display()))
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.display()))
            .current_dir(&folder)
            .stdin(Stdio::piped())
            // Whoever reads what the tests say must not wait until the folder is gone.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server can be run");
        Self::wait(port);
        Self { port, certificate, _guard: Mutex::new(guard) }
    }

    /// Waits until it takes connections. It is polled, since nothing else tells.
    fn wait(port: u16) {
        let until = Instant::now() + TO_START;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "PostgreSQL does not start");
            std::thread::yield_now();
        }
    }

    /// An empty database.
    pub(crate) async fn database(&self) -> Address {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("create database {name}")).await;
        Address {
            hosts: vec![Host { name: "127.0.0.1".to_owned(), port: self.port }],
            user: "postgres".to_owned(),
            password: None,
            database: name,
            tls: Tls::Off,
        }
    }

    /// Everything that stands in a database, as text.
    pub(crate) fn dump(&self, database: &str) -> String {
        let dumped = Command::new(programs().join("pg_dump"))
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-U",
                "postgres",
                "--data-only",
                database,
            ])
            .output()
            .expect("pg_dump can be run");
        assert!(dumped.status.success(), "pg_dump: {}", String::from_utf8_lossy(&dumped.stderr));
        String::from_utf8_lossy(&dumped.stdout).into_owned()
    }

    /// Runs a statement in a database, beside the store.
    pub(crate) async fn run(&self, database: &str, statement: &str) {
        let until = Instant::now() + TO_START;
        loop {
            let settings = format!("host=127.0.0.1 port={} user=postgres dbname={database}", self.port);
            match tokio_postgres::connect(&settings, NoTls).await {
                Ok((client, connection)) => {
                    let run = async move { client.batch_execute(statement).await };
                    let (ran, _) = tokio::join!(run, connection);
                    return ran.expect("the statement is right");
                }
                Err(error) => assert!(Instant::now() < until, "PostgreSQL does not answer: {error}"),
            }
            tokio::task::yield_now().await;
        }
    }
}

/// A user called `with_password` has to have one; everybody else is let in.
fn ask_for_passwords(data: &Path) {
    let file = data.join("pg_hba.conf");
    let rules = std::fs::read_to_string(&file).expect("initdb makes it");
    let rules = format!("host all with_password 127.0.0.1/32 scram-sha-256\n{rules}");
    std::fs::write(&file, rules).expect("it can be written");
}

/// Where the programs are: Debian keeps those of the server out of the path.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let is_whole = |folder: &PathBuf| {
        ["postgres", "initdb", "pg_dump"].iter().all(|program| folder.join(program).is_file())
    };
    let found = folders.into_iter().rev().find(is_whole);
    found.expect("this test needs PostgreSQL's server: apt-get install postgresql")
}

/// Whom the server runs as, where this is root: PostgreSQL refuses to be root.
fn ordinary_user() -> Option<(u32, u32)> {
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0);
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    is_root.then(|| named("postgres").or_else(|| named("nobody")).expect("there is an ordinary user"))
}

/// Makes the certificate of the server, and its key beside it.
fn certificate(folder: &Path, owner: Option<(u32, u32)>) -> PathBuf {
    let made = as_user(Command::new("openssl"), owner)
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args([
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "server.key",
            "-out",
            "server.crt",
        ])
        .current_dir(folder)
        .output()
        .expect("openssl can be run, which PostgreSQL of Debian brings");
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    folder.join("server.crt")
}

fn as_user(mut command: Command, owner: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

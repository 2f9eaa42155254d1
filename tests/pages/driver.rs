//! Chromium, driven through its driver over `WebDriver`: a few calls of HTTP on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use data_encoding::BASE64;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// As Debian's packages `chromium` and `chromium-driver` have them.
const DRIVER: &str = "chromedriver";
const STARTED: &str = "was started successfully on port ";
/// It asks nobody else on the network for anything. It runs as root too, which has no sandbox.
const SWITCHES: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// A small phone, in pixels of a page.
pub(crate) const WIDTH: u32 = 360;
const HEIGHT: u32 = 740;

/// The driver, which ends with this and takes its browsers along.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    client: Client,
}

impl Driver {
    pub(crate) async fn start() -> Self {
        let (process, port) = tokio::task::spawn_blocking(spawn).await.expect("it does not panic");
        Self { process, port, client: Client::new() }
    }

    /// A browser as a phone has it, with no cookies.
    pub(crate) async fn phone(&self) -> Phone<'_> {
        let phone = json!({ "deviceMetrics": { "width": WIDTH, "height": HEIGHT, "pixelRatio": 2.0 } });
        let options = json!({ "args": SWITCHES, "mobileEmulation": phone });
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let begun = self.call(Method::POST, "", json!({ "capabilities": { "alwaysMatch": wanted } })).await;
        let session = begun["sessionId"].as_str().expect("a session has an id").to_owned();
        Phone { driver: self, session }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let address = format!("http://127.0.0.1:{}/session{path}", self.port);
        let asked = self.client.request(method.clone(), address);
        let asked = if method == Method::POST { asked.json(&body) } else { asked };
        let answer: Value = asked.send().await.expect("the driver answers").json().await.expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path} {body}: {}", answer["value"]);
        answer["value"].clone()
    }
}

/// Only asked for its end it ends its browsers too.
impl Drop for Driver {
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let asked = b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(asked).and_then(|()| stream.read_to_end(&mut Vec::new()));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts the driver; tells the port that it has taken.
fn spawn() -> (Child, u16) {
    let started = Command::new(DRIVER).arg("--port=0").stdout(Stdio::piped()).spawn();
    let mut process = started.unwrap_or_else(|error| {
        panic!(
            "{DRIVER} cannot be started ({error}). Debian has it: apt-get install chromium chromium-driver"
        )
    });
    let lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once(STARTED)?;
        port.trim_end_matches('.').parse().ok()
    });
    (process, port.expect("the driver tells its port"))
}

/// A browser on a phone.
pub(crate) struct Phone<'a> {
    driver: &'a Driver,
    session: String,
}

impl Phone<'_> {
    pub(crate) async fn open(&self, address: &str) {
        self.post("/url", json!({ "url": address })).await;
    }

    pub(crate) async fn reload(&self) {
        self.post("/refresh", json!({})).await;
    }

    /// Presses the one button of the page, and waits for where that leads.
    pub(crate) async fn press_the_button(&self) {
        let found = self.post("/element", json!({ "using": "css selector", "value": "button" })).await;
        let id = found.as_object().and_then(|one| one.values().next()).and_then(Value::as_str);
        let path = format!("/element/{}/click", id.expect("an element has an id"));
        self.post(&path, json!({})).await;
    }

    /// What a script finds on the page.
    pub(crate) async fn find(&self, function: &str) -> Value {
        self.post("/execute/sync", json!({ "script": function, "args": [] })).await
    }

    /// Shows pages as a phone does that is set to this.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        let media = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": [feature] } });
        self.post("/goog/cdp/execute", media).await;
    }

    /// What is seen, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let path = format!("/{}/screenshot", self.session);
        let picture = self.driver.call(Method::GET, &path, Value::Null).await;
        BASE64.decode(picture.as_str().expect("text").as_bytes()).expect("base64")
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.driver.call(Method::POST, &format!("/{}{path}", self.session), body).await
    }
}

//! Both stand-ins, and the configuration that leads to them.

use std::collections::BTreeMap;
use std::path::Path;

use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::discord::{Discord, Setup};
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::Intercom;
use deskbell_sandbox::recorder::Recorder;

/// Made-up ids are drawn from it.
const SEED: u64 = 7;
/// The stand-in's token for Intercom.
const INTERCOM_TOKEN: &str = "sandbox-intercom-token";

/// Intercom and Discord on free loopback ports, for as long as this lives.
pub struct StandIns {
    pub discord: Discord,
    pub intercom: Intercom,
    server: Server,
}

impl StandIns {
    /// Starts both; every exchange goes to the recorder.
    pub async fn start(recorder: Recorder) -> Self {
        let setup = Setup { recorder: recorder.clone(), ..Setup::default() };
        let discord = Discord::start(setup).await.expect("loopback has free ports");
        let intercom = Intercom::new(Clock::system(), recorder, SEED);
        let server = intercom.serve().await.expect("loopback has free ports");
        intercom.workspace().set_name("Acme");
        Self { discord, intercom, server }
    }

    /// Where the stand-in for Intercom answers.
    pub fn intercom_url(&self) -> String {
        self.server.url()
    }

    /// The bot's configuration: both services are the stand-ins, and the store is in this folder.
    pub fn variables(&self, folder: &Path) -> BTreeMap<String, String> {
        let variables = [
            ("DISCORD_TOKEN", self.discord.application().token()),
            ("DISCORD_PROXY_URL", self.discord.url()),
            ("INTERCOM_ACCESS_TOKEN", INTERCOM_TOKEN.to_owned()),
            ("INTERCOM_API_URL", self.intercom_url()),
            ("STORE_URL", format!("sled:{}", folder.join("data").display())),
        ];
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

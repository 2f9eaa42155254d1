//! The released way: the real binary with the operator's app, between the stand-ins, at an address that a browser takes
//! for another site than Intercom's.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{Intercom, MeShape};
use deskbell_stage::{Guild, Stage, free_address, make_guild};
use reqwest::{Method, StatusCode};
use serde_json::json;

const CLIENT_ID: &str = "8e1d3a51-2f6f-4c6b-9a11-0c5d1e7f2b90";
const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";
/// What whoever presses the button allows at Intercom.
pub(crate) const TOKEN: &str = "dG9rOmFjbWUtMTIzNDU2Nzg5MDoxOjA=";
/// The longest name that a server may have, with nothing at which a line could break.
const LONGEST_NAME: usize = 100;

/// A server with a long name that wants to be connected with a workspace that has one too.
pub(crate) struct Scene {
    stage: Stage,
    server: Guild,
    port: u16,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let mut stage = Stage::set().await;
        for name in ["INTERCOM_ACCESS_TOKEN", "DISCORD_GUILD_ID"] {
            stage.variables.remove(name);
        }
        let server = make_guild(&stage.discord, &"W".repeat(LONGEST_NAME));
        stage.intercom.workspace().set_id("acme1");
        stage.intercom.workspace().set_name(&format!("<b>Acme & {}", "M".repeat(LONGEST_NAME)));
        stage.intercom.access().add_token(TOKEN, &[]);
        stage.intercom.oauth().register(CLIENT_ID, SECRET);
        stage.intercom.oauth().allow(TOKEN);
        let mut scene = Self { stage, server, port: free_address().port() };
        scene.start().await;
        scene
    }

    async fn start(&mut self) {
        let (listen, public_url) = (format!("127.0.0.1:{}", self.port), self.public_url());
        for (name, value) in [
            ("HTTP_LISTEN", listen.as_str()),
            ("PUBLIC_URL", public_url.as_str()),
            ("INTERCOM_CLIENT_ID", CLIENT_ID),
            ("INTERCOM_CLIENT_SECRET", SECRET),
        ] {
            self.stage.set_variable(name, value);
        }
        self.stage.start_process().await;
    }

    /// Browsers look names below localhost up by themselves, and take them for sites of their own.
    pub(crate) fn public_url(&self) -> String {
        format!("http://deskbell.localhost:{}", self.port)
    }

    pub(crate) fn intercom(&self) -> &Intercom {
        &self.stage.intercom
    }

    /// The link that `/connection` gives.
    pub(crate) async fn link(&self) -> String {
        let mark = self.stage.discord.guild(self.server.id).member("mark");
        let asked = mark.slash(self.server.support, "/connection").expect("the command is registered");
        link_of(&asked.message().await.expect("the bot answers"))
    }

    /// Intercom does not tell whose a token is.
    pub(crate) fn hide_the_workspace(&self) {
        self.intercom().api().set_me(MeShape::WithoutApp);
    }

    pub(crate) fn show_the_workspace(&self) {
        self.intercom().api().set_me(MeShape::Full);
    }

    /// Intercom answers nothing that is asked about a token.
    pub(crate) fn break_intercom(&self) {
        let error = json!({ "type": "error.list", "request_id": "r1", "errors": [] });
        let failing = Effect::Status(CannedAnswer::new(StatusCode::INTERNAL_SERVER_ERROR, error));
        self.intercom().faults().add(Fault::new(failing).path("/me"));
    }

    /// Discord takes no edit of an answer any more.
    pub(crate) fn lock_discord(&self) {
        let refused = json!({ "code": 50_027, "message": "Invalid Webhook Token" });
        let failing = Effect::Status(CannedAnswer::new(StatusCode::UNAUTHORIZED, refused));
        self.stage
            .discord
            .faults()
            .add(Fault::new(failing).method(Method::PATCH).path_containing("/webhooks/"));
    }

    pub(crate) async fn end(&mut self) {
        self.stage.terminate().await;
    }
}

fn link_of(message: &Message) -> String {
    let rows = message.components.iter();
    let mut buttons = rows.flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let link = buttons.find_map(|button| button["url"].as_str().map(str::to_owned));
    link.expect("there is a link")
}

//! The library that the bot is built on, against the stand-in: it connects, reads everything, answers and resumes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use serenity::{
    Client,
    all::{
        Command, Context, CreateActionRow, CreateButton, CreateInteractionResponse,
        CreateInteractionResponseMessage, EventHandler, GatewayIntents, Guild, GuildChannel, HttpBuilder,
        Interaction, Member, PartialGuild, Ready, ResumedEvent,
    },
    async_trait,
};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::bot::Scene;
use crate::discord::{ChannelKind, outage::Resumable};

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Heard {
    events: Mutex<Vec<String>>,
    changed: Notify,
}

impl Heard {
    fn note(&self, event: String) {
        self.events.lock().unwrap().push(event);
        self.changed.notify_one();
    }

    async fn wait(&self, wanted: &str) {
        let search = async {
            while !self.events.lock().unwrap().iter().any(|event| event == wanted) {
                self.changed.notified().await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        assert!(found.is_ok(), "{wanted} did not come: {:?}", self.events.lock().unwrap());
    }
}

struct Bot(Arc<Heard>);

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, _: Context, ready: Ready) {
        self.0.note(format!("ready {}", ready.user.name));
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.0.note("resumed".to_owned());
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        self.0.note(format!("guild {} with {} channels", guild.name, guild.channels.len()));
    }

    async fn channel_delete(
        &self,
        _: Context,
        channel: GuildChannel,
        _: Option<Vec<serenity::all::Message>>,
    ) {
        self.0.note(format!("channel {} deleted", channel.name));
    }

    async fn guild_delete(&self, _: Context, guild: serenity::all::UnavailableGuild, _: Option<Guild>) {
        self.0.note(format!("guild deleted, unavailable {}", guild.unavailable));
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        let message = CreateInteractionResponseMessage::new().ephemeral(true);
        let button = CreateButton::new("again").label("Again");
        let outcome = match interaction {
            Interaction::Command(command) => {
                let message = message.content(format!("{:?}", command.data.options()));
                let message = message.components(vec![CreateActionRow::Buttons(vec![button])]);
                command.create_response(&context, CreateInteractionResponse::Message(message)).await
            }
            Interaction::Component(press) => {
                let message = message.content(format!("pressed {}", press.data.custom_id));
                press.create_response(&context, CreateInteractionResponse::UpdateMessage(message)).await
            }
            other => panic!("{other:?}"),
        };
        self.0.note(format!("answered {}", outcome.is_ok()));
    }
}

async fn connected(scene: &Scene) -> Arc<Heard> {
    let heard = Arc::new(Heard::default());
    let http = HttpBuilder::new(scene.discord.application().token())
        .proxy(scene.discord.url())
        .ratelimiter_disabled(true);
    let handler = Bot(heard.clone());
    let builder = serenity::client::ClientBuilder::new_with_http(http.build(), GatewayIntents::GUILDS);
    let mut client: Client = builder.event_handler(handler).await.unwrap();
    TaskTracker::new().spawn(async move { client.start().await });
    heard.wait("ready Deskbell").await;
    heard
}

fn commands() -> Value {
    json!([{"name": "notify", "description": "Set up", "default_member_permissions": "32", "options": [
        {"type": 1, "name": "add", "description": "Add", "options": [
            {"type": 4, "name": "event", "description": "What", "required": true,
             "choices": [{"name": "New lead", "value": 0}]},
            {"type": 7, "name": "channel", "description": "Where", "required": true, "channel_types": [0, 5]},
            {"type": 8, "name": "role", "description": "Who"}]}]}])
}

#[tokio::test]
async fn serenity_connects_hears_and_answers() {
    let scene = Scene::new().await;
    scene.register(commands()).await;
    scene.discord.channel(scene.sales).create_thread("a thread", ChannelKind::PublicThread);
    scene.discord.guild(scene.guild).create_channel("voice", ChannelKind::Voice);
    scene.discord.guild(scene.guild).create_channel("ideas", ChannelKind::Forum);
    let heard = connected(&scene).await;
    heard.wait("guild Acme HQ with 3 channels").await;
    let admin = scene.discord.guild(scene.guild).member("owner");
    let reply = admin.slash(scene.sales, "/notify add event:New lead channel:#sales role:@Deskbell").unwrap();
    assert!(reply.text().await.unwrap().contains("Channel(PartialChannel"));
    let pressed = admin.press(&reply.message().await.unwrap(), "Again").unwrap();
    assert_eq!(pressed.text().await.unwrap(), "pressed again");
    assert_eq!(reply.text().await.unwrap(), "pressed again", "it is the same message");
    scene.discord.channel(scene.sales).delete();
    heard.wait("channel sales deleted").await;
    scene.discord.guild(scene.guild).kick_bot();
    heard.wait("guild deleted, unavailable false").await;
}

#[tokio::test]
async fn serenity_resumes_after_a_lost_socket_and_gets_what_it_missed() {
    let scene = Scene::new().await;
    let heard = connected(&scene).await;
    scene.discord.gateway().drop_socket();
    scene.discord.guild(scene.guild).create_channel("made meanwhile", ChannelKind::Text);
    heard.wait("resumed").await;
    assert_eq!(scene.discord.gateway().session_starts().identified, 1);
    scene.discord.gateway().request_reconnect();
    let resumed = |discord: &crate::discord::Discord| discord.gateway().session_starts().resumed == 2;
    scene.discord.wait_for("the second resume", PATIENCE, resumed).await.unwrap();
    scene.discord.gateway().invalidate_session(Resumable::No);
    let identified = |discord: &crate::discord::Discord| discord.gateway().session_starts().identified == 2;
    scene.discord.wait_for("the second identify", PATIENCE, identified).await.unwrap();
    scene.discord.gateway().wait_connected(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn serenity_reads_every_answer() {
    let scene = Scene::new().await;
    let body = json!({
        "content": "🌱 New lead", "nonce": "n", "enforce_nonce": true,
        "embeds": [{"title": "Ada", "url": "https://x.io/1", "color": 0xE6_9F00, "timestamp": "2026-11-23T09:20:00Z",
            "fields": [{"name": "Email", "value": "ada@acme.io", "inline": true}], "footer": {"text": "k7f2q"},
            "author": {"name": "Acme"}, "thumbnail": {"url": "https://x.io/a.png"}}],
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "Show", "custom_id": "show"},
                {"type": 2, "style": 5, "label": "Open", "url": "https://x.io"}]},
            {"type": 1, "components": [{"type": 3, "custom_id": "pick", "placeholder": "Pick",
                "options": [{"label": "A", "value": "a", "emoji": {"name": "🌱"}}]}]},
            {"type": 1, "components": [{"type": 8, "custom_id": "where", "channel_types": [0, 5],
                "default_values": [{"id": scene.sales, "type": "channel"}]}]}],
    });
    let (_, sent) = scene.post(scene.sales, body).await;
    let message: serenity::all::Message = serde_json::from_value(sent).unwrap();
    assert_eq!(message.components.len(), 3);
    let guild = format!("/guilds/{}", scene.guild);
    let read = async |path: String| scene.get(&path).await.1;
    let _: PartialGuild = serde_json::from_value(read(guild.clone()).await).unwrap();
    let _: Vec<GuildChannel> = serde_json::from_value(read(format!("{guild}/channels")).await).unwrap();
    let _: Vec<serenity::all::Role> = serde_json::from_value(read(format!("{guild}/roles")).await).unwrap();
    let bot = scene.discord.application().bot();
    let _: Member = {
        let mut member = read(format!("{guild}/members/{bot}")).await;
        member["guild_id"] = json!(scene.guild);
        serde_json::from_value(member).unwrap()
    };
    let _: Vec<Command> = serde_json::from_value(scene.register(commands()).await).unwrap();
    let application = read("/applications/@me".to_owned()).await;
    let _: serenity::all::CurrentApplicationInfo = serde_json::from_value(application).unwrap();
    let _: Vec<serenity::all::GuildInfo> =
        serde_json::from_value(read("/users/@me/guilds".to_owned()).await).unwrap();
    let _: serenity::all::BotGateway = serde_json::from_value(read("/gateway/bot".to_owned()).await).unwrap();
    let refused = scene.send(Method::POST, &format!("/channels/{}/messages", scene.sales), json!({})).await;
    assert_eq!(refused.1["code"], 50006);
}

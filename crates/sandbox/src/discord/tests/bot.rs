//! The bot of the tests: raw HTTP and a raw gateway socket.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use crate::discord::{
    ChannelKind, Discord, Setup,
    ids::{ChannelId, GuildId},
};

pub(crate) struct Scene {
    pub(crate) discord: Discord,
    pub(crate) guild: GuildId,
    pub(crate) sales: ChannelId,
    client: reqwest::Client,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::set_up(Setup::default()).await
    }

    pub(crate) async fn set_up(setup: Setup) -> Self {
        let discord = Discord::start(setup).await.unwrap();
        discord.rate_limits().set_channel_pace(None);
        let guild = discord.create_guild("Acme HQ");
        let sales = discord.guild(guild).create_channel("#sales", ChannelKind::Text);
        Self { discord, guild, sales, client: reqwest::Client::new() }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let response = self.response(method, path, body).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) async fn response(&self, method: Method, path: &str, body: Value) -> reqwest::Response {
        let url = format!("{}/api/v10{path}", self.discord.url());
        let request = self.client.request(method, url).timeout(Duration::from_secs(10));
        let request = request.header("authorization", format!("Bot {}", self.discord.application().token()));
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, Value::Null).await
    }

    pub(crate) async fn post(&self, channel: ChannelId, body: Value) -> (StatusCode, Value) {
        self.send(Method::POST, &format!("/channels/{channel}/messages"), body).await
    }

    /// Registers these commands everywhere.
    pub(crate) async fn register(&self, commands: Value) -> Value {
        let path = format!("/applications/{}/commands", self.discord.application().id());
        let (status, body) = self.send(Method::PUT, &path, commands).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    /// Connects to the gateway and identifies.
    pub(crate) async fn connect(&self) -> Socket {
        let mut socket = Socket::open(&self.discord.gateway().url()).await;
        let token = self.discord.application().token();
        socket.say(json!({"op": 2, "d": {"token": token, "intents": 1, "properties": {}}})).await;
        let ready = socket.event("READY").await;
        socket.session = ready["session_id"].as_str().unwrap().to_owned();
        socket
    }

    /// Answers an interaction for the first time.
    pub(crate) async fn answer(&self, interaction: &Value, body: Value) -> (StatusCode, Value) {
        let (id, token) = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        self.send(Method::POST, &format!("/interactions/{id}/{token}/callback"), body).await
    }

    /// Does something with an interaction's token.
    pub(crate) async fn with_token(
        &self,
        method: Method,
        interaction: &Value,
        rest: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let token = interaction["token"].as_str().unwrap();
        let path = format!("/webhooks/{}/{token}{rest}", self.discord.application().id());
        self.send(method, &path, body).await
    }
}

pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) session: String,
    pub(crate) sequence: u64,
}

impl Socket {
    pub(crate) async fn open(url: &str) -> Self {
        let (stream, _) = connect_async(format!("{url}/?v=10&encoding=json")).await.unwrap();
        let mut socket = Self { stream, session: String::new(), sequence: 0 };
        assert_eq!(socket.frame().await["op"], 10);
        socket
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        self.stream.send(Message::Text(frame.to_string())).await.unwrap();
    }

    /// Says goodbye, which ends the session.
    pub(crate) async fn close(&mut self) {
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.stream.close(Some(goodbye)).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        let next = self.stream.next();
        tokio::time::timeout(Duration::from_secs(10), next).await.expect("the gateway says something")?.ok()
    }

    pub(crate) async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("the gateway said {other:?}"),
        }
    }

    /// The data of the next dispatch of this name; others are passed over.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let frame = self.frame().await;
            self.sequence = frame["s"].as_u64().unwrap_or(self.sequence);
            if frame["t"] == name {
                return frame["d"].clone();
            }
        }
    }

    /// The code with which the gateway closes; none if it just hangs up.
    pub(crate) async fn closing(&mut self) -> Option<u16> {
        loop {
            match self.message().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }
}

//! What every variable means, and what counts where it is left out: the one place from which the parser, `.env.example`
//! and the README's table take it.

use std::fmt::Write;

/// A variable, as an operator reads of it.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its default as text; none where it is required.
    pub default: Presence,
    /// What it is for.
    pub meaning: &'static str,
    /// A value as one would write it.
    pub example: &'static str,
}

/// Whether a variable must be set.
pub enum Presence {
    /// It must.
    Required,
    /// It may be left out; then this counts.
    Default(&'static str),
    /// It may be left out; then something else decides, told in words.
    Decided(&'static str),
    /// It may be left out; then nothing is there.
    Optional,
    /// Nearly everybody sets it; without it, something else happens, told in words.
    Usual(&'static str),
}

/// Every variable, in the order in which one would set them.
pub const VARIABLES: [Variable; 34] = [
    Variable {
        name: "DISCORD_TOKEN",
        default: Presence::Required,
        meaning: "The bot's token.",
        example: "your-bot-token",
    },
    Variable {
        name: "DISCORD_GUILD_ID",
        default: Presence::Decided("the only server that the bot is in"),
        meaning: "The id of the server that the workspace belongs to (17 to 20 digits), or several with commas. No other server sees it.",
        example: "841200000000000001",
    },
    Variable {
        name: "INTERCOM_ACCESS_TOKEN",
        default: Presence::Usual("each server connects its own workspace with /connection"),
        meaning: "The access token of your workspace.",
        example: "your-intercom-token",
    },
    Variable {
        name: "CONNECT",
        default: Presence::Decided("off beside INTERCOM_ACCESS_TOKEN, else anyone"),
        meaning: "Which servers may connect a workspace of their own: off, anyone, or their ids with commas.",
        example: "anyone",
    },
    Variable {
        name: "DISCORD_TOKEN_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the bot's token, in place of DISCORD_TOKEN.",
        example: "/run/secrets/discord_token",
    },
    Variable {
        name: "INTERCOM_ACCESS_TOKEN_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the access token, in place of INTERCOM_ACCESS_TOKEN.",
        example: "/run/secrets/intercom_token",
    },
    Variable {
        name: "INTERCOM_REGION",
        default: Presence::Decided("found by itself"),
        meaning: "Where the workspace lives: us, eu or au. Counts for nothing beside INTERCOM_API_URL.",
        example: "eu",
    },
    Variable {
        name: "INTERCOM_API_URL",
        default: Presence::Decided("by region"),
        meaning: "Another address of Intercom's API.",
        example: "http://127.0.0.1:8081",
    },
    Variable {
        name: "INTERCOM_API_VERSION",
        default: Presence::Default("2.16"),
        meaning: "The API version that is sent on every call: 2.16 or 2.17; others from 2.0 on are taken, but not tested.",
        example: "2.17",
    },
    Variable {
        name: "INTERCOM_WORKSPACE_ID",
        default: Presence::Decided("from GET /me"),
        meaning: "The workspace's id, where the token does not tell it: at most 64 letters and digits.",
        example: "abc123",
    },
    Variable {
        name: "INTERCOM_CALLS_PER_MINUTE",
        default: Presence::Default("100"),
        meaning: "The most calls to Intercom in any 60 seconds: 6 to 10000.",
        example: "100",
    },
    Variable {
        name: "INTERCOM_APP_CALLS_PER_MINUTE",
        default: Presence::Default("9000"),
        meaning: "The most calls to Intercom a minute of all workspaces that your app is connected to: 60 to 1000000.",
        example: "9000",
    },
    Variable {
        name: "POLL_INTERVAL",
        default: Presence::Default("120s"),
        meaning: "How often Intercom is checked: 1s to 1d, with its unit, like 15s, 2m or 1h.",
        example: "60s",
    },
    Variable {
        name: "RECONCILE_INTERVAL",
        default: Presence::Default("10m"),
        meaning: "How often Intercom is checked for what webhooks tell of: at least POLL_INTERVAL, at most 1d.",
        example: "10m",
    },
    Variable {
        name: "UPDATE_FIELDS",
        default: Presence::Default("email,phone,name,user_id,image_url,unsubscribed,companies,tags"),
        meaning: "Which changes of a user are posted; also location, owner and single custom attributes, like custom:plan.",
        example: "email,phone,name,tags,custom:plan",
    },
    Variable {
        name: "CARD_FIELDS",
        default: Presence::Default("tags,city"),
        meaning: "The one or two fields that cards of leads and users show beside the fixed ones; also single custom attributes, like custom:plan. Private cards show none.",
        example: "tags,custom:plan",
    },
    Variable {
        name: "CONTACT_DISCORD_FIELD",
        default: Presence::Default("custom:discord_id"),
        meaning: "The custom attribute of leads and users that holds the id of the Discord member they are: custom: and its name.",
        example: "custom:discord_id",
    },
    Variable {
        name: "STORE_URL",
        default: Presence::Default("sled:data"),
        meaning: "Where the store is: sled: and a folder, or a database: postgres://USER:PASSWORD@HOST:PORT/DATABASE.",
        example: "sled:/var/lib/deskbell",
    },
    Variable {
        name: "STORE_URL_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the address of the store, in place of STORE_URL.",
        example: "/run/secrets/store_url",
    },
    Variable {
        name: "HEARTBEAT_FILE",
        default: Presence::Decided(
            "heartbeat.json in the store's folder; data/heartbeat.json with a database",
        ),
        meaning: "The file that deskbell health reads, and the bot writes anew every 10 s.",
        example: "/run/deskbell/heartbeat.json",
    },
    Variable {
        name: "DESKBELL_KEY",
        default: Presence::Decided(
            "the file key in the store's folder, made at the first start; required with a database",
        ),
        meaning: "The key under which the store is sealed: 32 bytes in base64, as deskbell key new prints them.",
        example: "your-key",
    },
    Variable {
        name: "DESKBELL_KEY_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the key, in place of DESKBELL_KEY.",
        example: "/run/secrets/deskbell_key",
    },
    Variable {
        name: "DESKBELL_KEY_PREVIOUS",
        default: Presence::Optional,
        meaning: "The key before, for the one start at which the key is changed.",
        example: "your-old-key",
    },
    Variable {
        name: "DESKBELL_KEY_PREVIOUS_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the key before, in place of DESKBELL_KEY_PREVIOUS.",
        example: "/run/secrets/deskbell_key_previous",
    },
    Variable {
        name: "RETENTION",
        default: Presence::Default("30d"),
        meaning: "How long events are kept: 3d to 3650d.",
        example: "30d",
    },
    Variable {
        name: "AUDIT_RETENTION",
        default: Presence::Default("90d"),
        meaning: "How long it is kept who did what in a server, which /audit shows: 3d to 3650d.",
        example: "90d",
    },
    Variable {
        name: "HTTP_LISTEN",
        default: Presence::Optional,
        meaning: "An address and port at which to listen for Intercom's webhooks; behind a proxy that ends TLS.",
        example: "127.0.0.1:8080",
    },
    Variable {
        name: "PUBLIC_URL",
        default: Presence::Optional,
        meaning: "Where a browser reaches that door: https, or http on this machine. Needed for connecting in a browser.",
        example: "https://deskbell.example",
    },
    Variable {
        name: "INTERCOM_CLIENT_ID",
        default: Presence::Optional,
        meaning: "The client id of your app in Intercom's Developer Hub, which people allow in a browser.",
        example: "your-client-id",
    },
    Variable {
        name: "INTERCOM_CLIENT_SECRET",
        default: Presence::Optional,
        meaning: "The client secret of your app in Intercom's Developer Hub, with which webhooks are signed. Without it none are believed.",
        example: "your-client-secret",
    },
    Variable {
        name: "INTERCOM_CLIENT_SECRET_FILE",
        default: Presence::Optional,
        meaning: "A file that holds the client secret, in place of INTERCOM_CLIENT_SECRET.",
        example: "/run/secrets/intercom_client_secret",
    },
    Variable {
        name: "DISCORD_PROXY_URL",
        default: Presence::Optional,
        meaning: "An HTTP proxy in front of Discord's REST API (a shared rate-limit proxy).",
        example: "http://127.0.0.1:8080",
    },
    Variable {
        name: "RUST_LOG",
        default: Presence::Default("info"),
        meaning: "What is logged: error, warn, info, debug, or by part, like deskbell=debug.",
        example: "deskbell=debug",
    },
    Variable {
        name: "LOG_FORMAT",
        default: Presence::Default("text"),
        meaning: "text, or json for machines.",
        example: "json",
    },
];

/// What counts where a variable is left out, if there is such a value: the parser reads it like what is set.
pub fn default_of(name: &str) -> Option<&'static str> {
    let variable = VARIABLES.iter().find(|variable| variable.name == name)?;
    match variable.default {
        Presence::Default(value) => Some(value),
        Presence::Required | Presence::Decided(_) | Presence::Optional | Presence::Usual(_) => None,
    }
}

/// `.env.example`: the variables that nearly everybody sets, every other one commented out.
pub fn env_example() -> String {
    let mut text = String::from(
        "# Copy this file to .env and fill in the two tokens. deskbell check says what is missing or wrong.\n",
    );
    for variable in &VARIABLES {
        let (default, comment) = match variable.default {
            Presence::Required => ("Required.".to_owned(), ""),
            Presence::Default(value) | Presence::Decided(value) => (format!("Default: {value}."), "# "),
            Presence::Optional => ("Not set unless you set it.".to_owned(), "# "),
            Presence::Usual(otherwise) => (format!("Left out: {otherwise}."), ""),
        };
        let _ = write!(
            text,
            "\n# {} {default}\n{comment}{}={}\n",
            variable.meaning, variable.name, variable.example
        );
    }
    text
}

/// The README's table.
pub fn markdown_table() -> String {
    let mut text = String::from("| variable | default | meaning |\n|---|---|---|\n");
    for variable in &VARIABLES {
        let default = match variable.default {
            Presence::Required => "required".to_owned(),
            Presence::Default(value) => format!("`{value}`"),
            Presence::Decided(value) => value.to_owned(),
            Presence::Optional => "–".to_owned(),
            Presence::Usual(otherwise) => otherwise.to_owned(),
        };
        let _ = writeln!(text, "| `{}` | {default} | {} |", variable.name, variable.meaning);
    }
    text
}

//! Reads what a person types into a slash command against the command as it is registered.

use serde_json::{Map, Value, json};

use super::{
    failure::Failure,
    names::{Names, Resolved},
};
use crate::discord::{
    commands::Command,
    ids::{ChannelId, GuildId, UserId},
    state::State,
    validate::{code_points, list},
};

/// A text being read.
pub(super) struct Typed<'a> {
    pub(super) state: &'a State,
    pub(super) guild: GuildId,
    pub(super) channel: ChannelId,
    pub(super) user: UserId,
    /// The option that is being typed when the bot is asked for suggestions.
    pub(super) focused: Option<&'a str>,
}

fn bad<T>(reason: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::BadText(reason.into()))
}

/// The first word, without its slash.
pub(super) fn command_name(text: &str) -> Result<&str, Failure> {
    let Some(rest) = text.trim().strip_prefix('/') else { return bad("a command starts with /") };
    Ok(rest.split_whitespace().next().unwrap_or_default())
}

impl Typed<'_> {
    /// The `data` of the interaction.
    pub(super) fn data(&self, command: &Command, text: &str) -> Result<Value, Failure> {
        let text = text.trim();
        let rest = text.get(1 + command.name().len()..).unwrap_or_default();
        let mut resolved = Resolved::default();
        let options = self.options(list(&command.body["options"]), rest, &mut resolved)?;
        let mut data = json!({"id": command.id, "name": command.name(), "type": 1});
        if !options.is_empty() {
            data["options"] = Value::from(options);
        }
        if let Some(resolved) = resolved.into_json() {
            data["resolved"] = resolved;
        }
        if let Some(guild) = command.body.get("guild_id") {
            data["guild_id"] = guild.clone();
        }
        Ok(data)
    }

    fn options(&self, known: &[Value], rest: &str, resolved: &mut Resolved) -> Result<Vec<Value>, Failure> {
        let rest = rest.trim();
        if known.iter().any(is_nesting) {
            let word = rest.split_whitespace().next().unwrap_or_default();
            let Some(inner) = known.iter().find(|option| option["name"] == word) else {
                return bad(format!("`{word}` is none of {}", names(known)));
            };
            let options = self.options(list(&inner["options"]), &rest[word.len()..], resolved)?;
            return Ok(vec![json!({"name": word, "type": inner["type"], "options": options})]);
        }
        let mut given = Vec::new();
        for (name, text) in split(known, rest)? {
            let option = known.iter().find(|option| option["name"] == name).unwrap_or(&Value::Null);
            given.push(self.given(option, &text, resolved)?);
        }
        self.nothing_is_missing(known, &given)?;
        Ok(given)
    }

    fn nothing_is_missing(&self, known: &[Value], given: &[Value]) -> Result<(), Failure> {
        if let Some(focused) = self.focused {
            let is_there = given.iter().any(|option| option["name"] == focused);
            return if is_there { Ok(()) } else { bad(format!("`{focused}` is not being typed")) };
        }
        let is_missing = |option: &&Value| {
            option["required"] == true && !given.iter().any(|given| given["name"] == option["name"])
        };
        match known.iter().find(is_missing) {
            Some(option) => bad(format!("{} is required", option["name"])),
            None => Ok(()),
        }
    }

    fn given(&self, option: &Value, text: &str, resolved: &mut Resolved) -> Result<Value, Failure> {
        let mut given = Map::from_iter([
            ("name".to_owned(), option["name"].clone()),
            ("type".to_owned(), option["type"].clone()),
        ]);
        let value = if self.focused.is_some_and(|focused| option["name"] == focused) {
            if option["autocomplete"] != true {
                return bad(format!("{} has no suggestions", option["name"]));
            }
            given.insert("focused".to_owned(), json!(true));
            json!(text)
        } else {
            self.value(option, text, resolved)?
        };
        given.insert("value".to_owned(), value);
        Ok(Value::Object(given))
    }

    fn value(&self, option: &Value, text: &str, resolved: &mut Resolved) -> Result<Value, Failure> {
        let choices = list(&option["choices"]);
        if !choices.is_empty() {
            return choice(choices, text);
        }
        let names = Names { state: self.state, guild: self.guild, channel: self.channel, user: self.user };
        match option["type"].as_u64() {
            Some(3) => string(option, text),
            Some(4) => number::<i64>(option, text),
            Some(5) => boolean(text),
            Some(6) => names.user(text, resolved).map(|id| json!(id)),
            Some(7) => names.channel_among(&option["channel_types"], text, resolved).map(|id| json!(id)),
            Some(8) => names.role(text, resolved).map(|id| json!(id)),
            Some(9) => names.user_or_role(text, resolved).map(|id| json!(id.to_string())),
            Some(10) => number::<f64>(option, text),
            kind => bad(format!("options of type {kind:?} cannot be typed here")),
        }
    }
}

fn is_nesting(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(1 | 2))
}

fn names(options: &[Value]) -> String {
    let names: Vec<&str> = options.iter().filter_map(|option| option["name"].as_str()).collect();
    names.join(", ")
}

fn choice(choices: &[Value], text: &str) -> Result<Value, Failure> {
    let is_meant = |choice: &&Value| choice["name"] == text || choice["value"] == text;
    match choices.iter().find(is_meant) {
        Some(choice) => Ok(choice["value"].clone()),
        None => bad(format!("`{text}` is none of {}", names(choices))),
    }
}

fn string(option: &Value, text: &str) -> Result<Value, Failure> {
    let length = code_points(text) as u64;
    let (least, most) = (option["min_length"].as_u64(), option["max_length"].as_u64());
    if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
        return bad(format!("{} has {length} characters, which is not allowed", option["name"]));
    }
    Ok(json!(text))
}

fn number<T: std::str::FromStr + Into<Value>>(option: &Value, text: &str) -> Result<Value, Failure> {
    let Ok(number) = text.parse::<T>() else { return bad(format!("`{text}` is not a number")) };
    let number: Value = number.into();
    let (least, most) = (option["min_value"].as_f64(), option["max_value"].as_f64());
    let value = number.as_f64();
    if least.is_some_and(|least| value < Some(least)) || most.is_some_and(|most| value > Some(most)) {
        return bad(format!("{text} is out of the range of {}", option["name"]));
    }
    Ok(number)
}

fn boolean(text: &str) -> Result<Value, Failure> {
    match text.to_lowercase().as_str() {
        "true" => Ok(json!(true)),
        "false" => Ok(json!(false)),
        _ => bad(format!("`{text}` is neither True nor False")),
    }
}

/// Cuts `name:value name:value` at the names that the command knows; a value in quotes may hold anything.
fn split(known: &[Value], text: &str) -> Result<Vec<(String, String)>, Failure> {
    let marks = marks(known, text);
    let first = marks.first().map_or(text.len(), |(at, _)| *at);
    if !text[..first].trim().is_empty() {
        return bad(format!("`{}` is not an option; there are: {}", &text[..first], names(known)));
    }
    let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let pairs = marks.iter().zip(ends).map(|((at, name), end)| {
        let value = text[at + name.len() + 1..end].trim();
        let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match (bare, unknown_name(value)) {
            (None, Some(word)) => bad(format!("`{word}` is not an option; there are: {}", names(known))),
            _ => Ok(((*name).to_owned(), bare.unwrap_or(value).to_owned())),
        }
    });
    pairs.collect()
}

/// Where the known names stand, outside quotes and at the start of a word.
fn marks<'a>(known: &'a [Value], text: &str) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let (mut is_quoted, mut is_start) = (false, true);
    for (at, character) in text.char_indices() {
        if is_start && !is_quoted {
            let name = known
                .iter()
                .filter_map(|option| option["name"].as_str())
                .find(|name| text[at..].strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
            found.extend(name.map(|name| (at, name)));
        }
        is_quoted ^= character == '"';
        is_start = character.is_whitespace();
    }
    found
}

/// A later word that looks like an option's name: a slip of whoever wrote the text.
fn unknown_name(value: &str) -> Option<&str> {
    value.split_whitespace().skip(1).find_map(|word| {
        let (name, rest) = word.split_once(':')?;
        let is_name = !name.is_empty() && name.chars().all(|it| it.is_ascii_lowercase() || it == '_');
        (is_name && !rest.is_empty() && !rest.starts_with("//")).then_some(name)
    })
}

//! The registered slash commands, global and per server, as Discord keeps them.
//!
//! What is registered is normalised: ids and versions are given, defaults are filled in or left out as Discord's answers
//! do. A name keeps its id for as long as it is registered, and its version for as long as nothing about it changes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::ids::{ApplicationId, CommandId, GuildId};

/// Discord takes so many new commands a day.
pub(crate) const CREATES_PER_DAY: usize = 200;

/// Where a command is registered: everywhere, or in one server.
pub(crate) type Scope = Option<GuildId>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Command {
    pub(crate) id: CommandId,
    /// As Discord answers it.
    pub(crate) body: Value,
}

impl Command {
    pub(crate) fn name(&self) -> &str {
        self.body["name"].as_str().unwrap_or_default()
    }

    fn kind(&self) -> &Value {
        &self.body["type"]
    }
}

#[derive(Debug, Default)]
pub(crate) struct Registry {
    scopes: BTreeMap<Scope, Vec<Command>>,
    /// How often a whole list was put.
    pub(crate) puts: usize,
    /// How many commands were new.
    pub(crate) creates: usize,
}

/// Gives ids to what is new.
pub(crate) struct Stamp<'a> {
    pub(crate) application: ApplicationId,
    pub(crate) next_id: &'a mut dyn FnMut() -> u64,
}

impl Registry {
    pub(crate) fn list(&self, scope: Scope) -> &[Command] {
        self.scopes.get(&scope).map_or(&[], Vec::as_slice)
    }

    /// The command that a person in this server gets by this name: the server's own before the global one.
    pub(crate) fn visible(&self, guild: GuildId, name: &str) -> Option<&Command> {
        self.visible_of(1, guild, name)
    }

    /// A command on messages, which has no options.
    pub(crate) fn visible_on_messages(&self, guild: GuildId, name: &str) -> Option<&Command> {
        self.visible_of(3, guild, name)
    }

    /// A command on members, which has no options.
    pub(crate) fn visible_on_members(&self, guild: GuildId, name: &str) -> Option<&Command> {
        self.visible_of(2, guild, name)
    }

    fn visible_of(&self, kind: u64, guild: GuildId, name: &str) -> Option<&Command> {
        let found = |scope| self.list(scope).iter().find(|it| it.name() == name && *it.kind() == kind);
        found(Some(guild)).or_else(|| found(None))
    }

    pub(crate) fn find(&self, scope: Scope, id: CommandId) -> Option<&Command> {
        self.list(scope).iter().find(|command| command.id == id)
    }

    /// How many of these would be new.
    pub(crate) fn new_among(&self, scope: Scope, bodies: &[Value]) -> usize {
        bodies.iter().filter(|body| self.same_name(scope, body).is_none()).count()
    }

    /// Takes the place of everything registered in the scope.
    pub(crate) fn replace(&mut self, scope: Scope, bodies: &[Value], stamp: &mut Stamp<'_>) {
        self.puts += 1;
        let list = bodies.iter().map(|body| self.stamped(scope, body, stamp)).collect();
        self.scopes.insert(scope, list);
    }

    /// Adds one, or takes the place of the one with the same name.
    pub(crate) fn upsert(&mut self, scope: Scope, body: &Value, stamp: &mut Stamp<'_>) -> Command {
        let command = self.stamped(scope, body, stamp);
        let list = self.scopes.entry(scope).or_default();
        list.retain(|other| other.id != command.id);
        list.push(command.clone());
        command
    }

    pub(crate) fn remove(&mut self, scope: Scope, id: CommandId) -> Option<Command> {
        let list = self.scopes.get_mut(&scope)?;
        let at = list.iter().position(|command| command.id == id)?;
        Some(list.remove(at))
    }

    fn same_name(&self, scope: Scope, body: &Value) -> Option<&Command> {
        let kind = body["type"].as_u64().unwrap_or(1);
        self.list(scope).iter().find(|old| old.body["name"] == body["name"] && *old.kind() == kind)
    }

    fn stamped(&mut self, scope: Scope, body: &Value, stamp: &mut Stamp<'_>) -> Command {
        let mut normal = normalised(body, scope, stamp.application);
        let old = self.same_name(scope, body).cloned();
        let id = old.as_ref().map_or_else(|| CommandId::new((stamp.next_id)()), |old| old.id);
        if old.is_none() {
            self.creates += 1;
        }
        normal["id"] = json!(id);
        if let Some(old) = &old {
            normal["version"] = old.body["version"].clone();
        }
        if old.is_none_or(|old| old.body != normal) {
            normal["version"] = json!((stamp.next_id)().to_string());
        }
        Command { id, body: normal }
    }
}

fn normalised(body: &Value, scope: Scope, application: ApplicationId) -> Value {
    let or = |key: &str, default: Value| match &body[key] {
        Value::Null => default,
        given => given.clone(),
    };
    let contexts = or("contexts", Value::Null);
    let in_direct_messages = match contexts.as_array() {
        Some(contexts) => contexts.contains(&json!(1)),
        None => body["dm_permission"] != false,
    };
    let mut command = json!({
        "application_id": application,
        "version": "0",
        "default_member_permissions": permissions_text(&body["default_member_permissions"]),
        "type": or("type", json!(1)),
        "name": body["name"],
        "name_localizations": body["name_localizations"],
        "description": or("description", json!("")),
        "description_localizations": body["description_localizations"],
        "contexts": contexts,
        "integration_types": or("integration_types", json!([0])),
        "nsfw": or("nsfw", json!(false)),
    });
    match scope {
        Some(guild) => command["guild_id"] = json!(guild),
        None => command["dm_permission"] = json!(in_direct_messages),
    }
    if let Some(options) = options(&body["options"]) {
        command["options"] = options;
    }
    command
}

/// Discord takes the bits as a string and as a number, and always answers a string.
fn permissions_text(value: &Value) -> Value {
    match value {
        Value::Number(bits) => json!(bits.to_string()),
        other => other.clone(),
    }
}

fn options(value: &Value) -> Option<Value> {
    let list = value.as_array().filter(|list| !list.is_empty())?;
    Some(list.iter().map(option).collect())
}

/// Everything that says nothing is left out of an option.
fn option(value: &Value) -> Value {
    let mut kept = Map::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        match key.as_str() {
            "options" | "choices" => {
                if let Some(inner) = options(value) {
                    kept.insert(key.clone(), inner);
                }
            }
            _ if says_something(value) => {
                kept.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    Value::Object(kept)
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(registry: &mut Registry, bodies: &[Value]) {
        let mut last = 100;
        let start = registry.puts as u64 * 10;
        let mut next_id = || {
            last += 1;
            last + start
        };
        let mut stamp = Stamp { application: ApplicationId::new(1), next_id: &mut next_id };
        registry.replace(None, bodies, &mut stamp);
    }

    #[test]
    fn what_says_nothing_is_left_out_and_defaults_are_filled_in() {
        let mut registry = Registry::default();
        put(
            &mut registry,
            &[json!({
                "name": "lead", "description": "Work with leads", "default_member_permissions": 32, "contexts": [0],
                "options": [{"type": 1, "name": "get", "description": "Show", "required": false, "options": [
                    {"type": 3, "name": "lead", "description": "Who", "required": true, "autocomplete": true,
                     "choices": [], "channel_types": [], "name_localizations": {}}]}],
            })],
        );
        insta::assert_snapshot!(serde_json::to_string_pretty(&registry.list(None)[0].body).unwrap(), @r#"
        {
          "application_id": "1",
          "contexts": [
            0
          ],
          "default_member_permissions": "32",
          "description": "Work with leads",
          "description_localizations": null,
          "dm_permission": false,
          "id": "101",
          "integration_types": [
            0
          ],
          "name": "lead",
          "name_localizations": null,
          "nsfw": false,
          "options": [
            {
              "description": "Show",
              "name": "get",
              "options": [
                {
                  "autocomplete": true,
                  "description": "Who",
                  "name": "lead",
                  "required": true,
                  "type": 3
                }
              ],
              "type": 1
            }
          ],
          "type": 1,
          "version": "102"
        }
        "#);
    }

    #[test]
    fn a_name_keeps_its_id_and_an_unchanged_command_its_version() {
        let mut registry = Registry::default();
        let help = json!({"name": "help", "description": "Help"});
        put(&mut registry, &[help.clone(), json!({"name": "status", "description": "Old"})]);
        let before = registry.list(None).to_vec();
        put(&mut registry, &[help, json!({"name": "status", "description": "New"})]);
        let after = registry.list(None);
        assert_eq!(before[0], after[0]);
        assert_eq!(before[1].id, after[1].id);
        assert_ne!(before[1].body["version"], after[1].body["version"]);
        assert_eq!((registry.puts, registry.creates), (2, 2));
    }
}

use std::fmt::Write as _;

use super::*;

/// One line for each command and option: what Discord will show.
fn outline(commands: &Value) -> String {
    let mut out = String::new();
    for command in commands.as_array().expect("an array") {
        let permissions = command.get("default_member_permissions").and_then(Value::as_str).unwrap_or("all");
        let contexts = command.get("contexts").map(ToString::to_string).unwrap_or_default();
        let kind = command["type"].as_u64().unwrap_or(1);
        let (name, description) = (text(command, "name"), text(command, "description"));
        let _ = writeln!(out, "/{name} (type {kind}, for {permissions}, contexts {contexts}): {description}");
        options(&mut out, command, 1);
    }
    out
}

fn options(out: &mut String, of: &Value, depth: usize) {
    for option in of.get("options").and_then(Value::as_array).into_iter().flatten() {
        let needed = if option["required"] == true { "!" } else { "" };
        let (name, kind) = (text(option, "name"), option["type"].as_u64().unwrap_or(0));
        let mut details = format!("type {kind}");
        for key in ["max_length", "min_length", "channel_types", "autocomplete"] {
            if let Some(value) = option.get(key).filter(|value| is_said(value)) {
                let _ = write!(details, ", {key} {value}");
            }
        }
        for choice in option.get("choices").and_then(Value::as_array).into_iter().flatten() {
            let _ = write!(details, ", {}={}", choice["value"], text(choice, "name"));
        }
        let _ = writeln!(
            out,
            "{}{name}{needed} ({details}): {}",
            "  ".repeat(depth),
            text(option, "description")
        );
        options(out, option, depth + 1);
    }
}

fn is_said(value: &Value) -> bool {
    !value.is_null() && *value != Value::Bool(false) && *value != Value::Array(Vec::new())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn of_group(name: &str) -> Value {
    let all = registration_body();
    let group = all.as_array().expect("an array").iter().filter(|command| command["name"] == name);
    Value::Array(group.cloned().collect())
}

#[test]
fn lead_and_user_are_registered_for_everyone_under_the_contracts_names() {
    insta::assert_snapshot!(outline(&of_group("lead")), @r#"
/lead (type 1, for all, contexts [0]): Create, show, list and export leads
  create (type 1): Create a lead
    email! (type 3, max_length 254): E-mail address
    name (type 3, max_length 255): Full name
    phone (type 3, max_length 40): Phone number with the country, like +49 30 1234567
    image_url (type 3, max_length 2000): Address of a picture; it starts with https://
    company (type 3, max_length 100, autocomplete true): Company: pick one while typing
  get (type 1): Show a lead
    lead! (type 3, max_length 255, autocomplete true): Pick one while typing, or give a name, an e-mail, a phone number or an id
  list (type 1): List leads, newest first
    company (type 3, max_length 100, autocomplete true): Only leads of this company: pick one while typing
    search (type 3, max_length 100): Only leads with this in their name, e-mail, phone number or id
  export (type 1): Export all leads as a file
    format (type 4, 0=CSV, 1=JSON): CSV for a spreadsheet (the default), JSON for programs
"#);
    insta::assert_snapshot!(outline(&of_group("user")), @r#"
/user (type 1, for all, contexts [0]): Create, update and show users
  create (type 1): Create a user, or update the one with this e-mail
    email! (type 3, max_length 254): E-mail address
    name (type 3, max_length 255): Full name
    phone (type 3, max_length 40): Phone number with the country, like +49 30 1234567
    company (type 3, max_length 100, autocomplete true): Company: pick one while typing
  get (type 1): Show a user
    user! (type 3, max_length 255, autocomplete true): Pick one while typing, or give a name, an e-mail, a phone number or an id
"#);
}

#[test]
fn the_picker_of_a_manager_stays_short() {
    let all = registration_body();
    let slash = all
        .as_array()
        .expect("an array")
        .iter()
        .filter(|command| command["type"].as_u64() != Some(2) && command["type"].as_u64() != Some(3));
    let entries = |command: &Value| {
        let options = command.get("options").and_then(Value::as_array).into_iter().flatten();
        options.filter(|option| option["type"] == 1).count().max(1)
    };
    assert!(slash.map(entries).sum::<usize>() <= 25, "Discord shows each subcommand as a line of its own");
}

#[test]
fn conversations_are_registered_for_everyone_and_guarded_in_code() {
    insta::assert_snapshot!(outline(&of_group("conversation")), @"
    /conversation (type 1, for all, contexts [0]): Read conversations, and act in them
      get (type 1): Read what was said in a conversation, and act in it
        conversation! (type 3, max_length 255, autocomplete true): Pick one while typing, or give its link or id, or words of it
    ");
}

#[test]
fn everything_that_is_registered_fits_discords_limits() {
    fn check(of: &Value, depth: usize) {
        let name = text(of, "name");
        assert!((1..=32).contains(&name.chars().count()), "{name}");
        let is_below_apps = depth == 0 && (of["type"] == 2 || of["type"] == 3);
        if !is_below_apps {
            let fits = (1..=100).contains(&text(of, "description").chars().count());
            assert!(fits, "the description of {name}");
            assert_eq!(name, name.to_lowercase());
        }
        assert_ne!(text(of, "description"), "A slash command parameter", "{name} lacks a description");
        let options: Vec<_> = of.get("options").and_then(Value::as_array).into_iter().flatten().collect();
        assert!(options.len() <= 25);
        for option in options {
            check(option, depth + 1);
        }
    }
    for command in registration_body().as_array().expect("an array") {
        check(command, 0);
    }
}

#[test]
fn the_hash_is_the_same_at_every_start() {
    assert_eq!(hash_of(&registration_body()), hash_of(&registration_body()));
}

#[test]
fn set_up_is_registered_for_managers_and_status_and_help_for_everyone() {
    let outlined: Vec<_> =
        ["setup", "notify", "access", "status", "help"].iter().map(|name| outline(&of_group(name))).collect();
    insta::assert_snapshot!(outlined.concat(), @"
    /setup (type 1, for 32, contexts [0]): Set up everything in one message
    /notify (type 1, for 32, contexts [0]): Choose what is posted in which channel
      add (type 1): Post one kind of event in a channel
        event! (type 4, 0=New lead, 1=New user, 2=User updated, 3=New conversation, 4=Customer replied, 5=Needs a person, 6=Rated, 7=Unanswered): What is posted
        channel! (type 7): Where it is posted: a text or announcement channel, or a thread
        detail (type 4, 0=Full, 1=Short, 2=Private, 3=Card): How much a card shows; Card is the default
        alert (type 4, 0=Loud, 1=Silent, 2=Smart): Whether it rings; Smart, the default, rings where somebody is needed
        after (type 3, max_length 40): Of Unanswered: after how long, such as 15m, 4h or 2d; 15m is the default
        mention (type 3, max_length 100, autocomplete true): Whom it mentions where it rings: a role, or whoever has the conversation
        every (type 3, max_length 40): With mention: in which time at most once, from 1m to 24h; 15m is the default
      list (type 1): Show what is posted where, and how it goes
      remove (type 1): Stop posting for ever
        notification! (type 3, max_length 100, autocomplete true): Which notification: pick one while typing
      pause (type 1): Hold back what comes, until you resume
        notification (type 3, max_length 100, autocomplete true): Which notification: pick one while typing; all of them if left out
      resume (type 1): Post again after a pause
        notification (type 3, max_length 100, autocomplete true): Which notification: pick one while typing; all of them if left out
        missed (type 4, 0=Post them, 1=Skip them): What becomes of what came during the pause
      test (type 1): Post a sample: an invented person, never a real record
        notification (type 3, max_length 100, autocomplete true): Which notification: pick one while typing; all of them if left out
      failed (type 1): Show what could not be posted, try it again or drop it
    /access (type 1, for 32, contexts [0]): Choose who may see customers
      add (type 1): Let a role see customers, and answer them
        role! (type 8): A role that only your team has
        level (type 4, 0=Look, 1=Act): Look: see them; Act (the default): also change them and answer
        export (type 5): Whether it may also export all leads as a file
      remove (type 1): Take that away from a role
        role! (type 8): Which role
      list (type 1): Show who may see customers
    /status (type 1, for all, contexts [0]): Show how the bot is
    /help (type 1, for all, contexts [0]): Show what you can do here
    ");
}

#[tokio::test]
async fn a_bot_that_ends_does_not_wait_for_discord_to_take_the_commands() {
    // Nothing listens there: every try fails at once, and the next one would come after two seconds.
    let http = serenity::HttpBuilder::new("t").proxy("http://127.0.0.1:9").ratelimiter_disabled(true).build();
    let stop = CancellationToken::new();
    stop.cancel();
    crate::fixture::run(async |world| {
        let ended = register_until_done(&http, &world.context.bot, ApplicationId(1), &stop);
        tokio::time::timeout(Duration::from_secs(1), ended).await.expect("it ends before the second try");
    })
    .await;
}

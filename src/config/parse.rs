//! From text to types, one function a variable; each mistake is kept and the reading goes on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use deskbell_domain::card::chosen::{CardFields, MOST_CHOSEN, NotChosen};
use deskbell_domain::difference::{Field, UpdateFields};
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::member_field::MemberField;
use deskbell_seal::GivenKeys;
use secrecy::SecretString;
use url::Url;

use super::connect::{Beside, connect, missing_token};
use super::dotenv::{Fault, Place};
use super::durations::{audit_retention, interval, reconcile_interval, retention};
use super::guild_id::guild;
use super::http;
use super::intercom::{
    Given, address, app_calls_per_minute, calls_per_minute, region, url, version, workspace,
};
use super::keys::{current_key, previous_key};
use super::list::members;
use super::log_filter::log_filter;
use super::mistake::{set_or_default, shown, wrong};
use super::names::{NearMiss, in_its_place};
use super::secrets::{optional_secret, secret};
use super::store::{heartbeat, key_for, store_place};
use super::values::{
    ApiAddress, Config, Connect, DiscordConfig, HttpConfig, IntercomConfig, IntercomReach, LogFormat,
    Mistake, MistakeKind, NotificationStart, Partial, PollConfig, ProcessFiles, StoreConfig, StorePlace,
};
use super::variables::Variables;
use super::whose::take_misplaced;

/// What each variable became, and every mistake on the way.
pub(super) struct Parts {
    pub(super) mistakes: Vec<Mistake>,
    discord_token: Option<SecretString>,
    guilds: Option<Given<BTreeSet<GuildId>>>,
    proxy: Option<Url>,
    intercom_token: Option<Given<SecretString>>,
    address: Option<ApiAddress>,
    version: Option<String>,
    workspace: Option<WorkspaceId>,
    calls_per_minute: Option<u32>,
    app_calls_per_minute: Option<u32>,
    connect: Option<Connect>,
    interval: Option<Duration>,
    reconcile_interval: Option<Duration>,
    update_fields: Option<UpdateFields>,
    card_fields: Option<CardFields>,
    member_field: Option<MemberField>,
    place: Option<StorePlace>,
    heartbeat: Option<Given<PathBuf>>,
    retention: Option<Duration>,
    audit_retention: Option<Duration>,
    keys: GivenKeys,
    http: Option<Given<HttpConfig>>,
}

impl Parts {
    pub(super) fn read(variables: &Variables) -> Self {
        let misses = in_its_place(variables);
        let mut mistakes: Vec<_> =
            variables.faults().iter().map(in_file).chain(misses.iter().map(none_of_mine)).collect();
        let mut keep = Keeper(&mut mistakes);
        let (given, region) = (
            keep.value(url(variables, "INTERCOM_API_URL")).map(Given),
            keep.value(region(variables)).map(Given),
        );
        let (discord_token, intercom_token) = keep.tokens(variables);
        let has_token = intercom_token.as_ref().is_none_or(|given| given.0.is_some());
        let guilds = keep.value(guilds(variables)).map(Given);
        let connect = keep.value(connect(variables, has_token));
        if !has_token {
            keep.value(missing_token(&Beside {
                discord_token: discord_token.is_some(),
                servers: guilds.as_ref().is_some_and(|given| given.0.is_some()),
                connect: variables.get("CONNECT").is_some(),
            }));
        }
        let interval = keep.value(interval(variables));
        let parts = Self {
            discord_token,
            guilds,
            proxy: keep.value(url(variables, "DISCORD_PROXY_URL")).flatten(),
            intercom_token,
            address: address(given, region),
            version: keep.value(version(variables)),
            workspace: keep.value(workspace(variables)).flatten(),
            calls_per_minute: keep.value(calls_per_minute(variables)),
            app_calls_per_minute: keep.value(app_calls_per_minute(variables)),
            connect,
            interval,
            reconcile_interval: keep.value(reconcile_interval(variables, interval)),
            update_fields: keep.value(update_fields(variables)),
            card_fields: keep.value(card_fields(variables)),
            member_field: keep.value(member_field(variables)),
            place: keep.value(store_place(variables)),
            heartbeat: keep.value(heartbeat(variables)).map(Given),
            retention: keep.value(retention(variables)),
            audit_retention: keep.value(audit_retention(variables)),
            keys: keep.keys(variables),
            http: keep.http(variables),
            mistakes: Vec::new(),
        };
        keep.value(key_for(parts.place.as_ref(), &parts.keys));
        keep.value(log_format(variables));
        keep.value(log_filter(variables));
        mistakes.retain(|mistake| !is_explained(mistake, variables, &misses));
        Self { mistakes, ..parts }
    }

    pub(super) fn config(&self, start: NotificationStart) -> Option<Config> {
        Some(Config {
            discord: DiscordConfig {
                token: self.discord_token.clone()?,
                guilds: self.guilds.clone()?.0,
                proxy: self.proxy.clone(),
            },
            reach: self.reach()?,
            intercom: self.operators(self.intercom_token.clone()?.0)?.0,
            connect: self.connect.clone()?,
            poll: PollConfig {
                interval: self.interval?,
                reconcile_interval: self.reconcile_interval?,
                update_fields: self.update_fields.clone()?,
                card_fields: self.card_fields.clone()?,
                member_field: self.member_field.clone()?,
            },
            store: StoreConfig {
                place: self.place.clone()?,
                retention: self.retention?,
                audit_retention: self.audit_retention?,
                keys: self.keys.clone(),
            },
            files: self.files()?,
            http: self.http.clone()?.0,
            start,
        })
    }

    pub(super) fn partial(&self) -> Partial {
        Partial {
            discord_token: self.discord_token.clone(),
            discord_proxy: self.proxy.clone(),
            guilds: self.guilds.clone().and_then(|given| given.0),
            intercom: self.intercom_token.clone().and_then(|given| self.operators(given.0)?.0),
            connect: self.connect.clone(),
            place: self.place.clone(),
            files: self.files(),
            keys: self.keys.clone(),
            http: self.http.clone().and_then(|given| given.0),
        }
    }

    fn files(&self) -> Option<ProcessFiles> {
        Some(ProcessFiles::beside(self.place.as_ref()?, self.heartbeat.clone()?.0))
    }

    fn reach(&self) -> Option<IntercomReach> {
        Some(IntercomReach {
            address: self.address.clone()?,
            version: self.version.clone()?,
            calls_per_minute: self.calls_per_minute?,
            app_calls_per_minute: self.app_calls_per_minute?,
        })
    }

    fn operators(&self, token: Option<SecretString>) -> Option<Given<IntercomConfig>> {
        let reach = self.reach()?;
        let of = |token| IntercomConfig { token, workspace: self.workspace.clone(), reach };
        Some(Given(token.map(of)))
    }
}

/// What is wrong in `.env`, where a variable may have been set in what cannot be read of it.
pub(super) fn unread(variables: &Variables, name: &str) -> Option<Mistake> {
    let fault = variables.faults().iter().find(|fault| may_hide(fault, name))?;
    variables.get(name).is_none().then(|| in_file(fault))
}

fn may_hide(fault: &Fault, variable: &str) -> bool {
    match fault.place {
        Place::Whole => true,
        Place::Line => false,
        Place::Variable(name) => is_or_leads_to(name, variable),
    }
}

fn in_file(Fault { place, sentence }: &Fault) -> Mistake {
    let variable = match place {
        Place::Whole | Place::Line => ".env",
        Place::Variable(name) => name,
    };
    wrong(variable, sentence.clone())
}

/// Whether a variable is missing for a reason that is told anyway: its line cannot be read, or it has a wrong name.
fn is_explained(mistake: &Mistake, variables: &Variables, misses: &[NearMiss]) -> bool {
    mistake.fault == MistakeKind::Missing
        && (variables.faults().iter().any(|fault| may_hide(fault, mistake.variable))
            || misses.iter().any(|miss| is_or_leads_to(miss.meant, mistake.variable)))
}

/// Whether a name is that of the variable, or of the file that holds it.
fn is_or_leads_to(name: &str, variable: &str) -> bool {
    name == variable || name.strip_suffix("_FILE") == Some(variable)
}

struct Keeper<'a>(&'a mut Vec<Mistake>);

impl Keeper<'_> {
    fn value<T>(&mut self, read: Result<T, Mistake>) -> Option<T> {
        read.map_err(|mistake| self.0.push(mistake)).ok()
    }

    /// Both tokens; Intercom's may be left out.
    fn tokens(&mut self, variables: &Variables) -> (Option<SecretString>, Option<Given<SecretString>>) {
        let mut discord = self.value(secret(variables, "DISCORD_TOKEN", "DISCORD_TOKEN_FILE"));
        let intercom =
            self.value(optional_secret(variables, "INTERCOM_ACCESS_TOKEN", "INTERCOM_ACCESS_TOKEN_FILE"));
        let is_given = intercom.as_ref().is_some_and(Option::is_some);
        let mut token = intercom.clone().flatten();
        self.0.extend(take_misplaced(&mut discord, &mut token));
        let is_readable = intercom.is_some() && token.is_some() == is_given;
        (discord, is_readable.then_some(Given(token)))
    }

    fn keys(&mut self, variables: &Variables) -> GivenKeys {
        let current = self.value(current_key(variables)).flatten();
        let previous = self.value(previous_key(variables)).flatten();
        GivenKeys { current, previous }
    }

    fn http(&mut self, variables: &Variables) -> Option<Given<HttpConfig>> {
        let listen = self.value(http::listen(variables));
        let client_secret = self.value(http::client_secret(variables));
        let public_url = self.value(http::public_url(variables));
        let client_id = self.value(http::client_id(variables));
        let parts = http::DoorParts {
            listen: listen?,
            client_secret: client_secret?,
            public_url: public_url?,
            client_id: client_id?,
        };
        self.value(http::door(parts)).map(Given)
    }
}

fn none_of_mine(miss: &NearMiss) -> Mistake {
    let written = shown(&miss.written);
    wrong(
        miss.meant,
        format!("{written} is none of mine; {}? Write that name, or take the line out.", miss.meant),
    )
}

fn guilds(variables: &Variables) -> Result<Option<BTreeSet<GuildId>>, Mistake> {
    const NAME: &str = "DISCORD_GUILD_ID";
    let Some(text) = variables.get(NAME) else { return Ok(None) };
    let ids = members(text, guild).map_err(|strangers| {
        let are = if strangers.is_one { "is not a server's id, which has" } else { "are not servers' ids, which have" };
        wrong(NAME, format!("{NAME} {} {are} 17 to 20 digits. Discord shows it: Settings, Advanced, Developer Mode on; then right-click the server, Copy Server ID.", strangers.quoted))
    })?;
    if ids.is_empty() {
        Err(wrong(NAME, "DISCORD_GUILD_ID names no server."))
    } else {
        Ok(Some(ids.into_iter().collect()))
    }
}

fn update_fields(variables: &Variables) -> Result<UpdateFields, Mistake> {
    const NAME: &str = "UPDATE_FIELDS";
    let fields = members(set_or_default(variables, NAME)?, field).map_err(|strangers| {
        let are = if strangers.is_one { "is not a field" } else { "are not fields" };
        wrong(NAME, format!("{NAME} {} {are}. Choose from: email, phone, name, user_id, image_url, unsubscribed, companies, tags, location, owner, custom:<attribute>.", strangers.quoted))
    })?;
    if fields.is_empty() {
        return Err(wrong(NAME, "UPDATE_FIELDS names no field. Leave it out for the usual ones."));
    }
    Ok(UpdateFields::new(fields))
}

/// The case of our own words makes no difference; that of an attribute's name does.
fn field(text: &str) -> Option<Field> {
    let lower = match text.split_once(':') {
        Some((before, attribute)) => format!("{}:{attribute}", before.to_lowercase()),
        None => text.to_lowercase(),
    };
    Field::parse(&lower)
}

fn card_fields(variables: &Variables) -> Result<CardFields, Mistake> {
    const NAME: &str = "CARD_FIELDS";
    let text = set_or_default(variables, NAME)?;
    let known = |one: &str| CardFields::parse(one).ok();
    members(text, known).map_err(|strangers| {
        let are = if strangers.is_one { "is not a field" } else { "are not fields" };
        wrong(NAME, format!("{NAME} {} {are} that can be chosen. Choose two from: tags, city, country, region, postal_code, latitude, longitude, time_zone, session_count, pseudonym, unsubscribed, id, user_id, created_at, email, phone, companies, custom:<attribute>.", strangers.quoted))
    })?;
    CardFields::parse(text).map_err(|fault| {
        wrong(
            NAME,
            match fault {
                NotChosen::NoField(field) => format!("CARD_FIELDS \"{}\" is not a field that can be chosen.", shown(&field)),
                NotChosen::TooMany(count) => format!("CARD_FIELDS names {count} fields, and cards have room for {MOST_CHOSEN}. Write two, like tags,custom:plan."),
                NotChosen::Nothing => "CARD_FIELDS names no field. Leave it out for tags and city.".to_owned(),
            },
        )
    })
}

fn member_field(variables: &Variables) -> Result<MemberField, Mistake> {
    const NAME: &str = "CONTACT_DISCORD_FIELD";
    let text = set_or_default(variables, NAME)?;
    let sentence = || {
        format!(
            "{NAME} \"{}\" is not a custom attribute. Write custom: and its name, like custom:discord_id.",
            shown(text)
        )
    };
    MemberField::parse(text).ok_or_else(|| wrong(NAME, sentence()))
}

pub(super) fn log_format(variables: &Variables) -> Result<LogFormat, Mistake> {
    let text = set_or_default(variables, "LOG_FORMAT")?;
    let sentence = || format!("LOG_FORMAT \"{}\" is not a format. Write text or json.", shown(text));
    text.to_lowercase().parse().map_err(|_| wrong("LOG_FORMAT", sentence()))
}

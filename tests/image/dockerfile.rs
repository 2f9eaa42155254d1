//! The Dockerfile, line by line.

use std::path::Path;
use std::time::Duration;

use clap::Parser;
use deskbell::cli::{Cli, Command};
use deskbell::config::{self, Variables};
use deskbell::health::BEAT_EVERY;

use super::context::Context;
use super::layout::{Layout, minor_version, root};

/// The user that the bot runs as; a number, so that an orchestrator can see that it is not root.
const USER: &str = "10001:10001";
/// The folder of the store.
const STORE: &str = "/data";

/// The instructions, without comments, each on one line.
pub(crate) struct Dockerfile(Vec<Instruction>);

struct Instruction {
    word: String,
    /// What stands behind the word, cut at blanks.
    arguments: Vec<String>,
}

impl Instruction {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace().map(str::to_owned);
        Self { word: words.next().unwrap_or_default(), arguments: words.collect() }
    }

    fn text(&self) -> String {
        self.arguments.join(" ")
    }

    /// The list in brackets that ends it, as a command.
    fn command(&self) -> Vec<String> {
        let text = self.text();
        let list = text.find('[').map_or("", |at| &text[at..]);
        serde_json::from_str(list).unwrap_or_default()
    }

    /// The value of `--name=value` or `name=value`.
    fn option(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find_map(|one| one.strip_prefix(name)?.strip_prefix('='))
    }

    /// What is no option.
    fn plain(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).filter(|one| !one.starts_with("--")).collect()
    }
}

impl Dockerfile {
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let text = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
        Self(text.lines().filter(|line| !line.trim().is_empty()).map(Instruction::parse).collect())
    }

    fn all<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a Instruction> {
        self.0.iter().filter(move |one| one.word == word)
    }

    fn text_of(&self, word: &str) -> String {
        self.all(word).map(Instruction::text).collect::<Vec<_>>().join("\n")
    }

    /// The value of `STORE_URL` in the image.
    fn store_url(&self) -> Option<&str> {
        self.all("ENV").find_map(|one| one.option("STORE_URL"))
    }

    /// The folders that outlive a container.
    pub(crate) fn volume(&self) -> String {
        self.text_of("VOLUME")
    }

    pub(crate) fn faults(&self, layout: &Layout, context: &Context) -> Vec<String> {
        let fits = |one: &&Instruction| self.fits(one, layout, context);
        let wrong = self.0.iter().filter(|one| !fits(one));
        let wrong = wrong.map(|one| format!("Dockerfile: {} {} does not fit", one.word, one.text()));
        // Whatever is left out is not in the image.
        let needed = ["FROM", "RUN", "COPY", "USER", "ENV", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"];
        let lacking = needed.into_iter().filter(|word| self.all(word).next().is_none());
        wrong.chain(lacking.map(|word| format!("Dockerfile: {word} is missing"))).collect()
    }

    /// Whether one line says what the project says. The bot opens no port, so there is no EXPOSE.
    fn fits(&self, one: &Instruction, layout: &Layout, context: &Context) -> bool {
        match one.word.as_str() {
            "FROM" => self.is_a_fitting_base(one, layout),
            "WORKDIR" => one.text() == "/src",
            "ARG" => one.option("FEATURES") == Some("\"\"") && layout.has_feature("demo"),
            "COPY" => self.copies_what_is_there(one, context),
            "RUN" => self.builds_the_bot(one, layout),
            "USER" => one.text() == USER,
            "ENV" => self.store_url().and_then(folder_of).as_deref() == Some(STORE),
            "VOLUME" => one.text() == STORE,
            "HEALTHCHECK" => asks_for_health(one, layout),
            "STOPSIGNAL" => one.text() == "SIGTERM",
            "ENTRYPOINT" => matches!(one.command().as_slice(), [bot] if layout.has_binary(bot)),
            "CMD" => matches!(command_line(&self.text_of("ENTRYPOINT"), one), Some(Command::Run(_))),
            _ => false,
        }
    }

    /// Both stages are of one Debian, since the binary uses the C library of the second; the first has a Rust that is
    /// new enough.
    fn is_a_fitting_base(&self, one: &Instruction, layout: &Layout) -> bool {
        let image = one.arguments.first().map_or("", String::as_str);
        let debian = |image: &str| ["bookworm", "trixie"].into_iter().find(|name| image.contains(name));
        let of_all: Vec<_> =
            self.all("FROM").map(|one| one.arguments.first().and_then(|one| debian(one))).collect();
        let rust = image.strip_prefix("rust:").map(minor_version);
        let new_enough = rust.is_none_or(|version| version >= Some(layout.oldest_rust()));
        new_enough && debian(image).is_some() && of_all.iter().all(|one| *one == debian(image))
    }

    /// The stages that have a name.
    fn stages(&self) -> Vec<&str> {
        let name = |one: &'_ Instruction| one.arguments.iter().position(|word| word == "AS");
        let named = self.all("FROM").filter_map(|one| one.arguments.get(name(one)? + 1));
        named.map(String::as_str).collect()
    }

    /// A source is either in the repository, or made by the RUN of the stage it comes from.
    fn copies_what_is_there(&self, one: &Instruction, context: &Context) -> bool {
        let plain = one.plain();
        let Some((to, sources)) = plain.split_last().filter(|(_, sources)| !sources.is_empty()) else {
            return false;
        };
        let owner_fits = *to != STORE || one.option("--chown") == Some(USER);
        let is_there = |source: &&str| match one.option("--from") {
            Some(stage) => {
                self.stages().contains(&stage) && self.text_of("RUN").split(' ').any(|made| made == *source)
            }
            None => root().join(source).exists() && (*source == "." || context.holds(Path::new(source))),
        };
        owner_fits && sources.iter().all(is_there) && !sources.is_empty()
    }

    /// Built as `Cargo.lock` says and without what only the demo needs, from the binary's own name, beside a folder for
    /// the store that belongs to the bot's user.
    fn builds_the_bot(&self, one: &Instruction, layout: &Layout) -> bool {
        let text = one.text();
        let (user, group) = USER.split_once(':').expect("a user and a group");
        let target = format!("{}/target", self.text_of("WORKDIR"));
        let words: Vec<_> = text.split(' ').collect();
        let after =
            |word: &str| words.iter().position(|one| *one == word).and_then(|at| words.get(at + 1)).copied();
        let binary = after("--bin").unwrap_or_default();
        [
            "cargo build --release --locked --no-default-features --features \"$FEATURES\"",
            &format!("--mount=type=cache,target={target} "),
            &format!("install -D target/release/{binary} /out/{binary}"),
            &format!("install -d -m 0700 -o {user} -g {group} /out/data"),
        ]
        .into_iter()
        .all(|part| text.contains(part))
            && layout.has_binary(binary)
    }
}

/// The folder that a store's address names.
fn folder_of(store_url: &str) -> Option<String> {
    let files = config::read_process_files(&Variables::from_pairs([("STORE_URL", store_url)])).ok()?;
    Some(files.socket_folder.display().to_string())
}

/// `deskbell health`, no more often than the bot tells that it lives.
fn asks_for_health(one: &Instruction, layout: &Layout) -> bool {
    let command = one.command();
    let interval = one.option("--interval").and_then(|text| humantime::parse_duration(text).ok());
    let may_take = one.option("--timeout").and_then(|text| humantime::parse_duration(text).ok());
    command.first().is_some_and(|bot| layout.has_binary(bot))
        && matches!(Cli::try_parse_from(&command).ok().and_then(|cli| cli.command), Some(Command::Health))
        && interval.is_some_and(|interval| interval >= BEAT_EVERY)
        && may_take.is_some_and(|may_take| may_take >= Duration::from_secs(1))
}

/// What the entry point does with these arguments.
fn command_line(entry_point: &str, arguments: &Instruction) -> Option<Command> {
    let mut words: Vec<String> = serde_json::from_str(entry_point).ok()?;
    words.extend(arguments.command());
    Cli::try_parse_from(words).ok()?.command
}

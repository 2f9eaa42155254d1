use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt as _;

use async_trait::async_trait;
use deskbell_sandbox::recorder::Recorder;
use deskbell_stage::StandIns;
use secrecy::SecretString;

use super::*;
use crate::system::SystemClock;

/// Somebody who types what was written down before, and accepts the invite when asked to.
struct Typist<'a> {
    types: VecDeque<String>,
    said: Vec<String>,
    stand_ins: &'a StandIns,
}

#[async_trait]
impl Terminal for Typist<'_> {
    fn say(&mut self, line: &str) {
        if line.contains("Open this link") {
            self.stand_ins.discord.create_guild("Acme HQ");
        }
        self.said.push(line.to_owned());
    }

    async fn ask(&mut self, question: &str) -> io::Result<SecretString> {
        self.said.push(question.to_owned());
        let typed = self.types.pop_front().ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(SecretString::from(typed))
    }
}

/// A folder, both services, and an environment that leads to them.
struct Scene {
    stand_ins: StandIns,
    folder: tempfile::TempDir,
    environment: Variables,
}

impl Scene {
    async fn set() -> Self {
        let stand_ins = StandIns::start(Recorder::in_memory()).await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let all = stand_ins.variables(folder.path());
        let kept = all.iter().filter(|(name, _)| !name.contains("TOKEN"));
        let environment = Variables::from_pairs(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        Self { stand_ins, folder, environment }
    }

    async fn run(&self, types: &[&str]) -> (Ended, String) {
        let types = types.iter().map(|line| format!("{line}\n")).collect();
        let mut typist = Typist { types, said: Vec::new(), stand_ins: &self.stand_ins };
        let patience = Patience { all: Duration::from_secs(20), every: Duration::from_millis(10) };
        let ended =
            init(&self.environment, self.folder.path(), &mut typist, patience, Arc::new(SystemClock)).await;
        (ended, typist.said.join("\n"))
    }

    fn token(&self) -> String {
        self.stand_ins.discord.application().token()
    }

    fn dotenv(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(".env")).unwrap_or_default()
    }
}

#[tokio::test]
async fn two_tokens_and_an_invite_make_a_whole_set_up() {
    let scene = Scene::set().await;
    let token = scene.token();
    let (ended, said) = scene.run(&[&format!("Bot {token}"), "\"sandbox-intercom-token\""]).await;
    assert_eq!(ended, Ended::Ready, "{said}");
    let guild = servers_of(&scene).await;
    let written = format!(
        "DISCORD_TOKEN={token}\nINTERCOM_ACCESS_TOKEN=sandbox-intercom-token\nDISCORD_GUILD_ID={guild}\n"
    );
    assert_eq!(scene.dotenv(), written);
    let mode = std::fs::metadata(scene.folder.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(said.contains("The workspace is Acme") && said.contains("write contacts"), "{said}");
    assert!(said.ends_with("Then type /setup in Acme HQ."), "{said}");
    assert!(!said.contains(&token), "{said}");
}

async fn servers_of(scene: &Scene) -> String {
    let rest =
        deskbell_discord::rest::Rest::new(&scene.stand_ins.discord.url(), SecretString::from(scene.token()));
    let servers = crate::servers::joined(&rest.unwrap()).await.unwrap();
    servers[0].id.to_string()
}

#[tokio::test]
async fn what_is_no_token_is_said_in_words_and_asked_again_and_nothing_is_written() {
    let scene = Scene::set().await;
    let (ended, said) = scene.run(&["", "your-bot-token", "two words", "wrong.discord.bot.token"]).await;
    assert_eq!(ended, Ended::Unfinished);
    for words in [
        "Nothing was typed.",
        "That is an example",
        "That is not a token",
        "Discord refuses that token.",
        "Stopped. What was written stays",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(scene.dotenv(), "");
}

#[tokio::test]
async fn it_goes_on_where_it_was_stopped_and_leaves_what_is_set() {
    let scene = Scene::set().await;
    let token = scene.token();
    let (ended, _) = scene.run(&[&token]).await;
    assert_eq!(ended, Ended::Unfinished);
    assert_eq!(scene.dotenv(), format!("DISCORD_TOKEN={token}\n"));
    let (ended, said) = scene.run(&["sandbox-intercom-token"]).await;
    assert_eq!(ended, Ended::Ready, "{said}");
    assert!(said.contains("DISCORD_TOKEN is set already, and Discord takes it."), "{said}");
    let (ended, said) = scene.run(&[]).await;
    assert_eq!(ended, Ended::Ready, "{said}");
}

#[tokio::test]
async fn a_refused_value_in_dotenv_is_only_replaced_when_somebody_says_so() {
    let scene = Scene::set().await;
    let token = scene.token();
    let before = "# mine\nDISCORD_TOKEN=old.discord.bot.token\n";
    std::fs::write(scene.folder.path().join(".env"), before).unwrap();
    let (ended, said) = scene.run(&["n"]).await;
    assert_eq!((ended, scene.dotenv()), (Ended::Unfinished, before.to_owned()), "{said}");
    let (ended, said) = scene.run(&["y", &token, "sandbox-intercom-token"]).await;
    assert_eq!(ended, Ended::Ready, "{said}");
    assert!(scene.dotenv().starts_with(&format!("# mine\nDISCORD_TOKEN={token}\n")), "{}", scene.dotenv());
}

#[tokio::test]
async fn a_token_pasted_where_yes_or_no_is_asked_is_neither_and_is_not_repeated() {
    let scene = Scene::set().await;
    let token = scene.token();
    let before = "DISCORD_TOKEN=old.discord.bot.token\n";
    std::fs::write(scene.folder.path().join(".env"), before).unwrap();
    let (ended, said) = scene.run(&[&token, "no"]).await;
    assert_eq!((ended, scene.dotenv()), (Ended::Unfinished, before.to_owned()), "{said}");
    assert!(said.contains("Type y for yes or n for no") && !said.contains(&token), "{said}");
}

#[tokio::test]
async fn a_dotenv_that_cannot_be_read_is_told_with_what_to_do() {
    let scene = Scene::set().await;
    std::fs::create_dir(scene.folder.path().join(".env")).unwrap();
    let (ended, said) = scene.run(&[]).await;
    assert_eq!(ended, Ended::Unfinished);
    assert!(said.contains(".env is a folder.") && !said.contains("terminal"), "{said}");
}

#[tokio::test]
async fn of_several_servers_one_is_chosen_by_its_number() {
    let scene = Scene::set().await;
    scene.stand_ins.discord.create_guild("Acme HQ");
    let other = scene.stand_ins.discord.create_guild("Other HQ");
    let token = scene.token();
    let mut numbers = Vec::new();
    for number in ["1", "2"] {
        std::fs::remove_file(scene.folder.path().join(".env")).ok();
        let (ended, said) = scene.run(&[&token, "sandbox-intercom-token", "9", number]).await;
        assert_eq!(ended, Ended::Ready, "{said}");
        assert!(said.contains("Type a number from 1 to 2."), "{said}");
        numbers.push(scene.dotenv().contains(&format!("DISCORD_GUILD_ID={other}")));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [false, true]);
}

#[tokio::test]
async fn a_refused_token_that_is_set_elsewhere_is_left_to_whoever_set_it() {
    let mut scene = Scene::set().await;
    scene.environment.set("DISCORD_TOKEN", "old.discord.bot.token");
    let (ended, said) = scene.run(&[]).await;
    assert_eq!((ended, scene.dotenv()), (Ended::Unfinished, String::new()), "{said}");
    assert!(
        said.contains("DISCORD_TOKEN is refused, and it is not set in .env. Mend it where it is set"),
        "{said}"
    );
}

impl Scene {
    /// One in which it is still to be said where the store is.
    async fn without_store() -> Self {
        let scene = Self::set().await;
        let all = scene.stand_ins.variables(scene.folder.path());
        let kept = all.iter().filter(|(name, _)| !name.contains("TOKEN") && *name != "STORE_URL");
        let environment = Variables::from_pairs(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        Self { environment, ..scene }
    }

    /// What is asked and said of the store, where this is typed.
    async fn of_store(&self, types: &[&str]) -> String {
        let (_, said) = self.run(types).await;
        let from = said.find("Where is the store").expect("it is asked");
        let until = said.find("Open this link").or_else(|| said.find("Stopped.")).unwrap_or(said.len());
        said[from..until].to_owned()
    }
}

#[tokio::test]
async fn the_store_is_in_a_folder_unless_somebody_names_another_place() {
    let scene = Scene::without_store().await;
    let token = scene.token();
    insta::assert_snapshot!(scene.of_store(&[&token, "sandbox-intercom-token", ""]).await, @r"
    Where is the store to be? Press Enter for the folder data here. For a PostgreSQL database paste its address, like postgres://USER:PASSWORD@HOST/DATABASE:
    STORE_URL is written to .env, which only you can read.
    The store is in the folder data.
    ");
    assert!(scene.dotenv().contains("\nSTORE_URL=sled:data\n"), "{}", scene.dotenv());
    let (_, said) = scene.run(&[]).await;
    assert!(said.contains("STORE_URL is set already."), "{said}");
}

#[tokio::test]
async fn what_is_no_store_is_told_without_what_was_typed_and_asked_again() {
    let scene = Scene::without_store().await;
    let token = scene.token();
    let database = "postgres://bot:hunter2@localhost/deskbell?sslmode=maybe";
    let types = [&token, "sandbox-intercom-token", "a-token-pasted-here", database];
    let said = scene.of_store(&types).await;
    assert!(!said.contains("hunter2") && !said.contains("a-token-pasted-here"), "{said}");
    insta::assert_snapshot!(said, @r"
    Where is the store to be? Press Enter for the folder data here. For a PostgreSQL database paste its address, like postgres://USER:PASSWORD@HOST/DATABASE:
    STORE_URL is not a store. Write sled: and a folder, like sled:data, or the address of a database, like postgres://USER@HOST/DATABASE.
    Where is the store to be? Press Enter for the folder data here. For a PostgreSQL database paste its address, like postgres://USER:PASSWORD@HOST/DATABASE:
    STORE_URL: sslmode is verify-full, which is the default, or disable.
    Where is the store to be? Press Enter for the folder data here. For a PostgreSQL database paste its address, like postgres://USER:PASSWORD@HOST/DATABASE:
    ");
    assert!(!scene.dotenv().contains("STORE_URL"), "{}", scene.dotenv());
}

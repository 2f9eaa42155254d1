//! Whether the bot could open its store, without opening it, and who else can read it or the tokens.

use std::path::{Path, PathBuf};

use super::report::{Bot, Report, Severity};
use crate::config::ProcessFiles;
use crate::health;
use crate::private_files::{self, Reach};
use crate::terminal;

/// Whether a bot runs, and whether one can say so.
pub(super) fn look_for_a_bot(report: &mut Report, files: &ProcessFiles) {
    if health::is_running(&files.heartbeat) {
        report.bot = Bot::Runs;
    }
    let folder = files.heartbeat_folder();
    let there = nearest(folder);
    if folder != files.socket_folder && tempfile::NamedTempFile::new_in(there).is_err() {
        let text = format!(
            "{} cannot be written, so deskbell health would tell of no bot. Give the folder to the user that runs the bot \
             (chown), or set HEARTBEAT_FILE to a file elsewhere.",
            files.heartbeat.display()
        );
        report.add(Severity::Wrong, "Heartbeat", text);
    }
}

pub(super) fn check(report: &mut Report, folder: &Path) {
    match why_not(folder).or_else(|| not_opened(folder)) {
        None => report.add(
            Severity::Ok,
            "Store",
            format!("{} can be written{}", folder.display(), by_whom(report.bot)),
        ),
        Some(text) => report.add(Severity::Wrong, "Store", text),
    }
    if let Some(open) = private_files::exposed(folder) {
        let text = format!(
            "others on this machine can get at {}, and customers are in the store. Close it: {}",
            open.display(),
            private_files::closing_line(folder)
        );
        report.add(Severity::Warning, "Store", text);
    }
}

fn by_whom(bot: Bot) -> &'static str {
    match bot {
        Bot::Runs => "; a bot runs with it, and no second one can",
        Bot::Unseen => "",
    }
}

/// What the bot would say of its store and end.
fn not_opened(folder: &Path) -> Option<String> {
    let refusal = deskbell_store::look_at(folder).err()?;
    Some(format!("{}.", terminal::with_causes(&refusal)))
}

/// Files that hold tokens or keys.
pub(super) fn check_secrets(report: &mut Report, files: impl IntoIterator<Item = PathBuf>) {
    for file in files.into_iter().filter(|file| file.is_file()) {
        if let Some(reach) = private_files::reach_of_others(&file) {
            report.add(
                Severity::Warning,
                "Secrets",
                open_to_others(&private_files::shell_word(&file), reach),
            );
        }
    }
}

fn open_to_others(name: &str, reach: Reach) -> String {
    match reach {
        Reach::Read => {
            format!("others on this machine can read the secrets in {name}. Close it: chmod go-rwx {name}")
        }
        Reach::Write => {
            format!(
                "others on this machine can write other secrets into {name}. Close it: chmod go-rwx {name}"
            )
        }
        Reach::ReadAndWrite => format!(
            "others on this machine can read the secrets in {name}, and write others into it. Close it: chmod go-rwx {name}"
        ),
    }
}

/// Why no store can be in the folder. A file is made where its files would be, and taken away again; a folder that is not
/// there yet is tried as its nearest parent.
fn why_not(folder: &Path) -> Option<String> {
    let (files, shown) = (folder.join("store"), folder.display());
    [folder, &files].into_iter().map(nearest).find_map(|there| {
        let place = there.display();
        if !there.is_dir() {
            return Some(format!(
                "{place} is a file, and the store needs a folder there. Move it away, or set STORE_URL to another folder."
            ));
        }
        let error = tempfile::NamedTempFile::new_in(there).err()?.kind();
        Some(if folder.exists() {
            format!("the folder {place} cannot be written ({error}). Give it to the user that runs the bot (chown), or set STORE_URL to another folder.")
        } else {
            format!("the folder {shown} cannot be made, since {place} cannot be written ({error}). Make it and give it to the user that runs the bot (mkdir, chown), or set STORE_URL to another folder.")
        })
    })
}

/// The path, or what is nearest above it, that is there.
fn nearest(path: &Path) -> &Path {
    let mut named = path.ancestors().filter(|place| !place.as_os_str().is_empty());
    named.find(|place| place.exists()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_place_of_the_stores_files_is_told() {
        let place = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(why_not(&place.path().join("data/below")), None, "it can be made");
        std::fs::write(place.path().join("store"), "").expect("it can be written");
        let said = why_not(place.path()).expect("no store can be there");
        let said = said.replace(&place.path().display().to_string(), "data");
        insta::assert_snapshot!(said, @"data/store is a file, and the store needs a folder there. Move it away, or set STORE_URL to another folder.");
    }

    /// Nobody can make a folder in /proc.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_cannot_be_made_is_told_with_the_one_above_it_that_refuses() {
        let said = why_not(Path::new("/proc/none/data")).expect("it cannot be made");
        assert!(
            said.starts_with("the folder /proc/none/data cannot be made, since /proc cannot be written ("),
            "{said}"
        );
    }
}

//! No comment and no document leads to a page that is not there: whoever reads here has this repository and nothing
//! else. So the reason stands in place, or in a page of `docs`.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Folders that are made, or hold what others wrote.
const NOT_OURS: [&str; 6] = ["target", ".git", "node_modules", "corpus", "found", "artifacts"];

/// Every file of the project by its path from the top.
struct Project {
    files: BTreeSet<PathBuf>,
}

impl Project {
    fn read() -> Self {
        let mut files = BTreeSet::new();
        walk(Path::new(""), &mut files);
        Self { files }
    }

    /// What leads nowhere, as file, line and what stands there.
    fn dead_references(&self) -> Vec<String> {
        let text = |file: &PathBuf| std::fs::read_to_string(root().join(file)).unwrap_or_default();
        self.files.iter().flat_map(|file| self.dead_references_in(file, &text(file))).collect()
    }

    fn dead_references_in(&self, file: &Path, text: &str) -> Vec<String> {
        let lines = text.lines().enumerate();
        let lines = lines.filter_map(|(at, line)| prose(file, line).map(|prose| (at + 1, prose)));
        let named = |(at, what): (usize, String)| format!("{}:{at}: {what}", file.display());
        lines
            .flat_map(|(at, line)| self.dead(file, line).into_iter().map(move |what| (at, what)))
            .map(named)
            .collect()
    }

    fn dead(&self, file: &Path, line: &str) -> Vec<String> {
        let pages = words(line).filter(|word| has_ending(word, "md") && !self.is_there(file, word));
        // A document names files of code; what the changelog names may be gone.
        let is_page = has_ending(&file.to_string_lossy(), "md") && !file.ends_with("CHANGELOG.md");
        let code = words(line).filter(|word| is_page && has_ending(word, "rs") && !self.has_file_like(word));
        let named = pages.chain(code).map(|word| format!("{word} is not there"));
        let headings = links(line).filter(|link| !Self::has_heading(file, link));
        let headings = headings.map(|link| format!("{link} leads to no heading"));
        named
            .chain(headings)
            .chain(elsewhere(line).map(|what| format!("{what:?} says where only some can look")))
            .collect()
    }

    /// Whether a page is named from the top, or from the folder of whoever names it.
    fn is_there(&self, file: &Path, page: &str) -> bool {
        let beside = file.parent().unwrap_or(Path::new("")).join(page);
        [Path::new(page).to_owned(), beside].iter().any(|path| self.files.contains(&plain(path)))
    }

    /// Whether the path of a file ends so.
    fn has_file_like(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.ends_with(name.trim_start_matches('/')))
    }

    /// Whether the heading is there that a link within the project leads to; a link without one leads to the page.
    fn has_heading(file: &Path, link: &str) -> bool {
        let Some((page, heading)) = link.split_once('#') else { return true };
        let beside = file.parent().unwrap_or(Path::new("")).join(page);
        let page = if page.is_empty() { file.to_owned() } else { plain(&beside) };
        let text = std::fs::read_to_string(root().join(page)).unwrap_or_default();
        text.lines().any(|line| line.starts_with('#') && anchor(line) == heading)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(root().join(folder)).expect("a folder can be read").flatten() {
        let path = folder.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.insert(path);
        } else if !NOT_OURS.iter().any(|name| path.ends_with(name)) {
            walk(&path, files);
        }
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            part => plain.push(part),
        }
        plain
    })
}

/// What somebody reads in a line: all of a page, the comments of code and configuration.
fn prose<'a>(file: &Path, line: &'a str) -> Option<&'a str> {
    let name = file.file_name()?.to_string_lossy();
    let mark = match name.rsplit_once('.').map_or(name.as_ref(), |(_, ending)| ending) {
        "md" => return Some(line),
        "rs" | "js" => "//",
        "toml" | "yaml" | "example" | "run" | "Dockerfile" | "under_load" | "dockerignore" => "#",
        _ => return None,
    };
    line.trim_start().strip_prefix(mark)
}

/// The names of files in a line. Addresses of the web are none.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let no_part = |c: char| !c.is_alphanumeric() && !"_-./:".contains(c);
    line.split(no_part).map(|word| word.trim_end_matches(['.', ':'])).filter(|word| !word.contains(':'))
}

fn has_ending(word: &str, ending: &str) -> bool {
    word.rsplit_once('.')
        .is_some_and(|(name, last)| last == ending && !name.ends_with('/') && !name.is_empty())
}

/// Where the links of a line lead within the project.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

/// A heading as a link names it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

/// What names a page, a row or a task that is kept elsewhere.
fn elsewhere(line: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = line
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/'))
        .collect();
    let pairs: Vec<(String, String)> =
        words.windows(2).map(|pair| (pair[0].to_lowercase(), pair[1].to_owned())).collect();
    let is_rfc = line.contains("RFC");
    let dead = pairs.into_iter().filter(move |(what, which)| match what.as_str() {
        "section" | "sections" => is_number(which) && !is_rfc,
        "issue" => is_number(which),
        "case" | "row" | "ux" | "rule" => is_code(which),
        "design" => which.eq_ignore_ascii_case("section"),
        _ => false,
    });
    let facts = words.iter().find(|word| word.starts_with("facts/") || word.contains("/shared/facts"));
    let facts: Vec<String> = facts.map(|word| (*word).to_owned()).into_iter().collect();
    dead.map(|(what, which)| format!("{what} {which}")).chain(facts)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// A capital letter and a number.
fn is_code(word: &str) -> bool {
    let rest = word.strip_prefix(|c: char| c.is_ascii_uppercase());
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn no_comment_and_no_document_leads_to_a_page_that_is_not_there() {
    let dead = Project::read().dead_references();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn what_leads_nowhere_is_seen_and_what_leads_somewhere_is_not() {
    let project = Project::read();
    let seen = |file: &str, line: &str| !project.dead_references_in(Path::new(file), line).is_empty();
    for line in [
        "/// See docs/nowhere.md.",
        "// as ux.md has it",
        "    // design section 4.2 says why",
        "/// Case A3.",
        "//! What issue 7 asks for (`facts/discord.md`).",
    ] {
        assert!(seen("src/lib.rs", line), "{line}");
    }
    for line in ["[the design](design.md#no-such-heading)", "`poll/nowhere.rs` says how", "[it](nowhere.md)"]
    {
        assert!(seen("docs/figures.md", line), "{line}");
    }
    for line in [
        "/// The promise stands in ARCHITECTURE.md; docs/design.md says why.",
        "/// <https://example.com/page.md>, RFC 9110 section 10.2.3",
        "let url = \"docs/nowhere.md\";",
        "// in case a lead is there",
    ] {
        assert!(!seen("src/lib.rs", line), "{line}");
    }
    assert!(!seen(
        "docs/figures.md",
        "[the promise](../ARCHITECTURE.md#the-promise), [goals](design.md#figures-to-reach)"
    ));
}

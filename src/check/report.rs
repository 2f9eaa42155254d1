//! What was found, as lines for a person or as JSON.

use std::fmt::Write;

use serde_json::json;

use crate::servers::Server;

/// How a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It is as it should be.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// The bot would not work.
    Wrong,
}

/// The bot of the store that is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bot {
    /// It runs.
    Runs,
    /// It does not, or nobody can tell.
    #[default]
    Unseen,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it stands.
    pub severity: Severity,
    /// What it is about: a part, or a variable.
    pub part: String,
    /// What was found and what to do; names the part itself where that is a variable.
    pub text: String,
}

impl Finding {
    /// Whether it is about a variable, or `.env`: these are named by the sentence.
    fn is_of_variable(&self) -> bool {
        self.part == ".env" || self.part.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    }
}

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The lines in order.
    pub findings: Vec<Finding>,
    /// The link that invites the bot, once its id is known.
    pub invite: Option<String>,
    /// The servers that the bot is in.
    pub servers: Vec<Server>,
    /// Required variables that are not set, each with its sentence.
    pub missing: Vec<(&'static str, String)>,
    /// Whether the bot runs already.
    pub bot: Bot,
}

impl Report {
    pub(super) fn add(&mut self, severity: Severity, part: &str, text: impl Into<String>) {
        self.findings.push(Finding { severity, part: part.to_owned(), text: text.into() });
    }

    /// A variable whose sentence names it.
    pub(super) fn add_wrong(&mut self, variable: &str, sentence: String) {
        self.add(Severity::Wrong, variable, sentence);
    }

    /// How many things keep the bot from working.
    pub fn faults(&self) -> usize {
        self.missing.len()
            + self.findings.iter().filter(|finding| finding.severity == Severity::Wrong).count()
    }

    /// Lines for a terminal.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let part =
                if finding.is_of_variable() { String::new() } else { format!("{:<10} ", finding.part) };
            let _ = writeln!(text, "{:<6}{part}{}", word(finding.severity), finding.text);
        }
        if let Some(invite) = &self.invite {
            let _ = writeln!(text, "Invite: {invite}");
        }
        if !self.missing.is_empty() {
            let names: Vec<_> = self.missing.iter().map(|(name, _)| *name).collect();
            let _ = writeln!(text, "Missing: {}.{}", names.join(", "), self.server_hint());
            for (_, sentence) in &self.missing {
                let _ = writeln!(text, "  {sentence}");
            }
        }
        let _ = writeln!(text, "{}", self.verdict());
        text
    }

    fn server_hint(&self) -> String {
        let servers: Vec<_> =
            self.servers.iter().map(|server| format!("{} ({})", server.name, server.line())).collect();
        if servers.is_empty() { String::new() } else { format!(" Servers I am in: {}.", servers.join(", ")) }
    }

    fn verdict(&self) -> String {
        let is_nowhere = self.invite.is_some() && self.servers.is_empty();
        match self.faults() {
            0 if is_nowhere => {
                "All else is well. Open the invite, choose your server, and check again.".to_owned()
            }
            0 if self.bot == Bot::Runs => {
                "All is well. The bot runs already; what was changed since its start counts after a restart."
                    .to_owned()
            }
            0 => "All is well. Start the bot: deskbell run, or with Docker: docker compose up -d".to_owned(),
            1 => "1 thing to mend. Nothing was started.".to_owned(),
            faults => format!("{faults} things to mend. Nothing was started."),
        }
    }

    /// One object for machines.
    pub fn to_json(&self) -> String {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|finding| {
                json!({"standing": word(finding.severity).to_ascii_lowercase(), "part": finding.part, "text": finding.text})
            })
            .collect();
        let servers: Vec<_> = self
            .servers
            .iter()
            .map(|server| json!({"name": server.name, "id": server.id.to_string()}))
            .collect();
        let missing: Vec<_> = self.missing.iter().map(|(name, _)| *name).collect();
        json!({
            "ok": self.faults() == 0,
            "faults": self.faults(),
            "findings": findings,
            "missing": missing,
            "servers": servers,
            "invite": self.invite,
            "running": self.bot == Bot::Runs,
        })
        .to_string()
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Ok => "ok",
        Severity::Warning => "note",
        Severity::Wrong => "WRONG",
    }
}

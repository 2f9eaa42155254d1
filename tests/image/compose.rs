//! compose.yaml, line by line.

use std::path::Path;
use std::time::Duration;

use super::context::Context;
use super::dockerfile::Dockerfile;
use super::layout::{Layout, root};

/// The bot ends within ten seconds of being asked; Docker kills it after the grace period.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Each value under the names that lead to it: `services.deskbell.image`, `deskbell:0.1.0`. A list has a line for each of
/// its entries, and a name without a value an empty one.
pub(crate) struct Compose(Vec<(String, String)>);

impl Compose {
    /// Reads the little of YAML that the file uses: nested names, lists of plain lines, comments on lines of their own.
    pub(crate) fn parse(text: &str) -> Self {
        let mut above: Vec<(usize, String)> = Vec::new();
        let mut values = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
            let depth = line.len() - line.trim_start().len();
            let line = line.trim();
            above.retain(|(at, _)| *at < depth);
            if let Some(entry) = line.strip_prefix("- ") {
                values.push((path(&above), entry.to_owned()));
                continue;
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            above.push((depth, name.to_owned()));
            values.push((path(&above), value.trim().to_owned()));
        }
        Self(values)
    }

    pub(crate) fn faults(&self, layout: &Layout, context: &Context, image: &Dockerfile) -> Vec<String> {
        let wrong = self.0.iter().filter(|(name, value)| !self.fits(name, value, layout, context, image));
        wrong.map(|(name, value)| format!("compose.yaml: {name}: {value} does not fit")).collect()
    }

    fn fits(&self, name: &str, value: &str, layout: &Layout, context: &Context, image: &Dockerfile) -> bool {
        let Some(name) = name.strip_prefix("services.deskbell.") else {
            return value.is_empty()
                && (self.mounts(name) || ["services", "services.deskbell", "volumes"].contains(&name));
        };
        match name {
            "build" => root().join(value).join("Dockerfile").exists(),
            "image" => value == format!("deskbell:{}", layout.version()),
            // What the README tells people to write, and what is never sent to a build. Nothing stands beside it in an
            // `environment`, which would count more than what people write.
            "env_file" => value == ".env" && !context.holds(Path::new(value)),
            "volumes" => value.is_empty() || self.is_declared(value, image),
            "stop_grace_period" => humantime::parse_duration(value).is_ok_and(|grace| grace > ENDS_WITHIN),
            "restart" => value == "unless-stopped",
            "read_only" => value == "true",
            "cap_drop" => value == "[ALL]",
            "security_opt" => value == "[\"no-new-privileges:true\"]",
            _ => false,
        }
    }

    /// `volumes.NAME` of a volume that the bot mounts.
    fn mounts(&self, name: &str) -> bool {
        let Some(volume) = name.strip_prefix("volumes.") else { return false };
        let mut mounted = self.0.iter().filter(|(name, _)| name == "services.deskbell.volumes");
        mounted.any(|(_, value)| value.split_once(':').is_some_and(|(name, _)| name == volume))
    }

    /// `NAME:FOLDER`, with a name that stands below, and the folder that the image keeps.
    fn is_declared(&self, mount: &str, image: &Dockerfile) -> bool {
        let Some((volume, folder)) = mount.split_once(':') else { return false };
        folder == image.volume() && self.0.iter().any(|(name, _)| *name == format!("volumes.{volume}"))
    }
}

fn path(above: &[(usize, String)]) -> String {
    above.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(".")
}

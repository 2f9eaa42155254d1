//! The step at Intercom: its token.

use std::sync::Arc;

use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::time::ServerTime;
use deskbell_domain::trouble::Cause;
use deskbell_text::plain;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Steps, Stopped};
use crate::config;
use crate::connect::advice;
use crate::connect::places::{ClientParts, Found, Places};
use crate::system::SystemClock;

const TOKEN: &str = "INTERCOM_ACCESS_TOKEN";

/// What Intercom says to a token.
enum Judged {
    Taken(Box<Found>),
    Refused,
    NoAnswer(String),
}

impl Steps<'_> {
    pub(super) async fn intercom_token(&mut self) -> Result<(), Stopped> {
        if self.usable_token(TOKEN)? {
            match self.judge_intercom(None).await? {
                Judged::Taken(found) => {
                    self.terminal.say("INTERCOM_ACCESS_TOKEN is set already, and Intercom takes it.");
                    self.say_workspace(&found);
                    return Ok(());
                }
                Judged::Refused => self.may_replace(TOKEN).await?,
                Judged::NoAnswer(why) => return self.unreachable("Intercom", &why),
            }
        }
        loop {
            let question = "Intercom's access token (Developer Hub, your app, Configure, Authentication):";
            let token = self.ask_token(question).await?;
            match self.judge_intercom(Some(token.clone())).await? {
                Judged::Taken(found) => {
                    self.write(TOKEN, token.expose_secret())?;
                    self.say_workspace(&found);
                    return Ok(());
                }
                Judged::Refused => {
                    self.terminal.say(
                        "Intercom refuses that token wherever it may belong. Copy it again, as a whole.",
                    );
                }
                Judged::NoAnswer(why) => return self.unreachable("Intercom", &why),
            }
        }
    }

    fn say_workspace(&mut self, found: &Found) {
        let region = found.workspace.region.unwrap_or(found.place.region);
        self.terminal.say(&format!("The workspace is {}, {}.", found.workspace.name, region.name()));
    }

    /// Asks Intercom whose token it is: this one, or the one that is set.
    async fn judge_intercom(&self, token: Option<SecretString>) -> Result<Judged, Stopped> {
        let mut variables = self.variables()?;
        if let Some(token) = &token {
            variables.set(TOKEN, token.expose_secret());
        }
        let Some(settings) = config::read_what_is_there(&variables).0.intercom else {
            return Ok(Judged::NoAnswer(
                "its settings cannot be read. deskbell check tells which, and what to write.".to_owned(),
            ));
        };
        let found = match places(&settings) {
            Ok(places) => places.find().await,
            Err(error) => return Ok(Judged::NoAnswer(format!("{error}."))),
        };
        Ok(match found {
            Ok(found) => Judged::Taken(Box::new(found)),
            Err(IntercomError::Refused { .. } | IntercomError::Forbidden { .. }) => Judged::Refused,
            Err(IntercomError::NoWorkspace) => {
                Judged::NoAnswer(advice::no_workspace(&settings.reach.address).to_owned())
            }
            Err(error) => {
                let cause = Cause::from(&error);
                let advice = advice::at_intercom(cause, &settings.reach.address);
                Judged::NoAnswer(format!("{}. {advice}", plain::cause(cause)))
            }
        })
    }
}

fn places(settings: &config::IntercomConfig) -> anyhow::Result<Places> {
    let server_time = Arc::new(ServerTime::new(Arc::new(SystemClock)));
    Ok(Places::of(settings, &ClientParts::new(server_time)?)?)
}

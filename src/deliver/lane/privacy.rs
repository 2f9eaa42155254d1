//! What the next batch may show.

use deskbell_desk::service::audience as service;
use deskbell_desk::subscription::Subscription;

use super::Lane;
use crate::deliver::privacy::{Privacy, shows_personal_data};

impl Lane {
    /// Whether a batch for a subscription must leave personal data out now.
    pub(crate) async fn privacy(&mut self, subscription: &Subscription) -> Privacy {
        if !subscription.depends_on_audience() {
            return Privacy::AsChosen;
        }
        let audience = self.audience.known(&self.shared, &self.door, subscription.guild).await;
        if subscription.is_held_back_from(audience) { Privacy::Private } else { Privacy::AsChosen }
    }

    /// Notes who can read the channel as soon as it has a notification that would show personal data, so that people
    /// are told of a crowd that comes before anything was posted there. One that people were told of before can wait a
    /// moment: just after the start much else is asked.
    pub(crate) async fn note_audience_at_first(&mut self) {
        let Some(guild) = shows_personal_data(&self.seats) else { return };
        if self.audience.next_look().is_some() {
            return;
        }
        let (settings, now) = (&*self.shared.parts.settings, self.shared.parts.clock.now());
        match service::told(settings, self.door.channel, now).await {
            Some(_) => self.audience.look_soon(),
            None => self.audience.look(&self.shared, &self.door, guild).await,
        }
    }
}

//! Leads and users that commands are making. Intercom tells which record it made only when it is made, and a poll or a
//! webhook may show it before who made it is remembered: whoever tells of it waits until that has happened.

use std::sync::Arc;

use tokio::sync::watch;

/// What commands of this process are making in a workspace, by e-mail address.
#[derive(Clone)]
pub struct Creations(Arc<watch::Sender<Vec<String>>>);

impl Default for Creations {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }
}

impl Creations {
    /// One with this address is being made.
    pub fn begin(&self, email: &str) -> BeingCreated {
        let email = folded(email);
        self.0.send_modify(|all| all.push(email.clone()));
        BeingCreated { all: self.clone(), email }
    }

    /// Waits until none with this address is being made.
    pub async fn settled(&self, email: &str) {
        let email = folded(email);
        if !self.0.borrow().contains(&email) {
            return;
        }
        // It fails where the sender is gone, which stands right here.
        drop(self.0.subscribe().wait_for(|all| !all.contains(&email)).await);
    }
}

/// A lead or user that is being made, until this is dropped: once it is remembered who made it, or that was not done after
/// all.
#[must_use = "it counts as being made for as long as this lives"]
pub struct BeingCreated {
    all: Creations,
    email: String,
}

impl Drop for BeingCreated {
    fn drop(&mut self) {
        self.all.0.send_modify(|all| {
            if let Some(place) = all.iter().position(|email| *email == self.email) {
                all.swap_remove(place);
            }
        });
    }
}

/// No service tells addresses apart by capital letters.
fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_an_address_waits_until_all_with_it_are_made_and_for_no_other() {
        let all = Creations::default();
        let (first, again) = (all.begin("ada@acme.io"), all.begin("Ada@acme.io "));
        let mut waits = std::pin::pin!(all.settled("ADA@acme.io"));
        let mut ends = async || tokio::select! { biased; () = &mut waits => true, () = yield_now() => false };
        assert!(!ends().await);
        all.settled("bob@acme.io").await;
        drop(first);
        assert!(!ends().await);
        drop(again);
        assert!(ends().await);
    }
}

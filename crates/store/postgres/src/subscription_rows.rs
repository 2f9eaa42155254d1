//! Subscriptions, as rows.

use deskbell_domain::subscription::Subscription;
use tokio_postgres::Row;

use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;

/// What a subscription is called where it cannot be read.
pub(crate) const WHAT: &str = "subscription";

/// Those that can be read, and how many cannot.
pub(crate) fn read(rows: &[Row]) -> Attempt<(Vec<Subscription>, u64)> {
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for row in rows {
        match or_skip(row.json("body", WHAT))? {
            Some(subscription) => found.push(subscription),
            None => unreadable += 1,
        }
    }
    Ok((found, unreadable))
}

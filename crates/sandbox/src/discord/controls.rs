//! What a test or the demo can break besides single requests: Discord as a whole, its gateway, its patience.

mod gateway;
mod rate_limits;

use std::sync::PoisonError;

pub use self::{gateway::GatewayHandle, rate_limits::RateLimitsHandle};
use super::{
    Discord,
    outage::{GatewayDuringOutage, Outage},
};

impl Discord {
    /// Starts or ends an outage.
    pub fn set_outage(&self, outage: Outage) {
        *self.shared.outage.lock().unwrap_or_else(PoisonError::into_inner) = outage;
        if matches!(outage, Outage::Rest { gateway: GatewayDuringOutage::Down, .. }) {
            self.gateway().drop_socket();
        }
    }
}

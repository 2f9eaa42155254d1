//! What is learnt from every exchange, whatever it was about: the time at Intercom, its limits, its speed. And the one
//! log line that each leaves, with nothing in it that a customer or the token said.

use std::time::Duration;

use deskbell_domain::time::UnixMillis;
use reqwest::StatusCode;

use crate::{
    call::Call,
    client::IntercomClient,
    headers,
    transport::{Head, TransportFault},
};

/// How long an exchange took, on the clock that waits and on the one that tells the time.
pub(crate) struct Taken {
    pub(crate) elapsed: Duration,
    pub(crate) sent: UnixMillis,
    pub(crate) received: UnixMillis,
}

impl IntercomClient {
    pub(crate) fn observe(&self, call: &Call, outcome: &Result<Head, TransportFault>, taken: &Taken) {
        let elapsed_ms = u64::try_from(taken.elapsed.as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok(answer) => {
                self.learn(answer, taken);
                let request_id = headers::request_id(&answer.headers);
                tracing::debug!(
                    method = %call.method,
                    route = call.route,
                    status = answer.status.as_u16(),
                    request.id = request_id.as_deref().unwrap_or("-"),
                    elapsed_ms,
                    "Intercom answered"
                );
            }
            Err(fault) => {
                tracing::debug!(method = %call.method, route = call.route, %fault, elapsed_ms, "Intercom did not answer");
            }
        }
    }

    fn learn(&self, answer: &Head, taken: &Taken) {
        let shared = &self.shared;
        shared.throttle.answered_after(taken.elapsed);
        if answer.status.is_success() {
            shared.accepted.tell();
        }
        let date = headers::date(&answer.headers);
        if let Some(date) = date {
            shared.server_time.observe(date, taken.sent, taken.received);
        }
        // The reset is told in Intercom's time, so it is compared with the time in the same answer where there is one.
        let now = date.unwrap_or_else(|| shared.server_time.now().seconds());
        let pause = if answer.status == StatusCode::TOO_MANY_REQUESTS {
            Some(headers::pause_after_refusal(&answer.headers, now))
        } else {
            headers::pause_when_used_up(&answer.headers, now)
        };
        if let Some(pause) = pause {
            shared.throttle.pause(pause);
        }
    }
}

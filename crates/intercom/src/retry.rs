//! Asking again where that can do no harm.
//!
//! Repeated are calls that only read or that change nothing more the second time, after network faults, 408, 429, 5xx
//! and answers that are no JSON; any call where the request certainly did not arrive. A poll tries four times within
//! 60 s, a command as often within 8 s; waiting for the throttle does not count. When the tries run out, a call that
//! reads is [`IntercomError::Unavailable`], and one that may have changed something [`IntercomError::OutcomeUnknown`].

use std::time::Duration;

use deskbell_desk::port::{
    intercom::{IntercomError, Lack, Unanswered},
    random::jittered,
};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    call::{Call, Effect},
    client::IntercomClient,
    headers, json,
    observe::Taken,
    refusal::{Failure, Refusal},
    throttle::{Denied, Urgency},
    transport::{Answer, Fault, Request},
};

const MOST_TRIES: u32 = 4;

/// How patient a call is.
struct Patience {
    each: Duration,
    all: Duration,
    first_delay: Duration,
}

impl Patience {
    fn of(urgency: Urgency) -> Self {
        match urgency {
            // A person is told after 10 s that Intercom is slow, and may then still get an answer.
            Urgency::Command => Self {
                each: Duration::from_secs(20),
                all: Duration::from_secs(8),
                first_delay: Duration::from_millis(300),
            },
            Urgency::Poll | Urgency::Background | Urgency::Export => Self {
                each: Duration::from_secs(30),
                all: Duration::from_mins(1),
                first_delay: Duration::from_secs(1),
            },
        }
    }
}

/// Why a try is worth another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// It never left.
    NotSent,
    /// It was turned away at the door; the throttle holds everybody back for so long.
    TurnedAway(Duration),
    /// The person who asks has made too many calls and has to wait so long.
    PersonsLimit(Duration),
    /// It may have done its work.
    InDoubt(Unanswered),
}

impl From<Denied> for Trouble {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Busy { after } => Self::TurnedAway(after),
            Denied::PersonsLimit { after } => Self::PersonsLimit(after),
        }
    }
}

/// How a try ended.
enum Verdict<T> {
    Done(T),
    Final(Failure),
    Again(Trouble),
}

/// Whether an earlier try may have done its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    No,
    Yes,
}

impl IntercomClient {
    /// Makes a call, several times if it must be and may be, and reads the answer. Where `read` can make nothing of an
    /// answer, it counts as not having come.
    pub(crate) async fn send<T>(
        &self,
        call: &Call,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Failure> {
        let patience = Patience::of(self.caller.urgency);
        let (mut doubt, mut spent) = (Doubt::No, Duration::ZERO);
        let mut tries = 0;
        loop {
            tries += 1;
            let (verdict, elapsed) = self.attempt(call, &patience, doubt, &read).await?;
            spent += elapsed;
            let trouble = match verdict {
                Verdict::Done(value) => return Ok(value),
                Verdict::Final(failure) => return Err(failure),
                Verdict::Again(trouble) => trouble,
            };
            if matches!(trouble, Trouble::InDoubt(_)) {
                doubt = Doubt::Yes;
            }
            let delay = self.delay(trouble, &patience, tries);
            spent += delay.max(self.held_back(trouble));
            let hopeless = tries >= MOST_TRIES || spent > patience.all;
            if hopeless || (call.effect == Effect::WritesOnce && doubt == Doubt::Yes) {
                return Err(given_up(call, doubt, trouble));
            }
            sleep(delay).await;
        }
    }

    /// One try that is never repeated; `None` where no answer came.
    pub(crate) async fn send_once(&self, call: &Call, version: &'static str) -> Option<Answer> {
        let _permit = self.shared.throttle.acquire(self.caller).await.ok()?;
        let mut request = self.request(call, Patience::of(self.caller.urgency).each)?;
        request.version = reqwest::header::HeaderValue::from_static(version);
        self.exchange(call, request).await.0.ok()
    }

    async fn attempt<T>(
        &self,
        call: &Call,
        patience: &Patience,
        doubt: Doubt,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<(Verdict<T>, Duration), Failure> {
        let request = self.request(call, patience.each).ok_or(Failure::Error(IntercomError::Missing))?;
        let permit = self.shared.throttle.acquire(self.caller).await;
        let _permit = permit.map_err(|denied| given_up(call, doubt, Trouble::from(denied)))?;
        let (outcome, elapsed) = self.exchange(call, request).await;
        let verdict = match outcome {
            Ok(answer) => self.judge(call, &answer, read),
            Err(Fault::NotSent) => Verdict::Again(Trouble::NotSent),
            Err(Fault::NoAnswer) => Verdict::Again(Trouble::InDoubt(Unanswered::Silent)),
        };
        Ok((verdict, elapsed))
    }

    async fn exchange(&self, call: &Call, request: Request) -> (Result<Answer, Fault>, Duration) {
        let (began, sent) = (Instant::now(), self.shared.server_time.steady());
        let outcome = self.shared.transport.exchange(request).await;
        let elapsed = began.elapsed();
        let taken = Taken { elapsed, sent, received: self.shared.server_time.steady() };
        self.observe(call, &outcome, &taken);
        (outcome, elapsed)
    }

    fn judge<T>(&self, call: &Call, answer: &Answer, read: impl Fn(&Value) -> Option<T>) -> Verdict<T> {
        let status = answer.status;
        if status.is_success() {
            let value = json::read(&answer.body).as_ref().and_then(read);
            return value.map_or(Verdict::Again(Trouble::InDoubt(Unanswered::Unreadable)), Verdict::Done);
        }
        match status {
            StatusCode::UNAUTHORIZED => {
                let code = Some(Refusal::read(answer).code).filter(|code| !code.starts_with("http_"));
                Verdict::Final(Failure::Error(IntercomError::Refused { code }))
            }
            StatusCode::FORBIDDEN => Verdict::Final(Failure::Error(forbidden(call, answer))),
            StatusCode::TOO_MANY_REQUESTS => {
                let now = headers::date(&answer.headers);
                let now = now.unwrap_or_else(|| self.shared.server_time.now().seconds());
                Verdict::Again(Trouble::TurnedAway(headers::pause_after_refusal(&answer.headers, now)))
            }
            StatusCode::REQUEST_TIMEOUT => Verdict::Again(Trouble::InDoubt(Unanswered::Silent)),
            _ if status.is_server_error() => Verdict::Again(Trouble::InDoubt(Unanswered::Failing)),
            _ => Verdict::Final(Failure::Answered(Refusal::read(answer))),
        }
    }

    /// How much of its patience a refusal for too many calls takes: a command is short of time, a poll is not.
    fn held_back(&self, trouble: Trouble) -> Duration {
        match (trouble, self.caller.urgency) {
            (Trouble::TurnedAway(after), Urgency::Command) => after,
            _ => Duration::ZERO,
        }
    }

    /// After a refusal for too many calls the throttle does the waiting.
    fn delay(&self, trouble: Trouble, patience: &Patience, tries: u32) -> Duration {
        match trouble {
            Trouble::TurnedAway(_) | Trouble::PersonsLimit(_) => Duration::ZERO,
            Trouble::NotSent | Trouble::InDoubt(_) => {
                jittered(patience.first_delay * 2_u32.pow(tries - 1), self.shared.random.as_ref())
            }
        }
    }
}

fn given_up(call: &Call, doubt: Doubt, trouble: Trouble) -> Failure {
    Failure::Error(match (call.effect, doubt, trouble) {
        (Effect::Writes | Effect::WritesOnce, Doubt::Yes, _) => IntercomError::OutcomeUnknown,
        (_, _, Trouble::TurnedAway(after)) => IntercomError::RateLimited { after },
        (_, _, Trouble::PersonsLimit(after)) => IntercomError::TooMany { after },
        (_, _, Trouble::InDoubt(how)) => IntercomError::Unavailable(how),
        (_, _, Trouble::NotSent) => IntercomError::Unavailable(Unanswered::Silent),
    })
}

fn forbidden(call: &Call, answer: &Answer) -> IntercomError {
    let lack = match Refusal::read(answer).code.as_str() {
        "api_plan_restricted" => Lack::Plan,
        _ => Lack::Permission(call.permission()),
    };
    IntercomError::Forbidden { lack }
}

#[cfg(test)]
mod tests;

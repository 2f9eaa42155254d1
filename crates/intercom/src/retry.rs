//! Asking again where that can do no harm.
//!
//! Repeated are calls that only read or that change nothing more the second time, after network faults, 408, 429, 5xx
//! and answers that are no JSON; any call where the request certainly did not arrive. A poll tries four times within
//! 60 s, a command as often within 8 s; waiting for the throttle does not count. When the tries run out, a call that
//! reads is [`IntercomError::Unavailable`], and one that may have changed something [`IntercomError::OutcomeUnknown`].

mod answer;

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::port::intercom::{IntercomError, Lack, NoConnection, Unanswered};
use deskbell_domain::port::random::Random;
use deskbell_domain::status::Verdict;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use self::answer::{Answer, Form};
use crate::{
    app_calls::Share,
    call::{Call, Effect},
    client::IntercomClient,
    headers,
    json::{Listed, Shape},
    observe::Taken,
    refusal::{Failure, Refusal},
    throttle::{Denied, Urgency},
    transport::{Head, Request, TransportFault},
};

const MOST_TRIES: u32 = 4;

/// How patient a call is.
struct Patience {
    each: Duration,
    all: Duration,
    delays: Backoff,
}

impl Patience {
    fn of(urgency: Urgency) -> Self {
        match urgency {
            // A person is told after 10 s that Intercom is slow, and may then still get an answer. An export asks again
            // by itself.
            Urgency::Command | Urgency::Export => Self {
                each: Duration::from_secs(20),
                all: Duration::from_secs(8),
                delays: Backoff::new(Duration::from_millis(300), Duration::from_secs(8)),
            },
            Urgency::Poll | Urgency::Background => Self {
                each: Duration::from_secs(30),
                all: Duration::from_mins(1),
                delays: Backoff::new(Duration::from_secs(1), Duration::from_mins(1)),
            },
        }
    }
}

/// Why a try is worth another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TryTrouble {
    /// It never left.
    NotSent(NoConnection),
    /// It was turned away at the door; the throttle holds everybody back for so long.
    TurnedAway(Duration),
    /// The person who asks has made too many calls and has to wait so long.
    PersonsLimit(Duration),
    /// It may have done its work.
    InDoubt(Unanswered),
}

impl From<Denied> for TryTrouble {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Busy { after } => Self::TurnedAway(after),
            Denied::PersonsLimit { after } => Self::PersonsLimit(after),
        }
    }
}

/// How a try ended.
enum TryOutcome {
    /// What came of it is kept.
    Done,
    Final(Failure),
    Again(TryTrouble),
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
    pub(crate) async fn send<T: Send>(
        &self,
        call: &Call,
        read: impl Fn(&Value) -> Option<T> + Send,
    ) -> Result<T, Failure> {
        let whole = move |listed: Listed<()>| read(&listed.rest);
        self.send_list(call, Shape::Record, |_: &Value| None, whole).await
    }

    /// The same for an answer with a list of records, under the first of these names that it has: each is read as soon
    /// as it has come, so that only what was read of it stays in memory.
    pub(crate) async fn send_list<I: Send, T: Send>(
        &self,
        call: &Call,
        shape: impl Into<Shape<'_>>,
        record: impl Fn(&Value) -> Option<I> + Sync,
        whole: impl Fn(Listed<I>) -> Option<T> + Send,
    ) -> Result<T, Failure> {
        let mut form = Form::new(shape.into(), &record, whole);
        self.send_for(call, &mut form).await?;
        form.made().ok_or(Failure::Error(IntercomError::Unavailable(Unanswered::Unreadable)))
    }

    /// With the token of whoever asks; what serves everybody falls over from a token that is refused, or may not, to the
    /// next one of the workspace.
    async fn send_for(&self, call: &Call, answer: &mut dyn Answer) -> Result<(), Failure> {
        if self.holder.is_some() {
            return self.send_as_holder(call, answer).await;
        }
        let mut refused = None;
        for holder in self.shared.tokens.candidates(call.permission()) {
            match self.of(holder).send_as_holder(call, answer).await {
                Err(failure) if failure.is_of_the_token() => {
                    if !failure.is_refusal_of_the_token() {
                        self.shared.tokens.note_lack(holder, call.permission());
                    }
                    refused = Some(failure);
                }
                result => return result,
            }
        }
        Err(refused.unwrap_or(Failure::Error(IntercomError::Refused { code: None })))
    }

    async fn send_as_holder(&self, call: &Call, answer: &mut dyn Answer) -> Result<(), Failure> {
        let patience = Patience::of(self.caller.urgency);
        let (mut doubt, mut spent) = (Doubt::No, Duration::ZERO);
        let mut tries = 0;
        loop {
            tries += 1;
            let (verdict, elapsed) = self.attempt(call, &patience, doubt, answer).await?;
            spent += elapsed;
            let trouble = match verdict {
                TryOutcome::Done => {
                    note(self, Verdict::Accepted);
                    return Ok(());
                }
                TryOutcome::Final(failure) => {
                    let failure = told_apart(self, call, failure, &patience).await;
                    if failure.is_refusal_of_the_token() {
                        note(self, Verdict::Refused);
                    }
                    return Err(failure);
                }
                TryOutcome::Again(trouble) => trouble,
            };
            if matches!(trouble, TryTrouble::InDoubt(_)) {
                doubt = Doubt::Yes;
            }
            let delay = delay(trouble, &patience, tries, self.shared.random.as_ref());
            spent += delay.max(held_back(self.caller.urgency, trouble));
            let hopeless = tries >= MOST_TRIES || spent > patience.all;
            if hopeless || (call.effect == Effect::WritesOnce && doubt == Doubt::Yes) {
                return Err(given_up(call, doubt, trouble));
            }
            sleep(delay).await;
        }
    }

    /// One try that is never repeated; `None` where no answer came. What comes may have no body that is JSON.
    pub(crate) async fn send_once(
        &self,
        call: &Call,
        version: &'static str,
    ) -> Option<(Head, Option<Value>)> {
        let _permit = self.shared.throttle.acquire(self.caller).await.ok()?;
        share_with_the_app(self).await.ok()?;
        let mut request = self.request(call, Patience::of(self.caller.urgency).each).ok()?;
        request.version = reqwest::header::HeaderValue::from_static(version);
        let mut form = Form::new(Shape::Record, &|_: &Value| None::<()>, |listed| Some(listed.rest));
        let head = self.exchange(call, request, &mut form).await.0.ok()?;
        form.keep();
        Some((head, form.made()))
    }

    async fn attempt(
        &self,
        call: &Call,
        patience: &Patience,
        doubt: Doubt,
        answer: &mut dyn Answer,
    ) -> Result<(TryOutcome, Duration), Failure> {
        let request = self.request(call, patience.each)?;
        let permit = self.shared.throttle.acquire(self.caller).await;
        let denied = |denied| given_up(call, doubt, TryTrouble::from(denied));
        let _permit = permit.map_err(denied)?;
        share_with_the_app(self).await.map_err(denied)?;
        let (outcome, elapsed) = self.exchange(call, request, answer).await;
        let verdict = match outcome {
            Ok(head) => self.judge(call, &head, answer),
            Err(TransportFault::NotSent(why)) => TryOutcome::Again(TryTrouble::NotSent(why)),
            Err(TransportFault::TimedOut) => TryOutcome::Again(TryTrouble::InDoubt(Unanswered::Silent)),
            Err(TransportFault::CutOff) => TryOutcome::Again(TryTrouble::InDoubt(Unanswered::CutOff)),
        };
        Ok((verdict, elapsed))
    }

    async fn exchange(
        &self,
        call: &Call,
        request: Request,
        answer: &mut dyn Answer,
    ) -> (Result<Head, TransportFault>, Duration) {
        answer.begin();
        let (began, sent) = (Instant::now(), self.shared.server_time.steady());
        let outcome = self.shared.transport.exchange(request, &mut |part| answer.push(part)).await;
        let elapsed = began.elapsed();
        let taken = Taken { elapsed, sent, received: self.shared.server_time.steady() };
        self.observe(call, &outcome, &taken);
        (outcome, elapsed)
    }

    fn judge(&self, call: &Call, head: &Head, answer: &mut dyn Answer) -> TryOutcome {
        if head.status.is_success() {
            let kept = answer.keep();
            self.shared.unreadable.note(&kept.unreadable);
            if kept.is_usable {
                return TryOutcome::Done;
            }
            let unusable = if headers::is_web_page(&head.headers) {
                Unanswered::WebPage
            } else {
                Unanswered::Unreadable
            };
            return TryOutcome::Again(TryTrouble::InDoubt(unusable));
        }
        let body = answer.refusal();
        let refusal = || Refusal::read(head, body.as_ref());
        match head.status {
            // What stands in between has turned the call away: that says nothing of the token.
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if headers::is_web_page(&head.headers) => {
                TryOutcome::Final(Failure::Error(IntercomError::Unavailable(Unanswered::WebPage)))
            }
            StatusCode::UNAUTHORIZED => {
                let code = Some(refusal().code).filter(|code| !code.starts_with("http_"));
                TryOutcome::Final(Failure::Error(IntercomError::Refused { code }))
            }
            StatusCode::FORBIDDEN => TryOutcome::Final(Failure::Error(forbidden(call, &refusal()))),
            StatusCode::TOO_MANY_REQUESTS => {
                let now = headers::date(&head.headers);
                let now = now.unwrap_or_else(|| self.shared.server_time.now().seconds());
                TryOutcome::Again(TryTrouble::TurnedAway(headers::pause_after_refusal(&head.headers, now)))
            }
            StatusCode::REQUEST_TIMEOUT => TryOutcome::Again(TryTrouble::InDoubt(Unanswered::Silent)),
            status if status.is_server_error() => TryOutcome::Again(TryTrouble::InDoubt(Unanswered::Failing)),
            _ => TryOutcome::Final(Failure::Answered(refusal())),
        }
    }
}

/// Waits for a call of the token's app, where other workspaces have that app too.
async fn share_with_the_app(client: &IntercomClient) -> Result<(), Denied> {
    let Some(app) = client.holder.and_then(|holder| client.shared.tokens.app(holder)) else { return Ok(()) };
    let share = Share(Arc::as_ptr(&client.shared.throttle).addr());
    app.acquire(share, client.caller.urgency).await
}

/// Intercom took the token that was asked with, or refused it. A command whose workspace has no other token tells that to
/// the polls, too.
fn note(client: &IntercomClient, verdict: Verdict) {
    let shared = &client.shared;
    if let Some(holder) = client.holder {
        shared.tokens.note(holder, verdict);
    }
    let of_the_only_one = verdict == Verdict::Refused && shared.tokens.is_only_one();
    if of_the_only_one && client.caller.is_waiting_person() {
        shared.accepted.tell_refusal();
    }
}

/// How much of its patience a refusal for too many calls takes: a command is short of time, a poll is not.
fn held_back(urgency: Urgency, trouble: TryTrouble) -> Duration {
    match (trouble, urgency) {
        (TryTrouble::TurnedAway(after), Urgency::Command) => after,
        _ => Duration::ZERO,
    }
}

/// After a refusal for too many calls the throttle does the waiting.
fn delay(trouble: TryTrouble, patience: &Patience, tries: u32, random: &dyn Random) -> Duration {
    match trouble {
        TryTrouble::TurnedAway(_) | TryTrouble::PersonsLimit(_) => Duration::ZERO,
        TryTrouble::NotSent(_) | TryTrouble::InDoubt(_) => patience.delays.jittered_after(tries, random),
    }
}

/// A token that may only read may be refused a write in the same way as a token that was revoked. Whether it still reads
/// tells the two apart.
async fn told_apart(client: &IntercomClient, call: &Call, failure: Failure, patience: &Patience) -> Failure {
    if call.effect == Effect::Reads || !failure.is_refusal_of_the_token() {
        return failure;
    }
    let mut form = Form::new(Shape::Record, &|_: &Value| None::<()>, Some);
    match client.attempt(&Call::get("me"), patience, Doubt::No, &mut form).await {
        Ok((TryOutcome::Done, _)) => {
            Failure::Error(IntercomError::Forbidden { lack: Lack::Permission(call.permission()) })
        }
        _ => failure,
    }
}

fn given_up(call: &Call, doubt: Doubt, trouble: TryTrouble) -> Failure {
    Failure::Error(match (call.effect, doubt, trouble) {
        (Effect::Writes | Effect::WritesOnce, Doubt::Yes, _) => IntercomError::OutcomeUnknown,
        (_, _, TryTrouble::TurnedAway(after)) => IntercomError::RateLimited { after },
        (_, _, TryTrouble::PersonsLimit(after)) => IntercomError::TooMany { after },
        (_, _, TryTrouble::InDoubt(how)) => IntercomError::Unavailable(how),
        (_, _, TryTrouble::NotSent(why)) => IntercomError::Unavailable(Unanswered::NoConnection(why)),
    })
}

fn forbidden(call: &Call, refusal: &Refusal) -> IntercomError {
    let lack = match refusal.code.as_str() {
        "api_plan_restricted" => Lack::Plan,
        _ => Lack::Permission(call.permission()),
    };
    IntercomError::Forbidden { lack }
}

#[cfg(test)]
mod tests;

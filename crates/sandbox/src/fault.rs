//! Faults as state: what goes wrong, for which requests, and how often.
//!
//! A stand-in asks [`Faults`] about every request before it is processed. Rules are tried in the order in which they were
//! added; every delay that matches is added up, and the first other effect that matches decides. Chance comes from a seed,
//! so that a failing run can be repeated. Clones share one set of rules.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::splice::Splice;

/// What a fault does to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answers at once; the request changes nothing.
    Status(CannedAnswer),
    /// Processes the request, then gives this answer instead of the real one.
    ProcessThenStatus(CannedAnswer),
    /// Never answers; the request changes nothing.
    Hang,
    /// Processes the request, then never answers.
    ProcessThenHang,
    /// Processes the request, and answers so much later.
    ProcessThenDelay(Duration),
    /// Closes the connection; the request changes nothing.
    CutBeforeAnswer,
    /// Processes the request, then closes the connection before the first byte of the answer.
    LoseAnswer,
    /// Processes the request and sends half of the answer's body, then closes the connection.
    CutBody,
    /// Waits, then goes on.
    Delay(Duration),
    /// Answers with a page of HTML, as a load balancer does; the request changes nothing.
    Html(StatusCode),
    /// Answers 200 with something that is not JSON; the request changes nothing.
    NotJson200,
    /// Processes the request and puts raw bytes in the place of texts of the answer.
    Splice(Vec<Splice>),
    /// Processes the request and answers 500 where the answer holds this text.
    FailWhereItHolds(String),
    /// Puts an empty page with a cursor before every page of a search.
    EmptyPages,
}

/// An answer written down beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct CannedAnswer {
    /// The status line's code.
    pub status: StatusCode,
    /// The JSON body.
    pub body: Value,
    /// Further headers, such as `retry-after`.
    pub headers: Vec<(String, String)>,
}

impl CannedAnswer {
    /// An answer without further headers.
    pub fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A request as a fault's condition sees it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub method: &'a Method,
    /// The path without the query.
    pub path: &'a str,
    /// The body as it was sent.
    pub body: &'a [u8],
}

type Condition = Arc<dyn Fn(Asked<'_>) -> bool + Send + Sync>;

/// One rule: an effect, the requests it meets, and how often.
#[derive(Clone)]
#[must_use = "a fault does nothing until it is added to `Faults`"]
pub struct Fault {
    effect: Effect,
    conditions: Vec<Condition>,
    /// How many matching requests pass before the first hit.
    skip: u64,
    /// How many hits are left; none means until it is turned off.
    left: Option<u64>,
    probability: f64,
}

impl Fault {
    /// A fault that meets every request until it is turned off.
    pub fn new(effect: Effect) -> Self {
        Self { effect, conditions: Vec::new(), skip: 0, left: None, probability: 1.0 }
    }

    /// Only requests with this method.
    pub fn method(self, method: Method) -> Self {
        self.when(move |asked| asked.method == method)
    }

    /// Only requests for exactly this path.
    pub fn path(self, path: &str) -> Self {
        let path = path.to_owned();
        self.when(move |asked| asked.path == path)
    }

    /// Only requests whose path contains this text.
    pub fn path_containing(self, part: &str) -> Self {
        let part = part.to_owned();
        self.when(move |asked| asked.path.contains(&part))
    }

    /// Only requests for which the condition holds, besides all others given.
    pub fn when(mut self, condition: impl Fn(Asked<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.conditions.push(Arc::new(condition));
        self
    }

    /// Hits one matching request.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Hits so many matching requests.
    pub fn times(mut self, hits: u64) -> Self {
        self.left = Some(hits);
        self
    }

    /// Lets so many matching requests pass first.
    pub fn after(mut self, passed: u64) -> Self {
        self.skip = passed;
        self
    }

    /// Hits a matching request with this probability, between 0 and 1.
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    fn meets(&self, asked: Asked<'_>) -> bool {
        self.left != Some(0) && self.conditions.iter().all(|condition| condition(asked))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Fault").field("effect", &self.effect).finish_non_exhaustive()
    }
}

/// Names a rule, to turn it off or to ask how often it hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultId(u64);

/// What happens to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// How long to wait first.
    pub delay: Duration,
    /// What goes wrong after that; never a delay.
    pub effect: Option<Effect>,
}

struct Rule {
    id: FaultId,
    fault: Fault,
    hits: u64,
}

struct Rules {
    ordered: Vec<Rule>,
    next_id: u64,
    chance: fastrand::Rng,
}

/// The rules of one stand-in.
#[derive(Clone)]
pub struct Faults(Arc<Mutex<Rules>>);

impl Faults {
    /// No rules yet; chance is drawn from the seed.
    pub fn seeded(seed: u64) -> Self {
        let chance = fastrand::Rng::with_seed(seed);
        Self(Arc::new(Mutex::new(Rules { ordered: Vec::new(), next_id: 0, chance })))
    }

    /// Adds a rule after all others.
    pub fn add(&self, fault: Fault) -> FaultId {
        self.with(|rules| {
            let id = FaultId(rules.next_id);
            rules.next_id += 1;
            rules.ordered.push(Rule { id, fault, hits: 0 });
            id
        })
    }

    /// Turns one rule off; its hits stay known.
    pub fn turn_off(&self, id: FaultId) {
        self.with(|rules| {
            rules.ordered.iter_mut().filter(|rule| rule.id == id).for_each(|rule| rule.fault.left = Some(0));
        });
    }

    /// Turns every rule off.
    pub fn turn_all_off(&self) {
        self.with(|rules| rules.ordered.iter_mut().for_each(|rule| rule.fault.left = Some(0)));
    }

    /// How many requests a rule has hit.
    pub fn hits(&self, id: FaultId) -> u64 {
        self.with(|rules| rules.ordered.iter().find(|rule| rule.id == id).map_or(0, |rule| rule.hits))
    }

    /// Decides about one request and counts the hits.
    pub fn judge(&self, asked: Asked<'_>) -> Verdict {
        self.with(|rules| {
            let mut verdict = Verdict::default();
            for rule in &mut rules.ordered {
                let is_delay = matches!(rule.fault.effect, Effect::Delay(_));
                if (!is_delay && verdict.effect.is_some()) || !rule.fault.meets(asked) {
                    continue;
                }
                if !rule.strikes(&mut rules.chance) {
                    continue;
                }
                match &rule.fault.effect {
                    Effect::Delay(wait) => verdict.delay += *wait,
                    effect => verdict.effect = Some(effect.clone()),
                }
            }
            verdict
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::seeded(0)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|rules| formatter.debug_struct("Faults").field("rules", &rules.ordered.len()).finish())
    }
}

impl Rule {
    fn strikes(&mut self, chance: &mut fastrand::Rng) -> bool {
        if self.fault.skip > 0 {
            self.fault.skip -= 1;
            return false;
        }
        if chance.f64() >= self.fault.probability {
            return false;
        }
        self.hits += 1;
        self.fault.left = self.fault.left.map(|left| left - 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(faults: &Faults, method: &Method, path: &str) -> Verdict {
        faults.judge(Asked { method, path, body: b"" })
    }

    #[test]
    fn a_fault_hits_only_what_it_names_and_only_so_often() {
        let faults = Faults::default();
        let id =
            faults.add(Fault::new(Effect::Hang).method(Method::POST).path("/contacts").after(1).times(2));
        assert_eq!(ask(&faults, &Method::GET, "/contacts").effect, None);
        let hits = (0..5).map(|_| ask(&faults, &Method::POST, "/contacts").effect.is_some());
        assert_eq!(hits.collect::<Vec<_>>(), [false, true, true, false, false]);
        assert_eq!(faults.hits(id), 2);
    }

    #[test]
    fn delays_add_up_and_the_first_other_effect_decides() {
        let faults = Faults::default();
        faults.add(Fault::new(Effect::Delay(Duration::from_secs(1))));
        faults.add(Fault::new(Effect::LoseAnswer));
        faults.add(Fault::new(Effect::Hang));
        faults.add(Fault::new(Effect::Delay(Duration::from_secs(2))));
        let verdict = ask(&faults, &Method::GET, "/me");
        assert_eq!(verdict, Verdict { delay: Duration::from_secs(3), effect: Some(Effect::LoseAnswer) });
        faults.turn_all_off();
        assert_eq!(ask(&faults, &Method::GET, "/me"), Verdict::default());
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let run = |seed| {
            let faults = Faults::seeded(seed);
            faults.add(Fault::new(Effect::Hang).with_probability(0.5));
            (0..64).map(|_| ask(&faults, &Method::GET, "/me").effect.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}

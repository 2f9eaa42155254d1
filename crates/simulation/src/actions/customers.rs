//! What customers do.

use deskbell_domain::contact::Role;
use deskbell_domain::conversation::Start;
use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::port::store::Hinted;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::topic::Topic;

use super::{desk, webhooks};
use crate::intercom::{self, Lag, Route, Weather};
use crate::ledger::{Disturbance, Fault};
use crate::script::{Action, Customer, Script};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::World;

/// How long after a fault of Intercom's a poll may not have come: a call hangs a minute, the next poll begins two
/// minutes after the last.
const AFTERMATH: i64 = 4 * MINUTE;
/// What has not ended.
const ENDLESS: UnixMillis = UnixMillis(i64::MAX);

/// Does one of the customers' actions; what follows from it is written into the script.
pub(crate) fn do_customers(world: &World, script: &mut Script, customer: &Customer) {
    let intercom = &world.intercom;
    let somebody = |role| {
        let all = intercom.truth().of_role(role);
        world.chance.one_of(&all).cloned()
    };
    let user = || somebody(Role::User);
    let who = match customer {
        Customer::Make(role, lag) => Some(intercom.make(*role, *lag)),
        Customer::MakePoisoned => Some(intercom.make_poisoned()),
        Customer::Crowd(many) => (0..*many).map(|_| intercom.make(Role::Lead, Lag::Usual)).last(),
        Customer::Start(begun, lag) => {
            let with = if world.chance.per_mille(900) { user() } else { None };
            start(world, script, with.as_ref(), (*begun, *lag));
            with
        }
        Customer::Change(lag) => user().filter(|id| intercom.change(id, *lag)),
        Customer::ThereAndBack(seconds) => there_and_back(world, script, user(), *seconds),
        Customer::Back(id) => Some(id.clone()).filter(|id| intercom.change_back(id)),
        Customer::Visit => user().filter(|id| intercom.visit(id)),
        Customer::Convert => somebody(Role::Lead).filter(|id| intercom.convert(id)),
        Customer::Merge => {
            user().filter(|into| somebody(Role::Lead).is_some_and(|lead| intercom.merge(&lead, into)))
        }
        Customer::Delete(role) => somebody(*role).filter(|id| intercom.delete(id)),
        Customer::MakeUnreadable(role, reading) => Some(make_unreadable(world, *role, *reading)),
        Customer::Act(_) | Customer::ActTogether(_) | Customer::ActIn(..) => {
            desk::do_desk(world, script, customer);
            None
        }
        Customer::Answer
        | Customer::GoOn
        | Customer::GoOnInLatest
        | Customer::Names(_)
        | Customer::StartUnreadable
        | Customer::BetweenPages(_)
        | Customer::Weather(_)
        | Customer::WeatherOf(..)
        | Customer::EmptyPages(_) => {
            change_intercom(world, script, customer);
            None
        }
    };
    if let Some(id) = who {
        tell(world, customer, &id);
        webhooks::send(world, script, topic_of(customer), &Hinted::Contact(id));
    }
}

/// A change that is undone so many seconds later.
fn there_and_back(
    world: &World,
    script: &mut Script,
    user: Option<ContactId>,
    seconds: i64,
) -> Option<ContactId> {
    let who = user.filter(|id| world.intercom.change(id, Lag::Usual));
    let back = UnixMillis(world.time.true_now().0 + seconds * SECOND);
    who.inspect(|id| script.at(back, Action::Customer(world.tenant, Customer::Back(id.clone()))))
}

fn make_unreadable(world: &World, role: Role, reading: intercom::Reading) -> ContactId {
    let who = world.intercom.make_unreadable(role, reading);
    world.looks_anew();
    who
}

/// By what Intercom tells of it.
fn topic_of(customer: &Customer) -> &'static str {
    match customer {
        Customer::Make(Role::Lead, _) | Customer::MakePoisoned | Customer::Crowd(_) => {
            Topic::LeadCreated.name()
        }
        Customer::Make(Role::User, _) => Topic::UserCreated.name(),
        Customer::MakeUnreadable(role, _) if *role == Role::User => Topic::UserCreated.name(),
        Customer::MakeUnreadable(..) => Topic::LeadCreated.name(),
        Customer::Convert => Topic::LeadSignedUp.name(),
        Customer::Delete(_) => "contact.deleted",
        _ => Topic::UserUpdated.name(),
    }
}

/// A conversation begins, with somebody or with nobody who is known.
fn start(world: &World, script: &mut Script, with: Option<&ContactId>, (begun, lag): (Start, Lag)) {
    let talk = world.intercom.start(with, begun, lag);
    let topic = match begun {
        Start::Customer => Topic::ConversationStarted.name(),
        _ => "conversation.admin.single.created",
    };
    webhooks::send(world, script, topic, &Hinted::Conversation(talk));
}

/// What happens to Intercom itself, or to nobody whom the story could name.
fn change_intercom(world: &World, script: &mut Script, customer: &Customer) {
    let mut told = |id: &Option<ConversationId>| {
        if let Some(id) = id {
            webhooks::send(world, script, Topic::CustomerReplied.name(), &Hinted::Conversation(id.clone()));
        }
    };
    match customer {
        Customer::BetweenPages(what) => world.intercom.between_next_pages(*what),
        Customer::Weather(weather) => change_weather(world, *weather),
        Customer::WeatherOf(routes, weather) => {
            routes.iter().for_each(|route| change_weather_of(world, *route, *weather));
        }
        Customer::EmptyPages(count) => {
            world.tell(format_args!("Intercom's search gives {count} empty pages before each page"));
            world.intercom.set_empty_pages(*count);
        }
        Customer::Answer => {
            let id = intercom::answer(&world.intercom);
            told(&id);
            world.tell(format_args!("a customer answers a bot in conversation {id:?}"));
        }
        Customer::Names(names) => {
            world.tell(format_args!("Intercom's names: {names:?}"));
            world.intercom.truth().names = *names;
        }
        Customer::GoOn | Customer::GoOnInLatest => {
            let id = match customer {
                Customer::GoOn => intercom::go_on(&world.intercom),
                _ => intercom::go_on_in_latest(&world.intercom),
            };
            told(&id);
            world.tell(format_args!("conversation {id:?} goes on"));
        }
        Customer::StartUnreadable => {
            world.tell(format_args!("a conversation starts that the search cannot give"));
            world.intercom.start_unreadable();
            world.looks_anew();
        }
        _ => {}
    }
}

fn tell(world: &World, customer: &Customer, id: &ContactId) {
    let truth = world.intercom.truth();
    let Some(person) = truth.places.get(id).map(|place| &truth.people[*place]) else { return };
    let (last, now) = (person.last(), world.time.true_now());
    let lag = person.gone_from.unwrap_or(last.shown_from).since(now);
    let tail = id.as_str().get(18..).unwrap_or("");
    world.tell(format_args!(
        "customer …{tail}: {customer:?}; state {} at {}, shown in {lag} ms",
        last.meaning,
        last.at().0
    ));
}

/// A fault begins or ends.
fn change_weather(world: &World, weather: Weather) {
    world.tell(format_args!("Intercom's weather: {weather:?}"));
    let before = world.intercom.weather();
    world.intercom.set_weather(weather);
    disturb(world, None, before, weather);
    looks_again_after(world, before);
}

fn change_weather_of(world: &World, route: Route, weather: Weather) {
    world.tell(format_args!("Intercom's weather for {route:?}: {weather:?}"));
    let before = world.intercom.weather_of(route);
    world.intercom.set_weather_of(route, weather);
    disturb(world, Some(route), before, weather);
    looks_again_after(world, before);
}

/// In an outage nobody can tell which record cannot be given.
fn looks_again_after(world: &World, before: Weather) {
    if before != Weather::Fair {
        world.looks_anew();
    }
}

/// After a refusal the next try comes as late again as the refusal lasted, at most an hour.
fn disturb(world: &World, of: Option<Route>, before: Weather, weather: Weather) {
    let now = world.time.true_now();
    let mut ledger = world.ledger();
    let mut begun = ledger.faults.iter_mut().rev().filter(|fault| fault.of == of && fault.to == ENDLESS);
    if let Some(fault) = begun.next() {
        fault.to = now;
    }
    if weather != Weather::Fair {
        ledger.faults.push(Fault { of, weather, from: now, to: ENDLESS });
    }
    let disturbed = &mut ledger.disturbed;
    if before != Weather::Fair {
        let mut open = disturbed.iter_mut().rev().filter(|span| span.of == of && span.to == ENDLESS);
        if let Some(open) = open.next() {
            let lasted = now.since(open.from);
            let tail = if matches!(before, Weather::Refused | Weather::Forbidden) {
                lasted.min(HOUR) + MINUTE
            } else {
                0
            };
            open.to = UnixMillis(now.0 + tail + AFTERMATH);
        }
    }
    if weather != Weather::Fair {
        disturbed.push(Disturbance { of, from: now, to: ENDLESS });
    }
}

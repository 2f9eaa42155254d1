//! What customers do.

use deskbell_desk::contact::Role;
use deskbell_desk::ids::ContactId;
use deskbell_desk::time::UnixMillis;

use crate::intercom::{Lag, Weather};
use crate::script::{Act, Customer, Script};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::World;

/// How long after a fault of Intercom's a poll may not have come: a call hangs a minute, the next poll begins two
/// minutes after the last.
const AFTERMATH: i64 = 4 * MINUTE;

/// Does one of the customers' acts; what follows from it is written into the script.
pub(crate) fn do_customers(world: &World, script: &mut Script, customer: &Customer) {
    let intercom = &world.intercom;
    let somebody = |role| {
        let all = intercom.truth().of_role(role);
        world.chance.one_of(&all).cloned()
    };
    let user = || somebody(Role::User);
    match customer {
        Customer::Make(role, lag) => drop(intercom.make(*role, *lag)),
        Customer::Crowd(many) => (0..*many).for_each(|_| drop(intercom.make(Role::Lead, Lag::Usual))),
        Customer::Start(start, lag) => {
            let with = if world.chance.per_mille(900) { user() } else { None };
            intercom.start(with.as_ref(), *start, *lag);
        }
        Customer::Change(lag) => with(user(), |id| intercom.change(id, *lag)),
        Customer::ThereAndBack(seconds) => {
            let Some(id) = user() else { return };
            if intercom.change(&id, Lag::Usual) {
                let back = UnixMillis(world.time.true_now().0 + seconds * SECOND);
                script.at(back, Act::Customer(Customer::Back(id)));
            }
        }
        Customer::Back(id) => with(Some(id.clone()), |id| intercom.change_back(id)),
        Customer::Visit => with(user(), |id| intercom.visit(id)),
        Customer::Convert => with(somebody(Role::Lead), |id| intercom.convert(id)),
        Customer::Merge => {
            if let (Some(lead), Some(into)) = (somebody(Role::Lead), user()) {
                intercom.merge(&lead, &into);
            }
        }
        Customer::Delete(role) => with(somebody(*role), |id| intercom.delete(id)),
        Customer::BetweenPages(what) => intercom.between_next_pages(*what),
        Customer::Weather(weather) => change_weather(world, *weather),
    }
}

fn with(who: Option<ContactId>, act: impl FnOnce(&ContactId) -> bool) {
    if let Some(id) = who {
        act(&id);
    }
}

/// A fault begins or ends. After a refused token the next try comes as late again as the refusal lasted, at most an
/// hour.
fn change_weather(world: &World, weather: Weather) {
    world.tell(format_args!("Intercom's weather: {weather:?}"));
    let before = world.intercom.weather();
    world.intercom.set_weather(weather);
    let now = world.time.true_now();
    let mut ledger = world.ledger();
    if before == Weather::Fair && weather != Weather::Fair {
        ledger.disturbed.push((now, UnixMillis(i64::MAX)));
    }
    if before != Weather::Fair {
        let Some(open) = ledger.disturbed.iter_mut().rev().find(|span| span.1.0 == i64::MAX) else { return };
        let lasted = now.since(open.0);
        let tail = if matches!(before, Weather::Refused(_)) { lasted.min(HOUR) + MINUTE } else { 0 };
        open.1 = UnixMillis(now.0 + tail + AFTERMATH);
        if weather != Weather::Fair {
            ledger.disturbed.push((now, UnixMillis(i64::MAX)));
        }
    }
}

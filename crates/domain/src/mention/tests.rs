use super::*;
use crate::access::ActsAs;
use crate::contact::{Contact, Role};
use crate::conversation::{Activity, Assignee, Conversation, Now};
use crate::event::EventId;
use crate::ids::{ContactId, ConversationId};
use crate::time::Timestamp;

const SERVER: GuildId = GuildId(1);

fn event(record: Record) -> Event {
    let at = Timestamp(1_000_000);
    Event { id: EventId::rated(&ConversationId::new("1"), at), at, record, actor: None }
}

fn held_by(admin: Option<&str>) -> Event {
    let mut conversation: Box<Conversation> =
        serde_json::from_str(r#"{"id":"1"}"#).expect("the rest has defaults");
    let admin = admin.map(|id| Assignee::unnamed(id.to_owned()));
    conversation.now = Some(Box::new(Now { admin, ..Now::default() }));
    event(Record::Conversation { conversation, what: Activity::Started })
}

fn lead() -> Event {
    event(Record::Lead { contact: Box::new(Contact::bare(ContactId::new("1"), Role::Lead)) })
}

fn called(whom: Whom, events: &[&Event]) -> Option<Called> {
    let acts_as = |workspace: &str, admin: &str| ActsAs {
        workspace: WorkspaceId::new(workspace),
        admin: AdminId::new(admin),
    };
    let teammates = [(MemberId(8), acts_as("w1", "7")), (MemberId(9), acts_as("w2", "5"))].into();
    let access = Access { teammates, ..Access::default() };
    Mention::of(whom).called(SERVER, &access, &WorkspaceId::new("w1"), events)
}

#[test]
fn a_role_is_called_whatever_is_shown_and_never_everybody() {
    let role = RoleId(5);
    assert_eq!(called(Whom::Role(role), &[&lead()]), Some(Called::Role(role)));
    assert_eq!(called(Whom::Role(SERVER.everyone()), &[&lead()]), None);
}

#[test]
fn whoever_has_it_is_called_where_exactly_one_member_is_meant() {
    let (graces, nobodys) = (held_by(Some("7")), held_by(None));
    let has_it = |events: &[&Event]| called(Whom::WhoeverHasIt, events);
    assert_eq!(has_it(&[&graces]), Some(Called::Member(MemberId(8))));
    assert_eq!(has_it(&[&graces, &graces]), Some(Called::Member(MemberId(8))));
    assert_eq!(has_it(&[&nobodys]), None, "nobody has it");
    assert_eq!(has_it(&[&graces, &nobodys]), None, "it is not one who has them");
    assert_eq!(has_it(&[&held_by(Some("5"))]), None, "a teammate of another workspace has the same id");
    assert_eq!(has_it(&[&lead()]), None);
}

#[test]
fn somebody_is_called_again_when_the_time_is_over_and_a_clock_that_was_set_back_holds_nobody_for_longer() {
    let every = Every::parse("15m").expect("it is possible");
    let now = UnixMillis(10_000_000);
    let over = |ago_ms: i64| every.is_over(Some(UnixMillis(now.0 - ago_ms)), now);
    assert!(every.is_over(None, now));
    assert_eq!([0, 899_999, 900_000].map(over), [false, false, true]);
    assert_eq!([-1, -899_999, -900_000].map(over), [false, false, true]);
}

#[test]
fn the_time_is_a_minute_to_a_day() {
    let seconds = |text: &str| Every::parse(text).map(Every::seconds);
    assert_eq!(seconds("1m"), Some(60));
    assert_eq!(seconds("24h"), Some(86_400));
    assert_eq!(["59s", "25h", "2d", "soon", ""].map(seconds), [None; 5]);
}

#[test]
fn a_control_is_read_as_it_was_written() {
    let every = Every::parse("24h").expect("it is possible");
    for whom in [Whom::Role(RoleId(u64::MAX)), Whom::WhoeverHasIt] {
        let mention = Mention { whom, every };
        assert_eq!(Mention::read(&mention.code()), Some(mention));
    }
    assert_eq!(["r0-60", "r5-59", "h", "x-60", "r5"].map(Mention::read), [None; 5]);
}

#[test]
fn what_is_stored_is_pinned() {
    let stored = |whom| serde_json::to_string(&Mention::of(whom)).expect("it can be written");
    assert_eq!(stored(Whom::Role(RoleId(5))), r#"{"whom":{"role":5},"every":900}"#);
    assert_eq!(stored(Whom::WhoeverHasIt), r#"{"whom":"whoever_has_it","every":900}"#);
    let call = Call { to: Called::Member(MemberId(5)), at: UnixMillis(1) };
    assert_eq!(serde_json::to_string(&call).expect("it can be written"), r#"{"to":{"member":5},"at":1}"#);
}

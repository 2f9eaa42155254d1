use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId};
use deskbell_domain::message::Row;
use deskbell_domain::service::request::{SampleCalls, SampleOf};
use deskbell_domain::subscription::{
    Alert, Detail, PublicChoice, Subscription, SubscriptionState, SuspendReason,
};
use deskbell_domain::time::Timestamp;
use deskbell_domain::trouble::{Cause, Part};

use super::*;

fn ours(text: &Text) -> String {
    let pieces = text.0.iter().map(|piece| match piece {
        Piece::Ours(text) => text.clone(),
        Piece::When(at, _) => format!("<{}>", at.0),
        _ => "…".to_owned(),
    });
    pieces.collect()
}

fn new_leads(state: SubscriptionState) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(1),
        guild: GuildId(2),
        workspace: WorkspaceId::new("w1"),
        channel: ChannelId(9),
        kind: EventKind::NewLead,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: Timestamp(4),
        after: JournalNumber(5),
        made_by: MemberId(42),
        public: PublicChoice::default(),
        state,
        version: 0,
    }
}

#[test]
fn the_first_message_of_a_notification_promises_nothing_before_its_pause_ends() {
    let first = |state| ours(set_up_notice(&new_leads(state), "Acme").content.text());
    let paused = SubscriptionState::Paused { by: None, since: Timestamp(1) };
    assert_eq!(first(SubscriptionState::Active), "🔔 New leads from … will appear here. Set up by <@42>.");
    assert_eq!(
        first(paused),
        "🔔 New leads from … will appear here once somebody resumes them. Set up by <@42>."
    );
}

#[test]
fn a_notice_never_rings() {
    let all = [
        set_up_notice(&new_leads(SubscriptionState::Active), "Acme"),
        back_notice(EventKind::NewLead, 0, Timestamp(5)),
        trouble_notice("Acme", &[Part::Contacts].into(), Cause::TokenRefused, Timestamp(5)),
        trouble_over_notice("Acme", &[Part::Contacts].into(), Timestamp(5)),
        became_public_notice(ChannelId(9), Audience::Everyone, Opened::ByItsReaders),
    ];
    assert!(all.iter().all(|notice| notice.flags.silent));
}

#[test]
fn a_notice_counts_what_waits_as_people_do() {
    let hold = |waiting| {
        let lacks = SuspendReason::Channel(Obstacle::MissingPermissions(Vec::new()));
        ours(on_hold_notice(EventKind::NewUser, ChannelId(9), &lacks, waiting, "/notify list").content.text())
    };
    assert_eq!(hold(0), "⚠️ New users are on hold: I can no longer post in <#9>. None is lost. /notify list");
    assert!(hold(1).contains(" 1 is waiting, none is lost. "));
    assert!(hold(2).contains(" 2 are waiting, none is lost. "));
    assert_eq!(
        ours(back_notice(EventKind::UserUpdated, 2, Timestamp(5)).content.text()),
        "-# Back. 2 updates since <5> follow."
    );
}

#[test]
fn a_sample_leads_nowhere_and_can_be_pressed_nowhere() {
    for kind in EventKind::ALL {
        for detail in Detail::ALL {
            let fields = &CardFields::default();
            let of = SampleOf {
                kind,
                detail,
                alert: Alert::Silent,
                mention: None,
                calls: SampleCalls::Nobody,
                workspace_name: "Acme",
                fields,
            };
            let sample = sample(&of);
            let Some(Row::Buttons(buttons)) = sample.rows.first() else { panic!("it has buttons") };
            assert!(buttons.iter().all(|button| button.greyed), "{buttons:?}");
            assert!(sample.cards.iter().all(|card| card.url.is_none() && card.thumbnail.is_none()));
        }
    }
}

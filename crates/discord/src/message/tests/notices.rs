//! What is told of notifications in their channels.

use std::collections::BTreeSet;

use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::{Lack, TokenPermission};
use deskbell_domain::subscription::SuspendReason;
use deskbell_domain::trouble::{Cause, Part};
use deskbell_text::announcement::{self, Opened};
use insta::assert_snapshot;

use super::fixture::AT;
use super::picture::picture;
use crate::message::new_message;

/// Notices, one below the other.
fn notices(all: &[Message]) -> String {
    let all: Vec<_> = all.iter().map(|notice| picture(&new_message(notice))).collect();
    all.join("\n")
}

#[test]
fn notices_of_a_notification_are_short_and_silent() {
    let list = "</notify list:5>";
    let lacks = SuspendReason::Channel(Obstacle::MissingPermissions(Vec::new()));
    assert_snapshot!(notices(&[
        announcement::on_hold_notice(EventKind::NewConversation, ChannelId(9), &lacks, 14, list),
        announcement::on_hold_notice(
            EventKind::NewLead,
            ChannelId(9),
            &SuspendReason::Channel(Obstacle::ChannelGone),
            1,
            list,
        ),
        announcement::back_notice(EventKind::NewConversation, 14, AT),
        announcement::back_notice(EventKind::NewLead, 1, AT),
    ]), @"
    (silent)
    ⚠️ New conversations are on hold: I can no longer post in <#9>. 14 are waiting, none is lost. </notify list:5>
    (silent)
    ⚠️ New leads are on hold: their channel is gone. 1 is waiting, none is lost. </notify list:5>
    (silent)
    -# Back. 14 conversations since <t:1763889600:t> follow.
    (silent)
    -# Back. 1 lead since <t:1763889600:t> follows.
    ");
}

#[test]
fn notices_of_a_crowd_offer_what_can_be_done() {
    assert_snapshot!(notices(&[
        announcement::became_public_notice(ChannelId(9), Audience::Everyone, Opened::ByItsReaders),
        announcement::became_public_notice(ChannelId(9), Audience::Everyone, Opened::ByTheServersGrowth),
        announcement::became_public_notice(ChannelId(9), Audience::Crowd(Some(4990)), Opened::ByItsReaders),
        announcement::became_public_notice(ChannelId(9), Audience::Crowd(None), Opened::ByItsReaders),
    ]), @"
    (silent)
    ⚠️ Everyone in this server can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ This server has more than 50 members now, so I no longer take everybody for the team. Everyone in this server can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ About 4,990 people can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ I can't find out how many people can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    ");
}

#[test]
fn notices_of_what_intercom_refuses_say_who_can_mend_it() {
    let lack = Lack::Permission(TokenPermission::ReadConversations);
    let everything = BTreeSet::from([Part::Everything]);
    let streams = BTreeSet::from([Part::Contacts, Part::Conversations, Part::UserUpdates]);
    assert_snapshot!(notices(&[
        announcement::trouble_notice("Acme", &everything, Cause::TokenRefused, AT),
        announcement::trouble_notice("Acme", &[Part::Conversations].into(), Cause::Lacks(lack), AT),
        announcement::trouble_notice("Acme", &streams, Cause::NotAccepted, AT),
        announcement::trouble_notice("Acme", &[Part::CompanyNames].into(), Cause::Lacks(Lack::Plan), AT),
        announcement::trouble_over_notice("Acme", &everything, AT),
        announcement::trouble_over_notice("Acme", &streams, AT),
        announcement::trouble_over_notice("Acme", &[Part::CompanyNames].into(), AT),
    ]), @"
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read anything from **Acme**: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read new conversations from **Acme**: the token lacks **Read conversations**. Whoever manages your Intercom can give it: Developer Hub → your app → Authentication. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read new leads and users, new conversations and changes of users from **Acme**: Intercom does not accept the way I ask. I keep trying; whoever runs this bot finds more in the log. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read names of companies from **Acme**: Intercom says that your plan does not include it. Ask Intercom which plan does. Cards show less until then.
    (silent)
    -# Back: I can read **Acme** again. What happened since <t:1763889600:t> follows.
    (silent)
    -# Back: I can read new leads and users, new conversations and changes of users from **Acme** again. What happened since <t:1763889600:t> follows.
    (silent)
    -# Back: I can read names of companies from **Acme** again.
    ");
}

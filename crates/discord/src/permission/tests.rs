use serde_json::json;

use super::*;

const GUILD: GuildId = GuildId(1);
const BOT: MemberId = MemberId(9);

fn roles() -> Roles {
    let roles = json!([
        {"id": "4", "permissions": "0"},
        {"id": "2", "permissions": "274877991936"},
        {"id": "1", "permissions": "68608"}
    ]);
    Roles::read(GUILD, &roles).expect("@everyone is among them")
}

fn channel(overwrites: &Value) -> RawChannel {
    RawChannel::read(&json!({"id": "5", "type": 0, "name": "sales", "permission_overwrites": overwrites}))
        .expect("a channel has a type")
}

#[test]
fn a_role_that_grants_nothing_more_takes_no_room_and_changes_nothing() {
    assert_eq!(roles().more.len(), 1);
    let open = channel(&json!([]));
    let lacking = |own: &[RoleId]| open.lacking(GUILD, &roles(), BOT, own, ChannelKind::Text);
    assert_eq!(lacking(&[RoleId(4)]), lacking(&[]));
    assert_eq!(lacking(&[RoleId(4)]), [Permission::EmbedLinks]);
    assert!(lacking(&[RoleId(4), RoleId(2)]).is_empty());
}

fn hidden(more: &[Value]) -> RawChannel {
    let everyone = json!({"id": "1", "type": 0, "allow": "0", "deny": "1024"});
    channel(&std::iter::once(everyone).chain(more.iter().cloned()).collect())
}

/// Who can read a channel, for a bot that holds the role 2.
fn readers(channel: &RawChannel, roles: &Value) -> Readers {
    let roles = Roles::read(GUILD, roles).expect("@everyone is among them");
    channel.readers(GUILD, &roles, BOT, &[RoleId(2)])
}

fn chosen(roles: &[u64], members: u64) -> Readers {
    Readers::Chosen { roles: roles.iter().copied().map(RoleId).collect(), members }
}

#[test]
fn a_channel_is_public_unless_everyone_is_denied_to_see_it() {
    let roles = json!([{"id": "1", "permissions": "68608"}]);
    assert_eq!(readers(&channel(&json!([])), &roles), Readers::Everyone);
    assert_eq!(readers(&hidden(&[]), &roles), chosen(&[], 0));
    let administrators = json!([{"id": "1", "permissions": "8"}]);
    assert_eq!(readers(&hidden(&[]), &administrators), Readers::Everyone);
}

#[test]
fn a_hidden_channel_is_read_by_the_roles_that_it_is_opened_for_and_by_administrators() {
    let roles = json!([
        {"id": "1", "permissions": "68608"},
        {"id": "3", "permissions": "8"},
        {"id": "4", "permissions": "1024"},
        {"id": "5", "permissions": "0"}
    ]);
    let opened = json!({"id": "5", "type": 0, "allow": "1024", "deny": "0"});
    assert_eq!(readers(&hidden(&[opened]), &roles), chosen(&[3, 5], 0));
}

#[test]
fn where_the_server_hides_everything_a_role_that_sees_reads_unless_it_is_kept_out() {
    let roles = json!([
        {"id": "1", "permissions": "0"},
        {"id": "3", "permissions": "1024"},
        {"id": "4", "permissions": "1024"}
    ]);
    let kept_out = json!([{"id": "4", "type": 0, "allow": "0", "deny": "1024"}]);
    assert_eq!(readers(&channel(&kept_out), &roles), chosen(&[3], 0));
}

#[test]
fn members_named_singly_count_and_bots_do_not() {
    let roles = json!([
        {"id": "1", "permissions": "0"},
        {"id": "2", "permissions": "274877991936", "managed": true},
        {"id": "6", "permissions": "1024", "managed": true, "tags": {"bot_id": "60"}},
        {"id": "7", "permissions": "1024", "managed": true, "tags": {"premium_subscriber": null}}
    ]);
    let one = |id: &str, allow: &str| json!({"id": id, "type": 1, "allow": allow, "deny": "0"});
    let named = channel(&json!([one("9", "1024"), one("70", "1024"), one("71", "1024"), one("72", "2048")]));
    assert_eq!(readers(&named, &roles), chosen(&[7], 2), "boosters are people");
}

#[test]
fn a_member_posts_by_what_their_roles_and_the_channel_say() {
    let posting = |channel: &RawChannel, roles: &[RoleId]| {
        let all = json!([{"id": "1", "permissions": "3072"}, {"id": "3", "permissions": "8"}]);
        let all = Roles::read(GUILD, &all).expect("@everyone is among them");
        channel.lacking_to_post(GUILD, &all, MemberId(70), roles, ChannelKind::Text)
    };
    let read_only = channel(&json!([
        {"id": "1", "type": 0, "allow": "0", "deny": "2048"},
        {"id": "4", "type": 0, "allow": "2048", "deny": "0"}
    ]));
    assert_eq!(posting(&read_only, &[]), [Permission::SendMessages]);
    assert!(posting(&read_only, &[RoleId(4)]).is_empty());
    assert!(posting(&read_only, &[RoleId(3)]).is_empty(), "administrators may everything");
    assert_eq!(posting(&hidden(&[]), &[]), [Permission::ViewChannel]);
}

#[test]
fn what_the_bot_lacks_is_named() {
    let hidden = channel(&json!([{"id": "1", "type": 0, "allow": "0", "deny": "1024"}]));
    let lacking = hidden.lacking(GUILD, &roles(), BOT, &[RoleId(2)], ChannelKind::Text);
    assert_eq!(lacking, [Permission::ViewChannel]);
    let invited = channel(&json!([
        {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
        {"id": "9", "type": 1, "allow": "1024", "deny": "16384"}
    ]));
    let lacking = invited.lacking(GUILD, &roles(), BOT, &[RoleId(2)], ChannelKind::Text);
    assert_eq!(lacking, [Permission::EmbedLinks]);
}

#[test]
fn a_thread_needs_its_own_permission() {
    let open = channel(&json!([{"id": "1", "type": 0, "allow": "16384", "deny": "0"}]));
    let lacking = open.lacking(GUILD, &roles(), BOT, &[], ChannelKind::Thread);
    assert_eq!(lacking, [Permission::SendMessagesInThreads]);
}

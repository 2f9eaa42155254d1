use std::time::Duration;

use deskbell_discord::testing::read;
use deskbell_domain::connection::Secret;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::intercom::Usage;
use deskbell_domain::port::store::StandingCards;
use deskbell_domain::port::unanswered::Unanswered;
use deskbell_domain::time::Timestamp;
use deskbell_domain::topic::Topic;
use deskbell_domain::trouble::Cause;
use deskbell_domain::webhook::ToldByWebhook;
use insta::assert_snapshot;

use super::*;
use crate::command::CommandIds;

const PAGE: &str = "https://deskbell.example/intercom/connect?state=00";

fn workspace(name: &str) -> Workspace {
    Workspace { id: WorkspaceId::new("acme"), name: name.to_owned(), region: None, time_zone: None }
}

fn connection(rights: Rights, standing: Standing) -> Connection {
    Connection {
        guild: GuildId(7),
        workspace: workspace("Acme *Ltd*"),
        region: Region::Eu,
        token: Secret::new("dG9r"),
        origin: TokenOrigin::Pasted,
        client_secret: None,
        made_by: MemberId(9),
        made_at: Timestamp(1_763_889_600),
        rights,
        checked_at: Timestamp(1_763_889_600),
        standing,
        version: 1,
    }
}

/// What is shown where nothing else is known.
fn plain(connection: &Connection) -> Own<'_> {
    Own {
        connection,
        version: "2.16",
        teammates: None,
        usage: None,
        told: None,
        interval: Duration::from_mins(2),
        page: None,
    }
}

fn said(with: impl Fn(Around<'_>) -> Message) -> String {
    let command_ids = CommandIds::default();
    read(&with(Around { command_ids: &command_ids, now: Timestamp(0) }))
}

#[test]
fn a_server_without_a_workspace_hears_how_to_connect_one() {
    assert_snapshot!(said(|_| none(true, None)), @r"
This server is not connected to an Intercom workspace yet. Paste a token of yours: Developer Hub → your app → Authentication.
[Use an access token v1:connect]
");
    assert_snapshot!(said(|_| none(true, Some(PAGE))), @r"
This server is not connected to an Intercom workspace yet. The link is good for ten minutes.
[Connect with Intercom https://deskbell.example/intercom/connect?state=00] [Use an access token v1:connect] [Let a teammate do it v1:connect-teammate]
");
    assert_snapshot!(said(|_| none(false, Some(PAGE))), @"Whoever runs this bot lets no server connect its own workspace, or not this one.");
    assert_snapshot!(said(|_| for_teammate(PAGE)), @r"
Send this link to whoever manages your Intercom. It is good for ten minutes, once:
<https://deskbell.example/intercom/connect?state=00>
When they have allowed it, I ask you here whether to connect; only you can say so.
");
}

#[test]
fn a_connection_says_what_it_may_and_what_does_not_work_and_never_the_token() {
    let rights = Rights::without([Right::WriteContacts, Right::ReadTags]);
    let shown = said(|around| own(around, &plain(&connection(rights.clone(), Standing::Accepted))));
    assert!(!shown.contains("dG9r"));
    assert_snapshot!(shown, @r#"
    **Acme \*Ltd\*** (EU) · connected by <@9> <t:1763889600:D> · token checked <t:1763889600:R> · API 2.16
    I can read contacts, companies, conversations and teammates, and write conversations and tags.
    Not: read tags: names of tags are missing (Developer Hub → Authentication → "Read tags").
    Not: write contacts: `/lead create`, `/user create` and the buttons below a lead's or user's card do not work (Developer Hub → Authentication → "Write users and companies").
    [Renew the token v1:connect] [Disconnect v1:disconnect]
    "#);
    let refused = connection(Rights::default(), Standing::Refused { since: Timestamp(5) });
    assert_snapshot!(said(|around| own(around, &plain(&refused))), @r"
**Acme \*Ltd\*** (EU) · connected by <@9> <t:1763889600:D> · token checked <t:1763889600:R> · API 2.16
⚠️ Intercom refuses the token. Renew it: Developer Hub → your app → Authentication. That began <t:5:R>.
[Renew the token v1:connect] [Disconnect v1:disconnect]
");
    let whole = connection(Rights::default(), Standing::Accepted);
    assert_snapshot!(said(|around| connected(around, &whole, Some(12))), @r"
    ✅ Connected with **Acme \*Ltd\*** (EU), 12 teammates.
    I can read contacts, companies, conversations, tags and teammates, and write contacts, conversations and tags. `/setup` chooses the channels.
    ");
}

#[test]
fn what_cannot_be_undone_or_goes_elsewhere_is_asked() {
    let cards = StandingCards::default();
    let stake = AtStake { workspace: "Acme".to_owned(), notifications: 4, waiting: 1, cards };
    assert_snapshot!(said(|_| ask_before_disconnecting(&stake)), @r"
    Disconnect **Acme**? This cannot be undone: 4 notifications, 1 waiting event and all I stored go.
    [Disconnect v1:disconnect-now] [Cancel v1:connect-cancel]
    ");
    let cards = StandingCards { messages: 212, since: Some(UnixMillis(1_763_889_600_000)) };
    assert_snapshot!(said(|_| ask_before_disconnecting(&AtStake { cards, ..stake.clone() })), @r"
    Disconnect **Acme**? This cannot be undone: 4 notifications, 1 waiting event and all I stored go. 212 messages with cards still stand in your channels, since <t:1763889600:D>.
    [Disconnect and delete the cards v1:disconnect-delete] [Disconnect, keep the cards v1:disconnect-now] [Cancel v1:connect-cancel]
    ");
    assert_snapshot!(said(|_| another_workspace(&workspace("Acme"), &workspace("Globex"), "key")), @r"
This server is connected with **Acme**, and the token belongs to **Globex**. Connect the server with that one instead? Its notifications of the first are put on hold until you remove them; then all that I keep of the first goes, unless another server has it.
[Connect v1:connect-other:key:acme] [Cancel v1:connect-refuse:key:acme]
");
    assert_snapshot!(said(|_| confirm("Acme HQ", &workspace("Acme"), Some(1), "key")), @r"
Connect this server, **Acme HQ**, with the workspace **Acme** (1 teammate)?
[Connect v1:connect-other:key:acme] [Cancel v1:connect-refuse:key:acme]
");
    assert_snapshot!(said(|around| disconnected(around, &connection(Rights::default(), Standing::Accepted), Cards::Stay)), @r"✅ Disconnected from **Acme \*Ltd\***. What I stored is erased. The token still works until you delete it in the Developer Hub. `/connection` connects again.");
    let allowed =
        Connection { origin: TokenOrigin::Allowed, ..connection(Rights::default(), Standing::Accepted) };
    assert_snapshot!(said(|around| disconnected(around, &allowed, Cards::Go)), @r"✅ Disconnected from **Acme \*Ltd\***. What I stored is erased. I delete the cards now, at most four a second: leave me in the server until they are gone. `/connection` connects again.");
}

#[test]
fn what_did_not_work_says_what_to_do() {
    let all = [
        no_token(NoToken::Empty),
        no_token(NoToken::Example),
        no_token(NoToken::OddCharacters),
        no_region(),
        no_client_secret(),
        token_fault(TokenFault::Refused, None),
        token_fault(TokenFault::Refused, Some(Region::Eu)),
        token_fault(TokenFault::NoWorkspace, None),
        token_fault(TokenFault::Unanswered(Cause::Unanswered(Unanswered::Silent)), None),
        made_for(MemberId(9)),
    ];
    assert_snapshot!(all.iter().map(read).collect::<Vec<_>>().join("\n"), @r"
There was no token in the form. Copy it from Developer Hub → your app → Authentication.
That is an example, not a token. Copy the token itself: Developer Hub → your app → Authentication.
That is not a token: it is too short, or holds spaces or odd characters. Copy it again, as a whole: Developer Hub → your app → Authentication.
There is no such region: write us, eu or au, or leave it empty and I find it by myself.
That is not a client secret. It stands in the Developer Hub → your app → Basic information; leave it empty where that app sends no webhooks.
That token belongs to nobody: Intercom refuses it in all three regions. Copy it again: Developer Hub → your app → Authentication.
Intercom refuses that token in Europe. Leave the region empty and I find it by myself, or copy the token again: Developer Hub → your app → Authentication.
That token tells no workspace, so I cannot know whose customers it shows. Make an app in the Developer Hub and take its token.
I cannot ask Intercom about that token: Intercom does not answer. Nothing was changed. Try again in a few minutes.
This link was made for <@9>.
");
    assert_snapshot!(said(expired), @"That was answered already, or it took longer than ten minutes: the token is thrown away. `/connection` begins anew.");
}

#[test]
fn a_server_hears_what_intercom_makes_of_its_token() {
    let told = |before: &Connection, now: &Connection| {
        TokenChange::between(before, now).map(|change| read(&token_changed(&CommandIds::default(), change)))
    };
    let whole = connection(Rights::default(), Standing::Accepted);
    let less = connection(Rights::without([Right::ReadTags]), Standing::Accepted);
    let refused = connection(Rights::default(), Standing::Refused { since: Timestamp(5) });
    assert_snapshot!(told(&whole, &refused).unwrap(), @"⚠️ Intercom refuses the token of this server: its notifications are on hold, and nothing is lost. `/connection` renews it.");
    assert_snapshot!(told(&refused, &whole).unwrap(), @"-# Intercom takes the token of this server again. Its notifications go on.");
    assert_snapshot!(told(&whole, &less).unwrap(), @"⚠️ The token of this server may not do all that I need it for: `/connection` says what does not work.");
    assert_eq!(told(&refused, &less), told(&whole, &less));
    assert_eq!((told(&less, &whole), told(&refused, &refused)), (None, None));
}

#[test]
fn a_connection_says_which_topics_were_never_heard_and_who_ticks_them() {
    let told = |heard: &[Topic]| ToldByWebhook {
        heard: heard.iter().copied().collect(),
        ..ToldByWebhook::default()
    };
    let usage = Usage { last_minute: 7, limit: 100, ..Usage::default() };
    let webhooks = |connection: &Connection, heard: &[Topic]| {
        let shown =
            Own { teammates: Some(12), usage: Some(usage), told: Some(told(heard)), ..plain(connection) };
        said(|around| own(around, &shown))
    };
    let pasted = connection(Rights::default(), Standing::Accepted);
    let secret = Connection { client_secret: Some(Secret::new("c2Vj")), ..pasted.clone() };
    let allowed = Connection { origin: TokenOrigin::Allowed, ..pasted.clone() };
    assert_snapshot!(webhooks(&secret, &[Topic::LeadCreated, Topic::ConversationStarted]), @r"
    **Acme \*Ltd\*** (EU) · connected by <@9> <t:1763889600:D> · token checked <t:1763889600:R> · 7 of 100 calls in the last minute · 12 teammates · API 2.16
    I can read contacts, companies, conversations, tags and teammates, and write contacts, conversations and tags.
    Webhooks: heard `contact.lead.created`, `conversation.user.created`. Never heard: `contact.lead.signed_up`, `contact.user.created`, `contact.user.updated`, `conversation.user.replied`, `conversation.admin.assigned`, `conversation.rating.added`, `conversation.admin.replied`, `conversation.admin.closed`, `conversation.admin.opened`, `conversation.admin.snoozed`, `conversation.admin.unsnoozed`. Tick them in the Developer Hub → your app → Webhooks. Without them I look every 2 minutes.
    [Renew the token v1:connect] [Disconnect v1:disconnect]
    ");
    assert_snapshot!(webhooks(&allowed, &[]).lines().nth(2).unwrap(), @"Webhooks: never heard: `contact.lead.created`, `contact.lead.signed_up`, `contact.user.created`, `contact.user.updated`, `conversation.user.created`, `conversation.user.replied`, `conversation.admin.assigned`, `conversation.rating.added`, `conversation.admin.replied`, `conversation.admin.closed`, `conversation.admin.opened`, `conversation.admin.snoozed`, `conversation.admin.unsnoozed`. Whoever runs this bot ticks them in the Developer Hub. Without them I look every 2 minutes.");
    assert_snapshot!(webhooks(&allowed, &Topic::ALL).lines().nth(2).unwrap(), @"Webhooks: heard `contact.lead.created`, `contact.lead.signed_up`, `contact.user.created`, `contact.user.updated`, `conversation.user.created`, `conversation.user.replied`, `conversation.admin.assigned`, `conversation.rating.added`, `conversation.admin.replied`, `conversation.admin.closed`, `conversation.admin.opened`, `conversation.admin.snoozed`, `conversation.admin.unsnoozed`.");
    assert_snapshot!(webhooks(&pasted, &[]).lines().nth(2).unwrap(), @"Webhooks: none, since I have no client secret of the token's app. [Renew the token] takes one. Without them I look every 2 minutes.");
}

#[test]
fn a_server_that_the_operator_linked_says_so_and_whom_to_ask() {
    let acme = workspace("Acme");
    let shown = Operators {
        workspace: &acme,
        region: Region::Us,
        usage: Usage { last_minute: 7, limit: 100, ..Usage::default() },
    };
    assert_snapshot!(said(|around| operators(around, GuildId(8412), Some(&shown))), @r"
    **Acme** (US) · linked by whoever runs this bot, with a token of theirs · 7 of 100 calls in the last minute
    Nothing is left to connect here: `/setup` chooses the channels, `/status` says how it goes.
    -# To renew the token, to link another workspace or none, ask them: it stands in `INTERCOM_ACCESS_TOKEN` and `DISCORD_GUILD_ID` (this server is `8412`), and `deskbell check` tells them what the token may.
    ");
    assert_snapshot!(said(|around| operators(around, GuildId(8412), None)), @r"
    This server is linked by whoever runs this bot, and Intercom has not told yet with which workspace: `/status` says why.
    -# To renew the token, to link another workspace or none, ask them: it stands in `INTERCOM_ACCESS_TOKEN` and `DISCORD_GUILD_ID` (this server is `8412`), and `deskbell check` tells them what the token may.
    ");
}

use std::net::SocketAddr;

use secrecy::SecretString;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const GUILD: GuildId = GuildId(1);
const SALES: ChannelId = ChannelId(5);

/// Nothing listens on port 9 of loopback: only what the gateway told can be known.
fn directory() -> Directory {
    directory_at("127.0.0.1:9".parse().expect("it is an address"))
}

fn directory_at(address: SocketAddr) -> Directory {
    let rest =
        Rest::new(&format!("http://{address}"), SecretString::from("t")).expect("a client can be made");
    let own = OwnId::default();
    own.set(deskbell_domain::ids::MemberId(9));
    let directory = Directory::new(rest, own, ShardCount::ONE);
    directory.connection_changed(Shard::ONLY, true);
    directory
}

fn sales(denied_to_everyone: u64) -> Value {
    json!({"id": "5", "guild_id": "1", "type": 0, "name": "sales",
        "permission_overwrites": [{"id": "1", "type": 0, "allow": "0", "deny": denied_to_everyone.to_string()}]})
}

fn tell(directory: &Directory, roles: &Value) {
    let roles = Roles::read(GUILD, roles);
    directory.guild_told(GUILD, roles, Some(Box::default()), std::iter::once(sales(0)));
}

fn open_roles() -> Value {
    json!([{"id": "1", "permissions": "84992"}])
}

/// A connection on which one question was asked, to be answered by hand.
struct Asked(tokio::net::TcpStream);

impl Asked {
    async fn by(listener: &TcpListener) -> Self {
        let (mut stream, _) = listener.accept().await.expect("somebody asks");
        let mut question = [0; 2048];
        assert!(stream.read(&mut question).await.expect("it can be read") > 0);
        Self(stream)
    }

    async fn answer(mut self, body: &Value) {
        let body = body.to_string();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
        let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        self.0.write_all(answer.as_bytes()).await.expect("it is heard");
    }
}

#[tokio::test]
async fn a_channel_that_the_gateway_told_of_is_known_without_asking() {
    let directory = directory();
    tell(&directory, &open_roles());
    let view = directory.view(GUILD, SALES).await.expect("it was told");
    assert_eq!((view.audience, view.lacking), (Audience::Everyone, Some(Vec::new())));
}

#[tokio::test]
async fn a_channel_whose_readers_are_not_known_counts_as_public() {
    let directory = directory();
    tell(&directory, &json!([]));
    let view = directory.view(GUILD, SALES).await.expect("it was told");
    assert_eq!((view.audience, view.lacking), (Audience::Everyone, None));
}

#[tokio::test]
async fn a_private_thread_is_read_by_those_who_are_counted_in_it_and_by_a_crowd_where_the_counting_stops() {
    let (directory, thread) = (directory(), ChannelId(6));
    for (count, audience) in
        [(json!(7), Audience::Some), (json!(50), Audience::Crowd(None)), (Value::Null, Audience::Crowd(None))]
    {
        let told = json!({"id": "6", "guild_id": "1", "type": 12, "name": "vip", "parent_id": "5", "member_count": count});
        let channels = [sales(0), told].into_iter();
        directory.guild_told(GUILD, Roles::read(GUILD, &open_roles()), Some(Box::default()), channels);
        assert_eq!(directory.view(GUILD, thread).await.expect("it was told").audience, audience);
    }
}

#[tokio::test]
async fn what_changed_is_asked_for_however_late_an_older_description_of_the_server_comes() {
    let directory = directory();
    tell(&directory, &open_roles());
    directory.channel_changed(GUILD, SALES);
    assert_eq!(directory.view(GUILD, SALES).await, Err(ChannelError::Unavailable));
    tell(&directory, &open_roles());
    assert_eq!(directory.view(GUILD, SALES).await, Err(ChannelError::Unavailable));
}

#[tokio::test]
async fn roles_that_changed_leave_open_what_may_be_done() {
    let directory = directory();
    tell(&directory, &open_roles());
    directory.roles_changed(GUILD);
    let view = directory.view(GUILD, SALES).await.expect("the channel was told");
    assert_eq!((view.audience, view.lacking), (Audience::Everyone, None));
}

#[tokio::test]
async fn while_the_gateway_is_not_connected_nothing_that_it_told_counts() {
    let directory = directory();
    tell(&directory, &open_roles());
    directory.connection_changed(Shard::ONLY, false);
    assert_eq!(directory.view(GUILD, SALES).await, Err(ChannelError::Unavailable));
    directory.connection_changed(Shard::ONLY, true);
    assert!(directory.view(GUILD, SALES).await.is_ok(), "what was missed is told when it is taken up again");
    directory.session_began(Shard::ONLY);
    assert_eq!(directory.view(GUILD, SALES).await, Err(ChannelError::Unavailable));
}

#[tokio::test]
async fn what_is_known_of_a_server_counts_by_its_own_shard_alone() {
    let two = ShardCount::new(2).expect("two are some");
    let (own, other) = (two.of(GUILD), two.shard(1));
    let mut directory = directory();
    directory.shards = two;
    directory.connection_changed(own, true);
    tell(&directory, &open_roles());
    directory.connection_changed(other, true);
    directory.connection_changed(other, false);
    directory.session_began(other);
    assert!(directory.view(GUILD, SALES).await.is_ok(), "the other one told nothing of it");
    directory.connection_changed(own, false);
    assert_eq!(directory.view(GUILD, SALES).await, Err(ChannelError::Unavailable));
}

#[tokio::test]
async fn an_answer_that_a_change_has_overtaken_is_not_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let directory = directory_at(listener.local_addr().expect("it has one"));
    tell(&directory, &open_roles());
    directory.channel_changed(GUILD, SALES);
    let view = directory.view(GUILD, SALES);
    let overtaken = async {
        let asked = Asked::by(&listener).await;
        directory.channel_changed(GUILD, SALES);
        asked.answer(&sales(1024)).await;
    };
    let (view, ()) = tokio::join!(view, overtaken);
    assert_eq!(view.expect("it was answered").audience, Audience::Some);

    let again = async { Asked::by(&listener).await.answer(&sales(0)).await };
    let (view, ()) = tokio::join!(directory.view(GUILD, SALES), again);
    assert_eq!(view.expect("it was asked again").audience, Audience::Everyone);
    let known = directory.view(GUILD, SALES).await.expect("an answer after the change is kept");
    assert_eq!(known.audience, Audience::Everyone);
}

/// A server that everyone is kept out of, but for the role 3.
fn tell_hidden(directory: &Directory) {
    let roles = json!([{"id": "1", "permissions": "84992"}, {"id": "3", "permissions": "0"}]);
    let channel = json!({"id": "5", "guild_id": "1", "type": 0, "name": "team", "permission_overwrites": [
        {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
        {"id": "3", "type": 0, "allow": "1024", "deny": "0"}
    ]});
    let roles = Roles::read(GUILD, &roles);
    directory.guild_told(GUILD, roles, Some(Box::default()), std::iter::once(channel));
}

async fn audience(directory: &Directory) -> Audience {
    directory.view(GUILD, SALES).await.expect("it was told").audience
}

#[tokio::test]
async fn the_sizes_of_roles_are_asked_once_for_all_who_want_them_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let directory = directory_at(listener.local_addr().expect("it has one"));
    tell_hidden(&directory);
    let told = async { Asked::by(&listener).await.answer(&json!({"3": 4990})).await };
    let (first, second, ()) = tokio::join!(audience(&directory), audience(&directory), told);
    assert_eq!((first, second), (Audience::Crowd(Some(4990)), Audience::Crowd(Some(4990))));
    assert_eq!(audience(&directory).await, Audience::Crowd(Some(4990)), "nobody answers any more");
}

#[tokio::test]
async fn a_size_that_was_never_told_is_a_crowds() {
    let directory = directory();
    tell_hidden(&directory);
    assert_eq!(audience(&directory).await, Audience::Crowd(None));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let directory = directory_at(listener.local_addr().expect("it has one"));
    tell_hidden(&directory);
    let told = async { Asked::by(&listener).await.answer(&json!({"4": 2})).await };
    let (audience, ()) = tokio::join!(audience(&directory), told);
    assert_eq!(audience, Audience::Crowd(None));
}

#[tokio::test]
async fn a_channel_that_is_in_no_server_is_not_in_ours() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let directory = directory_at(listener.local_addr().expect("it has one"));
    let told = async { Asked::by(&listener).await.answer(&json!({"id": "5", "type": 1})).await };
    let (view, ()) = tokio::join!(directory.view(GUILD, SALES), told);
    assert_eq!(view, Err(ChannelError::Closed(Obstacle::ChannelGone)));
}

#[tokio::test]
async fn what_is_old_is_asked_again_for_the_news_of_its_change_may_be_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let directory = directory_at(listener.local_addr().expect("it has one"));
    directory.guild_told(
        GUILD,
        Roles::read(GUILD, &open_roles()),
        Some(Box::default()),
        std::iter::once(sales(1024)),
    );
    assert_eq!(directory.forget_older_than(GUILD, SALES, Duration::from_mins(10)), 0, "it was just told");
    assert_eq!(audience(&directory).await, Audience::Some);

    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(directory.forget_older_than(GUILD, SALES, Duration::ZERO), 2, "the channel and the roles");
    let told = async {
        Asked::by(&listener).await.answer(&sales(0)).await;
        Asked::by(&listener).await.answer(&open_roles()).await;
    };
    let (asked, ()) = tokio::join!(audience(&directory), told);
    assert_eq!(asked, Audience::Everyone);
    assert_eq!(audience(&directory).await, Audience::Everyone, "an answer counts like what was told");
}

#[tokio::test]
async fn of_a_thread_the_channel_that_it_hangs_on_is_asked_again_too() {
    let directory = directory();
    let thread = json!({"id": "6", "guild_id": "1", "type": 11, "name": "ada", "parent_id": "5"});
    let roles = Roles::read(GUILD, &open_roles());
    directory.guild_told(GUILD, roles, Some(Box::default()), [sales(1024), thread].into_iter());
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(directory.forget_older_than(GUILD, ChannelId(6), Duration::ZERO), 3);
    assert_eq!(directory.view(GUILD, ChannelId(6)).await, Err(ChannelError::Unavailable));
}

#[tokio::test]
async fn a_role_is_called_where_whoever_may_write_may_call_it_or_the_bot_may_call_all() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback is there");
    let directory = directory_at(listener.local_addr().expect("it is bound"));
    tell(&directory, &open_roles());
    let answered = async {
        let roles = json!([
            {"id": "1", "name": "@everyone", "permissions": "84992", "mentionable": false},
            {"id": "7", "name": "Sales", "permissions": "0", "mentionable": true},
            {"id": "8", "name": "Support", "permissions": "0", "mentionable": false},
            {"id": "10", "name": "Deskbell", "permissions": "0", "mentionable": false, "tags": {"bot_id": "9"}},
        ]);
        Asked::by(&listener).await.answer(&roles).await;
    };
    let (roles, ()) = tokio::join!(directory.named_roles(GUILD), answered);
    let names: Vec<_> = roles.expect("it is told").into_iter().map(|role| role.name).collect();
    assert_eq!(names, ["Sales", "Support"], "nobody has the role of a bot");
    let call = async |role| directory.role_call(GUILD, SALES, RoleId(role)).await;
    assert_eq!(call(7).await, Ok(RoleCall::Rings));
    assert_eq!(call(8).await, Ok(RoleCall::IsQuiet));
    assert_eq!(call(9).await, Ok(RoleCall::Gone));
    tell(&directory, &json!([{"id": "1", "permissions": (0x1_4C00 | 1 << 17).to_string()}]));
    assert_eq!(call(8).await, Ok(RoleCall::Rings), "the bot may call all roles");
    directory.roles_changed(GUILD);
    let asked_again = call(7);
    let (told, ()) = tokio::join!(asked_again, async { drop(Asked::by(&listener).await) });
    assert_eq!(told, Err(ChannelError::Unavailable), "what changed is asked again");
}

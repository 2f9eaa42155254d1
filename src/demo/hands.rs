//! What members do in Discord: they type commands, press buttons, choose, and fill in forms. Each is told with the first
//! line of its answer, before whatever it makes the bot post.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::discord::ids::ChannelId;

use super::card_line::card_lines;
use super::markdown::plain;
use super::moment::Moment;
use super::show::Show;
use super::watch::Mentions;

/// A member uses a command.
pub(super) async fn types(
    show: &Show<'_>,
    who: &str,
    channel: ChannelId,
    command: &str,
) -> anyhow::Result<()> {
    let _turn = show.narrator.turn().await;
    let reply = show.stage.person(who).slash(channel, command)?;
    tell(show, who, command, &reply.message().await?);
    Ok(())
}

/// A member presses a button; the answer ends with what it says once it is done.
pub(super) async fn presses(
    show: &Show<'_>,
    who: &str,
    message: &Message,
    button: &str,
    says: &str,
) -> anyhow::Result<Message> {
    let _turn = show.narrator.turn().await;
    let reply = show.stage.person(who).press(message, button)?;
    told(show, who, &format!("[{button}]"), reply, says).await
}

/// A member chooses from a list.
pub(super) async fn chooses(
    show: &Show<'_>,
    who: &str,
    (message, list): (&Message, &str),
    option: &str,
    says: &str,
) -> anyhow::Result<Message> {
    let _turn = show.narrator.turn().await;
    let reply = show.stage.person(who).select(message, list, &[option])?;
    told(show, who, &format!("{list} {option}"), reply, says).await
}

/// A member writes to a customer: the form, and the press that sends what was shown once more.
pub(super) async fn answers(
    show: &Show<'_>,
    who: &str,
    message: &Message,
    words: &str,
    send: &str,
) -> anyhow::Result<()> {
    let person = show.stage.person(who);
    let form = person.press(message, "Reply")?;
    let filled = person.submit_modal(&form, &[("What the customer reads", words)]).await?;
    let preview = filled.message_where(send, |message| message.render().contains(send)).await?;
    tell(show, who, &format!("[Reply] {words}"), &preview);
    presses(show, who, &preview, send, "✅ Sent.").await.map(|_| ())
}

async fn told(show: &Show<'_>, who: &str, deed: &str, reply: Reply, says: &str) -> anyhow::Result<Message> {
    let message = reply.message_where(says, |message| message.content.contains(says)).await?;
    tell(show, who, deed, &message);
    Ok(message)
}

fn tell(show: &Show<'_>, who: &str, deed: &str, answer: &Message) {
    let names = Mentions { stage: show.stage, narrator: show.narrator };
    let first = answer.content.lines().next().unwrap_or_default();
    show.narrator.tell(&Moment::Typed {
        who: format!("@{who}"),
        command: deed.to_owned(),
        answer: plain(first, &names),
        cards: card_lines(answer, &names),
    });
}

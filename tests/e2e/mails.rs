//! Mails as mail programs write them, read from the card in the channel.

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{NewContact, NewConversation};

use crate::stage::{self, PATIENCE, Stage};

/// A mail, what its card says, and what it does not.
struct Mail {
    subject: &'static str,
    body: String,
    says: &'static [&'static str],
    hides: &'static [&'static str],
}

impl Mail {
    fn new(
        subject: &'static str,
        body: impl Into<String>,
        says: &'static [&'static str],
        hides: &'static [&'static str],
    ) -> Self {
        Self { subject, body: body.into(), says, hides }
    }
}

fn of_hidden_things() -> Vec<Mail> {
    let comment =
        format!("<!--[if gte mso 9]><xml>{}</xml><![endif]--><p>Where is it?</p>", "<w:a/>".repeat(8000));
    let preheader = format!(
        "<div style=\"display:none\">Peek at this{}</div><p>Real words</p>\
         <img src=\"https://a.test/o.gif\" style=\"width:1px;height:1px\">",
        "&#847;&zwnj;&nbsp;".repeat(120)
    );
    vec![
        Mail::new("a comment longer than all words", comment, &["Where is it?"], &["mso"]),
        Mail::new("hidden text", preheader, &["Real words"], &["Peek", "[image]"]),
    ]
}

fn of_marks() -> Vec<Mail> {
    let emoji = "<p>It works <img data-emoji=\"🎉\" alt=\"🎉\" src=\"https://a.test/e.png\"></p>";
    let chart = "<p>See <img alt=\"Sales in May\" src=\"https://a.test/c.png\"></p>";
    let list = "<ol start=\"3\"><li>unplug<li>wait<li>plug in</ol>";
    vec![
        Mail::new("an emoji as a picture", emoji, &["It works 🎉"], &["image"]),
        Mail::new("a picture with words", chart, &["Sales in May"], &[]),
        Mail::new("steps with numbers", list, &["3. unplug", "4. wait", "5. plug in"], &["•"]),
        Mail::new("what is struck through", "<p>It costs <s>90</s> 70</p>", &["~~90~~ 70"], &[]),
    ]
}

fn of_quotes() -> Vec<Mail> {
    let gmail = "<p>Yes, thank you</p><div class=\"gmail_quote\">On Mon, Nov 23, 2026 at 9:00 Grace \
                 &lt;grace@acme.io&gt; wrote:<blockquote>Did it help?</blockquote></div>";
    let outlook = "<p>Not yet</p><div id=\"divRplyFwdMsg\"><b>From:</b> Grace<br><b>Sent:</b> Monday\
                   <br><b>Subject:</b> Order</div><p>Did it come?</p>";
    let plain = "Never\n\nOn Mon, Nov 23, 2026 at 9:00 Grace <grace@acme.io> wrote:\n> Did you call?";
    vec![
        Mail::new("an answer by Gmail", gmail, &["Yes, thank you"], &["Did it help", "wrote"]),
        Mail::new("an answer by Outlook", outlook, &["Not yet"], &["Did it come", "Sent"]),
        Mail::new("an answer in plain text", plain, &["Never"], &["Did you call", "wrote"]),
    ]
}

fn of_letters_and_addresses() -> Vec<Mail> {
    let joined = "<p>👩\u{200d}💻 می\u{200c}خواهم \u{202e}desrever a\u{200d}b</p>";
    let stacked = format!("<p>He{} comes</p>", "\u{335}".repeat(40));
    let addresses = "<p>(https://a.test/reset?token=s3cret) HTTPS://B.test/?t=s3cret \
                     x,https://c.test/r?t=s3cret. d.test/r?t=s3cret</p>";
    vec![
        Mail::new(
            "letters that join",
            joined,
            &["👩\u{200d}💻 می\u{200c}خواهم", "desrever ab"],
            &["\u{202e}"],
        ),
        Mail::new(
            "marks that paint over lines",
            stacked,
            &["He\u{335}\u{335}\u{335}\u{335} comes"],
            &["\u{335}\u{335}\u{335}\u{335}\u{335}"],
        ),
        Mail::new(
            "addresses that let in",
            addresses,
            &["a.test/reset?…", "B.test/?…", "c.test/r?…"],
            &["s3cret"],
        ),
        Mail::new("see https://e.test/r?t=s3cret", "<p>Above</p>", &["e.test/r?…"], &["s3cret"]),
    ]
}

fn cards(discord: &Discord, stage: &Stage) -> Vec<Message> {
    stage::cards_in(discord, stage.guild.support)
}

/// Everything that a message shows.
fn shown(message: &Message) -> String {
    let embeds: Vec<_> =
        message.embeds.iter().map(|embed| embed["description"].as_str().unwrap_or("")).collect();
    let titles: Vec<_> = message.embeds.iter().map(|embed| embed["title"].as_str().unwrap_or("")).collect();
    format!("{}\n{}\n{}", message.content, titles.join("\n"), embeds.join("\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_shown_as_its_writer_sees_it_without_what_is_hidden_quoted_or_secret() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let mails =
        [of_hidden_things(), of_marks(), of_quotes(), of_letters_and_addresses()].into_iter().flatten();
    let writer = stage.intercom.contacts().create(NewContact::user().name("Ada"));
    for (count, mail) in mails.enumerate() {
        let conversation = NewConversation::from_contact(&writer, &mail.body).subject(mail.subject);
        stage.intercom.conversations().start(conversation);
        let wanted = count + 1;
        let enough = |discord: &Discord| cards(discord, &stage).len() >= wanted;
        stage.discord.wait_for("its card", PATIENCE, enough).await.expect("it is posted");
        let card = shown(&cards(&stage.discord, &stage)[count]);
        for words in mail.says {
            assert!(card.contains(words), "{}: {words:?} is not in {card:?}", mail.subject);
        }
        for words in mail.hides {
            assert!(!card.contains(words), "{}: {words:?} is in {card:?}", mail.subject);
        }
    }
    assert_eq!(stage.terminate().await, Some(0));
}

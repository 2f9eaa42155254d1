use super::shown;

#[test]
fn the_mail_that_is_answered_is_cut() {
    let gmail = r#"<div>Thanks!</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 at 9:00 Ada &lt;a@b.example&gt; wrote:<br></div><blockquote>Hello</blockquote></div>"#;
    let apple = r#"<div>Thanks!</div><div><blockquote type="cite"><div>On 23. Nov 2026, at 09:00, Ada wrote:</div>Hello</blockquote></div>"#;
    let outlook = r#"<p>Thanks!</p><div id="x_divRplyFwdMsg"><b>From:</b> Ada<br><b>Sent:</b> Monday</div><p>Hello</p>"#;
    let older_outlook =
        "<p>Thanks!</p><p><b>Von:</b> Ada<br><b>Gesendet:</b> Montag<br><b>Betreff:</b> Hi</p><p>Hello</p>";
    let plain =
        "Thanks!\n\nOn Mon, Nov 23, 2026 at 9:00 AM Ada Lovelace\n<ada@b.example> wrote:\n> Hello\n>\n> Ada";
    let original = "Thanks!\n-----Original Message-----\nFrom: Ada\nHello";
    for mail in [gmail, apple, outlook, older_outlook, plain, original] {
        assert_eq!(shown(mail), "Thanks!", "{mail}");
    }
}

#[test]
fn an_answer_below_the_quote_is_read_and_so_is_a_mail_that_is_only_a_quote() {
    let below = r#"<div class="moz-cite-prefix">On 23.11.26 Ada wrote:</div><blockquote type="cite">Hello</blockquote><p>Below</p>"#;
    assert_eq!(shown(below), "Below");
    assert_eq!(shown("On Mon 23 Ada wrote:\n> Hello\n\nBelow"), "Below");
    assert_eq!(shown(r#"<blockquote class="gmail_quote">Hello</blockquote>"#), "Hello");
    let forward = r#"<p>See below</p><div class="gmail_quote">---------- Forwarded message ---------<br>From: Ada<br>Date: Monday<br>Hello</div>"#;
    assert!(shown(forward).ends_with("Hello"));
}

#[test]
fn what_only_looks_like_a_quote_stays() {
    for text in [
        "She wrote:\nplease call",
        "Order 4711 is missing.\nYour colleague wrote:\nplease call",
        "On 3 May Ben wrote:\nplease call",
        "- as I said in my original message, it is late\nThanks",
        "From: Berlin\nTo: Paris\nDate: 3 May",
        "From: the team\nWith love",
        "1 > 0\n> a remark",
    ] {
        assert_eq!(shown(text), text);
    }
    assert_eq!(shown("<blockquote>A quote of Ada</blockquote>So true"), "A quote of Ada\nSo true");
}

/// The header of a mail as Outlook quotes it, with its names in some language.
fn header(from: &str, sent: &str, to: &str, subject: &str) -> String {
    format!("<p>{from} Ada<br>{sent} Montag, 23.11.2026 09:00<br>{to} Ben<br>{subject} Hi</p><p>Hello</p>")
}

#[test]
fn the_header_of_the_mail_that_is_answered_is_known_in_every_language_of_outlook() {
    for [from, sent, to, subject] in [
        ["From:", "Sent:", "To:", "Subject:"],
        ["*From:*", "*Sent:*", "*To:*", "*Subject:*"],
        ["Von:", "Gesendet:", "An:", "Betreff:"],
        ["De&nbsp;:", "Envoyé&nbsp;:", "À&nbsp;:", "Objet&nbsp;:"],
        ["De :", "Envoyé :", "À :", "Objet :"],
        ["De:", "Enviado el:", "Para:", "Asunto:"],
        ["Da:", "Inviato:", "A:", "Oggetto:"],
        ["De:", "Enviada em:", "Para:", "Assunto:"],
        ["Van:", "Verzonden:", "Aan:", "Onderwerp:"],
        ["Från:", "Skickat:", "Till:", "Ämne:"],
        ["Fra:", "Sendt:", "Til:", "Emne:"],
        ["Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:"],
        ["Od:", "Wysłano:", "Do:", "Temat:"],
        ["Od:", "Odesláno:", "Komu:", "Předmět:"],
        ["Feladó:", "Elküldve:", "Címzett:", "Tárgy:"],
        ["Kimden:", "Gönderildi:", "Kime:", "Konu:"],
        ["От:", "Отправлено:", "Кому:", "Тема:"],
        ["Від:", "Надіслано:", "Кому:", "Тема:"],
        ["Από:", "Στάλθηκε:", "Προς:", "Θέμα:"],
        ["差出人:", "送信日時:", "宛先:", "件名:"],
        ["差出人：", "日時：", "宛先：", "件名："],
        ["发件人:", "发送时间:", "收件人:", "主题:"],
        ["寄件者:", "寄件日期:", "收件者:", "主旨:"],
        ["보낸 사람:", "보낸 날짜:", "받는 사람:", "제목:"],
    ] {
        assert_eq!(shown(&format!("<p>Thanks!</p>{}", header(from, sent, to, subject))), "Thanks!", "{from}");
    }
}

#[test]
fn who_wrote_is_known_in_many_languages() {
    for line in [
        "Le lun. 23 nov. 2026 à 09:00, Ada &lt;a@b.test&gt; a écrit :",
        "Em seg., 23 de nov. de 2026 às 09:00, Ada &lt;a@b.test&gt; escreveu:",
        "W dniu 23.11.2026 o 09:00, Ada napisał(a):",
        "Den mån 23 nov. 2026 kl 09:00 skrev Ada &lt;a@b.test&gt;:",
        "23 нояб. 2026 г. в 09:00, Ada &lt;a@b.test&gt; написал(а):",
        "Ada &lt;a@b.test&gt; 于2026年11月23日周一 09:00写道：",
    ] {
        assert_eq!(
            shown(&format!("<p>Thanks!</p><p>{line}</p><blockquote>Hello</blockquote>")),
            "Thanks!",
            "{line}"
        );
    }
}

const FORWARD: &str = "<div class=\"gmail_attr\">---------- Forwarded message ---------<br>From: Ada<br>Date: Monday<br>Subject: Hi<br>To: Ben<br></div>Hello";

#[test]
fn an_answer_to_what_was_passed_on_keeps_only_the_answer() {
    let wrote = "On Mon, Nov 23, 2026 at 9:00 Ben &lt;b@b.example&gt; wrote:";
    let gmail = format!(
        r#"<div>Thanks!</div><div class="gmail_quote"><div class="gmail_attr">{wrote}<br></div><blockquote class="gmail_quote">See below<div class="gmail_quote">{FORWARD}</div></blockquote></div>"#
    );
    let plain = format!(
        "Thanks!\n\n{}\n> FYI\n> -------- Forwarded Message --------\n> Hello",
        wrote.replace("&lt;", "<").replace("&gt;", ">")
    );
    let outlook = format!(
        "<p>Thanks!</p>{}<p>-------- Forwarded Message --------</p><p>Hello</p>",
        header("Von:", "Gesendet:", "An:", "Betreff:")
    );
    let said = r#"<p>I never got the forwarded message.</p><div class="gmail_quote">On 23.11.26 Ben wrote:<blockquote class="gmail_quote">Hello</blockquote></div>"#;
    for (mail, answer) in [
        (gmail.as_str(), "Thanks!"),
        (&plain, "Thanks!"),
        (&outlook, "Thanks!"),
        (said, "I never got the forwarded message."),
    ] {
        assert_eq!(shown(mail), answer, "{mail}");
    }
}

#[test]
fn a_mail_that_is_passed_on_is_read_whole() {
    let gmail = format!(r#"<div>See order 17</div><div class="gmail_quote">{FORWARD}</div>"#);
    let apple = r#"<div>See order 17</div><blockquote type="cite"><div>Begin forwarded message:</div><div>From: Ada</div><div>Hello</div></blockquote>"#;
    let french = "<div>Voir ma commande</div><div class=\"gmail_quote\">---------- Message transf&eacute;r&eacute; ---------<br>De : Ada<br>Hello</div>";
    let far = format!("<style>{}</style>{gmail}", ".a { color: red }".repeat(8_000));
    let of_an_answer = format!(
        r#"{gmail}<div class="gmail_quote">On 22.11.26 Ben wrote:<blockquote class="gmail_quote">Hi</blockquote></div>"#
    );
    for mail in [gmail.as_str(), apple, french, &far, &of_an_answer] {
        assert!(shown(mail).contains("Hello"), "{mail}");
    }
}

#[test]
fn words_that_only_point_to_what_is_passed_on_show_it() {
    let quote = header("Von:", "Gesendet:", "An:", "Betreff:");
    for words in ["FYI", "FYI.", "Zur Info:", "z.K.", "see below", "Pour info", "ご参考まで", "FYI</p><p>Ben"]
    {
        let mail = format!("<p>{words}</p><div id=\"divRplyFwdMsg\"></div>{quote}");
        assert!(shown(&mail).ends_with("Hello"), "{words}");
    }
    let mail = format!("<p>Please cancel it</p><div id=\"divRplyFwdMsg\"></div>{quote}");
    assert_eq!(shown(&mail), "Please cancel it");
}

#[test]
fn what_its_subject_says_is_passed_on_is_read_whole() {
    let mail = format!("<p>Can you help her?</p>{}", header("From:", "Sent:", "To:", "Subject:"));
    let read = |subject| super::read_mail(&mail, Some(subject)).to_plain();
    for subject in ["FW: Hi", "Fwd: Hi", "WG: Hi", "TR : Hi", "RV: Hi", "转发：Hi"] {
        assert!(read(subject).ends_with("Hello"), "{subject}");
    }
    for subject in ["Re: FW: Hi", "AW: Hi", "Hi", "Forward: a question", ""] {
        assert_eq!(read(subject), "Can you help her?", "{subject}");
    }
}

#[test]
fn answers_between_the_quotes_are_read_whatever_stands_above() {
    for above in ["", "<div>Hi Ben</div>"] {
        for class in ["gmail_quote", "gmail_quote gmail_quote_container", "protonmail_quote"] {
            let mail = format!(
                r#"{above}<div class="{class}"><div class="gmail_attr">On 23.11.26 Ben wrote:<br></div><blockquote class="{class}">One?<blockquote type="cite">Older</blockquote>still</blockquote>Yes<blockquote class="{class}">Two?</blockquote><div>No</div></div>"#
            );
            let expected = if above.is_empty() { "Yes\nNo" } else { "Hi Ben\nYes\nNo" };
            assert_eq!(shown(&mail), expected, "{above} {class}");
        }
    }
}

#[test]
fn what_follows_a_quote_within_a_quote_is_no_answer() {
    let inner = r#"<div class="gmail_quote">On 22.11.26 Ada wrote:<blockquote class="gmail_quote">Oldest</blockquote>Old</div>"#;
    let mail = format!(
        r#"Thanks!<div class="gmail_quote">On 23.11.26 Ben wrote:<blockquote class="gmail_quote">New{inner}</blockquote></div>"#
    );
    assert_eq!(shown(&mail), "Thanks!");
    let yahoo = format!(r#"Thanks!<div class="yahoo_quoted">On 23.11.26 Ben wrote: New{inner}more</div>"#);
    assert_eq!(shown(&yahoo), "Thanks!");
}

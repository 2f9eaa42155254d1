//! The words with which mail programs say that they quote a mail or pass one on. All lines are in lower case.

const FORWARDED: [&str; 37] = [
    "forwarded message",
    "weitergeleitete nachricht",
    "weitergeleiteten nachricht",
    "message transféré",
    "message réexpédié",
    "mensaje reenviado",
    "messaggio inoltrato",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "doorgestuurd bericht",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "videresendt meddelelse",
    "videresendt melding",
    "videresendte meddelelse",
    "videresendt besked",
    "välitetty viesti",
    "edelleenlähetetty viesti",
    "przekazana wiadomość",
    "wiadomość przekazana",
    "przekazanej wiadomości",
    "přeposlaná zpráva",
    "preposlaná správa",
    "továbbított üzenet",
    "mesaj redirecționat",
    "iletilen ileti",
    "yönlendirilmiş mesaj",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "переслане повідомлення",
    "προωθημένο μήνυμα",
    "転送メッセージ",
    "転送されたメッセージ",
    "전달된 메시지",
    "转发的邮件",
    "转发邮件",
    "轉寄的郵件",
];
/// "On Monday Ada wrote:".
const WROTE: [&str; 26] = [
    "wrote",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "ha escrito",
    "va escriure",
    "schreef",
    "skrev",
    "escreveu",
    "napisał",
    "napisała",
    "napisał(a)",
    "kirjoitti",
    "napsal",
    "napsal(a)",
    "napísal(a)",
    "írta",
    "a scris",
    "yazdı",
    "написал",
    "написал(а)",
    "пишет",
    "έγραψε",
    "のメール",
    "写道",
];
/// How that begins.
const ON: [&str; 16] = [
    "on ",
    "am ",
    "le ",
    "el ",
    "il ",
    "op ",
    "den ",
    "em ",
    "w dniu ",
    "dnia ",
    "från ",
    "dne ",
    "pe ",
    "în ",
    "a(z) ",
    "στις ",
];
/// "Original Message".
const ORIGINAL: [&str; 23] = [
    "original message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "původní zpráva",
    "pôvodná správa",
    "eredeti üzenet",
    "orijinal mesaj",
    "исходное сообщение",
    "元のメッセージ",
    "原始邮件",
    "원본 메시지",
];
const FROM: [&str; 31] = [
    "from",
    "von",
    "de",
    "expéditeur",
    "da",
    "van",
    "från",
    "fra",
    "lähettäjä",
    "od",
    "feladó",
    "de la",
    "kimden",
    "gönderen",
    "от",
    "від",
    "από",
    "saatja",
    "nuo",
    "šalje",
    "dari",
    "từ",
    "จาก",
    "差出人",
    "送信者",
    "보낸 사람",
    "发件人",
    "寄件者",
    "寄件人",
    "מאת",
    "من",
];
const SENT: [&str; 62] = [
    "sent",
    "date",
    "gesendet",
    "datum",
    "envoyé",
    "envoyé le",
    "date d'envoi",
    "enviado",
    "enviada",
    "enviado em",
    "enviada em",
    "enviado el",
    "enviat",
    "fecha",
    "inviato",
    "data",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "lähetetty",
    "päivämäärä",
    "päiväys",
    "wysłano",
    "wysłane",
    "odesláno",
    "odoslané",
    "dátum",
    "elküldve",
    "küldve",
    "poslano",
    "trimis",
    "trimis la",
    "dată",
    "gönderildi",
    "gönderilme tarihi",
    "tarih",
    "отправлено",
    "дата",
    "надіслано",
    "изпратено",
    "στάλθηκε",
    "εστάλη",
    "ημερομηνία",
    "saadetud",
    "išsiųsta",
    "nosūtīts",
    "dikirim",
    "terkirim",
    "tanggal",
    "đã gửi",
    "ส่ง",
    "ส่งเมื่อ",
    "送信日時",
    "日時",
    "日付",
    "보낸 날짜",
    "날짜",
    "发送时间",
    "日期",
    "寄件日期",
    "נשלח",
];
const SUBJECT: [&str; 30] = [
    "subject",
    "betreff",
    "objet",
    "asunto",
    "assumpte",
    "oggetto",
    "assunto",
    "onderwerp",
    "ämne",
    "emne",
    "aihe",
    "temat",
    "předmět",
    "predmet",
    "zadeva",
    "tárgy",
    "subiect",
    "konu",
    "тема",
    "относно",
    "θέμα",
    "teema",
    "subjek",
    "chủ đề",
    "件名",
    "제목",
    "主题",
    "主旨",
    "主題",
    "נושא",
];
/// What the subject of a mail begins with that is passed on.
const SUBJECT_FORWARDED: [&str; 16] = [
    "fw",
    "fwd",
    "wg",
    "tr",
    "rv",
    "enc",
    "vb",
    "vl",
    "pd",
    "doorst",
    "ilt",
    "továbbítás",
    "转发",
    "轉寄",
    "転送",
    "전달",
];
/// What somebody writes who passes a mail on and has nothing to say to it.
const POINTERS: [&str; 31] = [
    "fyi",
    "f.y.i",
    "fya",
    "for your information",
    "for information",
    "see below",
    "please see below",
    "zur info",
    "zur information",
    "zur kenntnis",
    "zur kenntnisnahme",
    "z.k",
    "z.k.",
    "siehe unten",
    "s.u",
    "pour info",
    "pour information",
    "voir ci-dessous",
    "para tu información",
    "para su información",
    "para informação",
    "per conoscenza",
    "per tua informazione",
    "ter info",
    "ter informatie",
    "för kännedom",
    "til orientering",
    "tiedoksi",
    "do wiadomości",
    "ご参考まで",
    "供参考",
];
/// How long a line is at most that says such a thing, in code points.
const LONGEST_LINE: usize = 250;
/// How long the line is at most behind which a mail is passed on, in code points.
const LONGEST_RULE: usize = 80;

/// A line of a header as Outlook writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    From,
    Sent,
    Subject,
}

/// Which line of a header this is. The colon may be a wide one, with a blank before it.
pub(super) fn header(line: &str) -> Option<Header> {
    let (name, _) = line.split_once([':', '：'])?;
    let name =
        name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '>' | '"')).replace('’', "'");
    let known = [(Header::From, &FROM[..]), (Header::Sent, &SENT), (Header::Subject, &SUBJECT)];
    known.into_iter().find(|(_, names)| names.contains(&name.as_str())).map(|(header, _)| header)
}

/// Whether a line of dashes says that the mail that is answered follows.
pub(super) fn says_original(line: &str) -> bool {
    let stands_alone = line.starts_with("--") && line.ends_with("--");
    stands_alone && ORIGINAL.iter().any(|original| line.replace('’', "'").contains(original))
}

/// Whether a line says that a mail follows which is passed on.
pub(super) fn says_forwarded(line: &str) -> bool {
    let stands_alone = line.starts_with(['-', '=', '_', '*']) || line.ends_with([':', '：']);
    stands_alone
        && line.chars().count() <= LONGEST_RULE
        && FORWARDED.iter().any(|forwarded| line.contains(forwarded))
}

pub(super) fn says_who_wrote(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_end_matches([':', '：', ' ', '\u{a0}']);
    line.ends_with([':', '：'])
        && line.chars().count() <= LONGEST_LINE
        && WROTE.iter().any(|wrote| words.ends_with(wrote) || words.contains(&format!(" {wrote} ")))
}

/// Whether a line begins as one that ends with "wrote:" does.
pub(super) fn begins_with_when(line: &str) -> bool {
    ON.iter().any(|on| line.starts_with(on))
}

/// Whether a line only points to what is passed on below it.
pub(super) fn is_pointer(line: &str) -> bool {
    let words =
        line.trim_end_matches([' ', '.', ',', ':', ';', '!', '-', '–', '…', '。', '：', '↓', '\u{a0}']);
    POINTERS.contains(&words)
}

/// Whether the subject of a mail says that it is passed on.
pub(super) fn is_forwarded(subject: &str) -> bool {
    let prefix = subject.split_once([':', '：']).map(|(prefix, _)| prefix.trim().to_lowercase());
    prefix.is_some_and(|prefix| SUBJECT_FORWARDED.contains(&prefix.as_str()))
}

//! Who can read a channel, in every sentence that says so: each whole, for everyone, a crowd of a number that is known or
//! not, and a team.

use deskbell_domain::channel::Audience;
use deskbell_domain::ids::ChannelId;

use crate::number::number;

/// Who can read a channel.
pub fn can_read(audience: Audience, channel: ChannelId) -> String {
    match audience {
        Audience::Everyone => format!("Everyone in this server can read <#{channel}>."),
        Audience::Crowd(Some(people)) => format!("About {} people can read <#{channel}>.", number(people)),
        Audience::Crowd(None) => format!("I can't find out how many people can read <#{channel}>."),
        Audience::Some => format!("Only a team can read <#{channel}>."),
    }
}

/// What they would see there of customers.
pub(crate) fn would_see(audience: Audience, channel: ChannelId) -> String {
    let readers = can_read(audience, channel);
    format!("⚠️ {readers} Cards would show them your customers' names, e-mails and messages.")
}

/// That they would see who is called there.
pub(crate) fn would_see_calls(audience: Audience, channel: ChannelId, whom: &str) -> String {
    format!("⚠️ {} They would see each time that {whom} is mentioned.", can_read(audience, channel))
}

/// That cards in a channel lose what is personal from now on.
pub(crate) fn leave_out_from_here(audience: Audience, channel: ChannelId) -> String {
    match audience {
        Audience::Everyone => format!(
            "Everyone in this server can read <#{channel}>, so from here on I leave personal data out."
        ),
        Audience::Crowd(Some(people)) => format!(
            "About {} people can read <#{channel}>, so from here on I leave personal data out.",
            number(people)
        ),
        Audience::Crowd(None) => format!(
            "I can't find out how many people can read <#{channel}>, so from here on I leave personal data out."
        ),
        Audience::Some => {
            format!("Only a team can read <#{channel}>, so from here on I leave personal data out.")
        }
    }
}

/// That these notifications show everything to whoever reads their channel.
pub(crate) fn see_everything(subjects: &str, audience: Audience) -> String {
    match audience {
        Audience::Everyone => format!("✅ {subjects} show everything, and everyone can read it."),
        Audience::Crowd(Some(people)) => {
            format!("✅ {subjects} show everything, and about {} people can read it.", number(people))
        }
        Audience::Crowd(None) => {
            format!("✅ {subjects} show everything, and I can't find out how many people can read it.")
        }
        Audience::Some => format!("✅ {subjects} show everything, and only a team can read it."),
    }
}

/// That they show nothing personal for its readers.
pub(crate) fn so_they_show_nothing(audience: Audience) -> String {
    match audience {
        Audience::Everyone => "Everyone can read it, so they show no personal data.".to_owned(),
        Audience::Crowd(Some(people)) => {
            format!("About {} people can read it, so they show no personal data.", number(people))
        }
        Audience::Crowd(None) => {
            "I can't find out how many people can read it, so they show no personal data.".to_owned()
        }
        Audience::Some => "Only a team can read it, so they show no personal data.".to_owned(),
    }
}

/// The same beside a channel in a list.
pub(crate) fn so_without(audience: Audience) -> String {
    match audience {
        Audience::Everyone => "⚠️ everyone can read it, so without personal data".to_owned(),
        Audience::Crowd(Some(people)) => {
            format!("⚠️ about {} people can read it, so without personal data", number(people))
        }
        Audience::Crowd(None) => {
            "⚠️ I can't find out how many people can read it, so without personal data".to_owned()
        }
        Audience::Some => "⚠️ only a team can read it, so without personal data".to_owned(),
    }
}

/// How much is shown, where its readers are why.
pub(crate) fn private(audience: Audience) -> String {
    match audience {
        Audience::Everyone => "Private (everyone can read it)".to_owned(),
        Audience::Crowd(Some(people)) => format!("Private (about {} people can read it)", number(people)),
        Audience::Crowd(None) => "Private (I can't find out how many people can read it)".to_owned(),
        Audience::Some => "Private (only a team can read it)".to_owned(),
    }
}

/// That cards show nothing personal, and why.
pub(crate) fn so_cards_show_nothing(audience: Audience) -> String {
    match audience {
        Audience::Everyone => {
            "Cards show no personal data, because everyone can read the channel.".to_owned()
        }
        Audience::Crowd(Some(people)) => format!(
            "Cards show no personal data, because about {} people can read the channel.",
            number(people)
        ),
        Audience::Crowd(None) => {
            "Cards show no personal data, because I can't find out how many people can read the channel."
                .to_owned()
        }
        Audience::Some => "Cards show no personal data, because only a team can read the channel.".to_owned(),
    }
}

/// How much is shown, all the same.
pub(crate) fn although(detail: &str, audience: Audience) -> String {
    match audience {
        Audience::Everyone => format!("{detail}, although everyone can read the channel"),
        Audience::Crowd(Some(people)) => {
            format!("{detail}, although about {} people can read the channel", number(people))
        }
        Audience::Crowd(None) => {
            format!("{detail}, although I can't find out how many people can read the channel")
        }
        Audience::Some => format!("{detail}, although only a team can read the channel"),
    }
}

/// The warning beside a channel in which many read such cards.
pub(crate) fn warning(audience: Audience, cards: &str) -> String {
    match audience {
        Audience::Everyone => format!("⚠️ everyone can read it, {cards}"),
        Audience::Crowd(Some(people)) => {
            format!("⚠️ about {} people can read it, {cards}", number(people))
        }
        Audience::Crowd(None) => {
            format!("⚠️ I can't find out how many people can read it, {cards}")
        }
        Audience::Some => format!("⚠️ only a team can read it, {cards}"),
    }
}

//! Who can read a channel.

use deskbell_domain::channel::Audience;

use crate::number::number;

/// Who can read a channel, as a sentence without its full stop: "Everyone in this server can read #general". `channel` is
/// the channel as it is to be written.
pub fn sentence(audience: Audience, channel: &str) -> String {
    match audience {
        Audience::Everyone => format!("Everyone in this server can read {channel}"),
        Audience::Crowd(Some(people)) => format!("About {} people can read {channel}", number(people)),
        Audience::Crowd(None) => format!("I can't find out how many people can read {channel}"),
        Audience::Some => format!("Only a team can read {channel}"),
    }
}

/// The same as a part of a sentence: "everyone can read it". `channel` is what stands for the channel there.
pub fn clause(audience: Audience, channel: &str) -> String {
    match audience {
        Audience::Everyone => format!("everyone can read {channel}"),
        Audience::Crowd(Some(people)) => format!("about {} people can read {channel}", number(people)),
        Audience::Crowd(None) => format!("I can't find out how many people can read {channel}"),
        Audience::Some => format!("only a team can read {channel}"),
    }
}

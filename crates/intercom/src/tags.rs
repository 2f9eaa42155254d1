//! Lists of tags.

use deskbell_domain::contact::Tag;

use crate::{call::Call, client::IntercomClient, refusal::Failure, wire};

pub(crate) async fn send_tags(client: &IntercomClient, call: &Call) -> Result<Vec<Tag>, Failure> {
    let (read, whole) = (wire::company::read_tag, wire::company::read_tags);
    client.send_list(call, &wire::company::TAG_KEYS, read, whole).await
}

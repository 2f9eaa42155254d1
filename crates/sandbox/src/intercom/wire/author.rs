//! Who wrote, as JSON.

use serde_json::{Value, json};

use super::super::{
    Assignee, Author, Contact, Part, TeamId,
    part::{BOT, BOT_EMAIL},
    state::State,
};

/// Who wrote the first message.
pub(super) fn of_source(state: &State, author: &Author) -> Value {
    match author {
        Author::Contact(id) => {
            let contact = state.live(id);
            let text = |field: fn(&Contact) -> Option<&String>| contact.and_then(field);
            json!({
                "type": contact.map_or("contact", |contact| contact.role.as_str()),
                "id": id.as_str(),
                "name": text(|contact| contact.name.as_ref()),
                "email": text(|contact| contact.email.as_ref()).cloned().unwrap_or_default(),
            })
        }
        Author::Admin(id) => {
            let admin = state.admins.iter().find(|admin| admin.id == *id);
            json!({
                "type": "admin",
                "id": id.to_string(),
                "name": admin.map(|admin| &admin.name),
                "email": admin.map(|admin| admin.email.clone()).unwrap_or_default(),
            })
        }
        Author::Bot(name) => json!({"type": "bot", "id": BOT.to_string(), "name": name, "email": BOT_EMAIL}),
        Author::Team(id) => team(state, *id),
    }
}

fn team(state: &State, id: TeamId) -> Value {
    json!({
        "type": "team",
        "id": id.to_string(),
        "name": state.teams.get(&id),
        "email": format!("team.{id}@team.example"),
    })
}

/// Who made a part.
pub(super) fn of_part(state: &State, part: &Part) -> Value {
    let mut answer = of_source(state, &part.author);
    answer["from_ai_agent"] = part.is_by_ai_agent().into();
    answer["is_ai_answer"] = part.is_by_ai_agent().into();
    answer
}

/// Who was put in charge by a part.
pub(super) fn assignee(assignee: Assignee) -> Value {
    match assignee {
        Assignee::Admin(id) => json!({"type": "admin", "id": id.to_string()}),
        Assignee::Team(id) => json!({"type": "team", "id": id.to_string()}),
        Assignee::Bot => json!({"type": "bot", "id": BOT.to_string()}),
        Assignee::Nobody => json!({"type": "nobody_admin", "id": null}),
    }
}

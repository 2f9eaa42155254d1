//! The routes that tell when the workspace is open.

use axum::{
    Json,
    extract::{Path, State as Shared},
};
use serde_json::{Value, json};

use super::{
    Intercom, Minutes, OfficeHours, OfficeHoursException, answer::Answer, office_hours::MINUTES_OF_A_DAY,
    refusal::Refusal,
};

/// A schedule's id is its place in the list; the first is what Intercom calls the default one.
fn id_at(place: usize) -> String {
    (123 + place).to_string()
}

pub(super) async fn list(Shared(intercom): Shared<Intercom>) -> Answer {
    let schedules: Vec<_> = intercom.with(|state| {
        let all = state.office_hours.iter().enumerate();
        all.map(|(place, hours)| schedule(place, hours, state.founded_at)).collect()
    });
    Ok(Json(json!({"type": "office_hours_schedule.list", "data": schedules})))
}

pub(super) async fn show(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    intercom.with(|state| {
        let mut all = state.office_hours.iter().enumerate();
        let (place, hours) = all.find(|(place, _)| id_at(*place) == id).ok_or_else(Refusal::no_resource)?;
        Ok(Json(schedule(place, hours, state.founded_at)))
    })
}

pub(super) async fn exceptions(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    intercom.with(|state| {
        let mut all = state.office_hours.iter().enumerate();
        let (_, hours) = all.find(|(place, _)| id_at(*place) == id).ok_or_else(Refusal::no_resource)?;
        let exceptions = hours.exceptions.iter().enumerate();
        let exceptions: Vec<_> =
            exceptions.map(|(place, day)| exception(&id, place, day, state.founded_at)).collect();
        Ok(Json(json!({"type": "office_hours_exception.list", "data": exceptions})))
    })
}

fn schedule(place: usize, hours: &OfficeHours, made_at: i64) -> Value {
    let interval = |open: &Minutes| interval(*open, open.start / MINUTES_OF_A_DAY);
    json!({
        "type": "office_hours_schedule",
        "id": id_at(place),
        "name": hours.name,
        "time_zone_name": hours.time_zone,
        "time_intervals": hours.open.iter().map(interval).collect::<Vec<_>>(),
        "twenty_four_seven": hours.open.is_empty(),
        "created_at": made_at,
        "updated_at": made_at,
    })
}

fn exception(schedule: &str, place: usize, day: &OfficeHoursException, made_at: i64) -> Value {
    let of_week =
        day.date.parse::<jiff::civil::Date>().map_or(0, |date| date.weekday().to_monday_zero_offset());
    let of_week = u32::try_from(of_week).unwrap_or_default();
    let intervals: Vec<_> = day.open.iter().map(|open| interval(*open, of_week)).collect();
    let is_closed = intervals.is_empty();
    json!({
        "type": "office_hours_exception",
        "id": (456 + place).to_string(),
        "office_hours_schedule_id": schedule,
        "exception_date": day.date,
        "exception_type": if is_closed { "closed" } else { "custom_hours" },
        "name": day.name,
        "time_intervals": if is_closed { Value::Null } else { Value::from(intervals) },
        "recurring_annually": day.recurring_annually,
        "created_at": made_at,
        "updated_at": made_at,
    })
}

fn interval(open: Minutes, day_of_week: u32) -> Value {
    json!({"start_minute": open.start, "end_minute": open.end, "day_of_week": day_of_week})
}

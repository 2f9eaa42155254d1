use serde_json::json;

use super::*;

/// 2024-03-31 is the day on which Berlin's clocks go from 02:00 to 03:00: it has 23 hours.
const MARCH_31_BERLIN: i64 = 1_711_839_600;
const HOUR: i64 = 3_600;

struct Moment(i64);

impl Searchable for Moment {
    fn kind(field: &str) -> Option<FieldKind> {
        match field {
            "at" | "never" => Some(FieldKind::Date),
            "name" | "email" => Some(FieldKind::Text),
            "tag" => Some(FieldKind::Set),
            "open" => Some(FieldKind::Flag),
            _ => None,
        }
    }

    fn value(&self, field: &str) -> FieldValue<'_> {
        match field {
            "at" => FieldValue::Number(Some(self.0)),
            "name" => FieldValue::Text(Some("Ana María".into())),
            "email" => FieldValue::Text(Some("Ana@Example.com".into())),
            "tag" => FieldValue::Set(vec!["7", "8"]),
            "open" => FieldValue::Flag(true),
            _ => FieldValue::Number(None),
        }
    }

    fn id(&self) -> &'static str {
        "1"
    }
}

fn berlin() -> Dates {
    Dates::Days(TimeZone::get("Europe/Berlin").unwrap())
}

fn is(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

fn matches(query: &Value, dates: &Dates, second: i64) -> bool {
    Filter::parse::<Moment>(query, dates).unwrap().passes(&Moment(second))
}

fn refused(query: &Value, dates: &Dates) -> bool {
    Filter::parse::<Moment>(query, dates).is_err()
}

#[test]
fn by_day_greater_begins_with_the_next_day_of_the_workspace() {
    let noon = MARCH_31_BERLIN + 12 * HOUR;
    let after = is("at", ">", noon);
    assert!(!matches(&after, &berlin(), noon + 1));
    assert!(!matches(&after, &berlin(), MARCH_31_BERLIN + 23 * HOUR - 1));
    assert!(matches(&after, &berlin(), MARCH_31_BERLIN + 23 * HOUR));
}

#[test]
fn by_day_less_ends_before_the_day_and_equal_is_the_whole_of_it() {
    let noon = (MARCH_31_BERLIN + 12 * HOUR).to_string();
    let (before, on) = (is("at", "<", noon.clone()), is("at", "=", noon));
    for (second, is_before, is_on) in [
        (MARCH_31_BERLIN - 1, true, false),
        (MARCH_31_BERLIN, false, true),
        (MARCH_31_BERLIN + 23 * HOUR - 1, false, true),
        (MARCH_31_BERLIN + 23 * HOUR, false, false),
    ] {
        assert_eq!(matches(&before, &berlin(), second), is_before, "{second}");
        assert_eq!(matches(&on, &berlin(), second), is_on, "{second}");
    }
}

#[test]
fn the_same_query_differs_between_workspaces_of_two_zones() {
    let honolulu = Dates::Days(TimeZone::get("Pacific/Honolulu").unwrap());
    let after = is("at", ">", MARCH_31_BERLIN);
    assert!(matches(&after, &berlin(), MARCH_31_BERLIN + 23 * HOUR));
    // In Honolulu it is 13:00 of the 30th, so the next day begins after eleven hours.
    assert!(!matches(&after, &honolulu, MARCH_31_BERLIN + 11 * HOUR - 1));
    assert!(matches(&after, &honolulu, MARCH_31_BERLIN + 11 * HOUR));
}

#[test]
fn by_second_compares_exactly() {
    for (operator, expected) in
        [(">", [false, false, true]), ("<", [true, false, false]), ("=", [false, true, false])]
    {
        let query = is("at", operator, 1_000);
        assert_eq!([999, 1_000, 1_001].map(|second| matches(&query, &Dates::Seconds, second)), expected);
    }
}

#[test]
fn contacts_refuse_other_operators_on_dates_and_conversations_take_them() {
    for operator in ["!=", ">=", "<=", "IN", "NIN", "~"] {
        assert!(refused(&is("at", operator, 1_000), &berlin()), "{operator}");
        assert!(refused(&is("at", operator, 1_000), &Dates::Seconds), "{operator}");
    }
    let lenient = Dates::SecondsWithAllOperators;
    assert!(matches(&is("at", ">=", 1_000), &lenient, 1_000));
    assert!(matches(&is("at", "<=", 1_000), &lenient, 1_000));
    assert!(matches(&is("at", "!=", 1_000), &lenient, 999));
    assert!(matches(&is("at", "IN", vec![1_000, 1_001]), &lenient, 1_001));
}

#[test]
fn a_date_that_was_never_set_matches_nothing() {
    for operator in ["=", ">", "<"] {
        assert!(!matches(&is("never", operator, 1_000), &Dates::Seconds, 0));
    }
}

#[test]
fn a_part_of_a_text_is_found_whatever_its_case_and_the_whole_only_as_it_is_written() {
    let by_second = Dates::Seconds;
    assert!(matches(&is("name", "~", "MARÍA"), &by_second, 0));
    assert!(matches(&is("name", "^", "ana"), &by_second, 0));
    assert!(matches(&is("name", "$", "ía"), &by_second, 0));
    assert!(!matches(&is("name", "!~", "ana"), &by_second, 0));
    assert!(!matches(&is("name", "=", "ana maría"), &by_second, 0));
    assert!(matches(&is("email", "~", "ana@example.COM"), &by_second, 0));
    assert!(!matches(&is("email", "=", "ana@example.COM"), &by_second, 0));
    assert!(matches(&is("name", "NIN", vec!["Bo", "Cy"]), &by_second, 0));
    assert!(matches(&is("name", "!=", Value::Null), &by_second, 0));
}

#[test]
fn sets_and_flags_are_matched_by_equality() {
    let by_second = Dates::Seconds;
    assert!(matches(&is("tag", "=", "8"), &by_second, 0));
    assert!(matches(&is("tag", "!=", "9"), &by_second, 0));
    assert!(refused(&is("tag", "IN", vec!["8"]), &by_second));
    assert!(matches(&is("open", "=", true), &by_second, 0));
    assert!(refused(&is("open", "=", "yes"), &by_second));
}

#[test]
fn groups_nest_two_deep_and_hold_fifteen() {
    let group = |operator: &str, filters: Vec<Value>| json!({"operator": operator, "value": filters});
    let by_second = Dates::Seconds;
    let either = group("OR", vec![is("at", "=", 1), is("at", "=", 2)]);
    let both = group("AND", vec![is("name", "~", "ana"), either]);
    assert!(matches(&both, &by_second, 2));
    assert!(!matches(&both, &by_second, 3));
    assert!(refused(&group("AND", vec![both]), &by_second));
    assert!(!refused(&group("OR", vec![is("at", "=", 1); 15]), &by_second));
    assert!(refused(&group("OR", vec![is("at", "=", 1); 16]), &by_second));
}

#[test]
fn a_mistake_is_refused_whatever_the_workspace_holds() {
    let by_second = Dates::Seconds;
    for query in [
        json!({}),
        json!({"operator": "AND", "value": "x"}),
        is("at", ">", "yesterday"),
        is("no_such_field", "=", "x"),
        is("name", ">", "x"),
        is("name", "IN", "x"),
    ] {
        assert!(refused(&query, &by_second), "{query}");
    }
}

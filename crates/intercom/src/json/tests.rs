use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Any JSON in which nothing has to be mended or cut.
fn sound() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn ids(body: &[u8]) -> Vec<String> {
    let read = |record: &Value| record["id"].as_str().map(str::to_owned);
    list(body, &["data"], read).and_then(|listed| listed.records).expect("it is a list")
}

/// A list of one odd record between two good ones.
fn around(odd: &[u8]) -> Vec<u8> {
    [br#"{"data":[{"id":"a"},"#, odd, br#",{"id":"b"}],"total_count":3}"#].concat()
}

#[test]
fn half_a_surrogate_pair_costs_one_character() {
    let body = br#"{"a":"x\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\udc00\n"}"#;
    let expected = json!({"a": "x\u{fffd}", "b": "😀", "c": "\\ud83d", "d": "\u{fffd}\n"});
    assert_eq!(read(body), Some(expected));
}

#[test]
fn bytes_that_are_no_text_cost_one_character() {
    assert_eq!(read(b"{\"a\":\"x\xff\"}"), Some(json!({"a": "x\u{fffd}"})));
}

#[test]
fn a_page_of_html_and_half_an_answer_are_no_json() {
    for body in [
        "<html>Bad gateway</html>",
        r#"{"type":"list","data":[{"id":"#,
        r#"{"type":"list","data":[]"#,
        r#"{"type":"li"#,
        r#"{"type":"list"}}"#,
        r#"{"data":[1,2}"#,
        r#"{"a" "b"}"#,
        "{} {}",
        "upstream error",
        "",
    ] {
        assert_eq!(read(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn a_number_that_no_type_can_hold_becomes_its_digits() {
    let body = format!(r#"{{"a":1e400,"b":-123456789012345678901,"c":{},"d":1.5,"e":NaN}}"#, "7".repeat(400));
    let expected =
        json!({"a": "1e400", "b": "-123456789012345678901", "c": "7".repeat(100), "d": 1.5, "e": null});
    assert_eq!(read(body.as_bytes()), Some(expected));
}

#[test]
fn an_odd_record_never_costs_its_neighbours() {
    let nested =
        |levels: usize| format!(r#"{{"x":{}1{},"id":"odd"}}"#, "[".repeat(levels), "]".repeat(levels));
    let objects = format!(r#"{{"x":{}1{},"id":"odd"}}"#, r#"{"x":"#.repeat(100_000), "}".repeat(100_000));
    let twice = r#"{"id":"first","name":"x","name":"y","id":"odd"}"#;
    let long = format!(r#"{{"body":"{}","id":"odd"}}"#, "é".repeat(2 << 20));
    let wide = format!(r#"{{"list":[{}0],"id":"odd"}}"#, "1,".repeat(1 << 20));
    let members = (0..100_000).map(|at| format!(r#""m{at}":{at},"#)).collect::<Vec<_>>().concat();
    for odd in [
        nested(200),
        nested(100_000),
        objects,
        twice.to_owned(),
        long,
        wide,
        format!(r#"{{{members}"id":"odd"}}"#),
        r#"{"id":"odd","x":1e400,"y":undefined,"z":+1}"#.to_owned(),
    ] {
        assert_eq!(ids(&around(odd.as_bytes())), ["a", "odd", "b"]);
    }
    for odd in ["null", "7", r#""text""#, "[]", "{}", r#"{"id":{"a":1}}"#] {
        assert_eq!(ids(&around(odd.as_bytes())), ["a", "b"]);
    }
}

#[test]
fn what_a_large_record_holds_behind_its_budget_is_left_out_but_for_what_makes_a_bare_one() {
    let member = format!(r#"["{0}","{0}","{0}"]"#, "x".repeat(300 << 10));
    let record = format!(
        r#"{{"source":{{"body":"hello","odd":{member},"late":1}},"b":{member},"c":{member},"name":"late","id":"7","created_at":5}}"#
    );
    let read = read(record.as_bytes()).unwrap();
    assert_eq!(read["source"]["body"], "hello");
    assert_eq!((&read["id"], &read["created_at"]), (&json!("7"), &json!(5)));
    assert_eq!(read["name"], Value::Null);
    assert!(read.to_string().len() < 2 << 20);
}

#[test]
fn nothing_may_be_missing_outside_of_records() {
    let junk = "1,".repeat(100_000);
    let body = format!(r#"{{"data":[],"junk":[{junk}0],"pages":{{"next":{{"starting_after":"W"}}}}}}"#);
    assert!(
        list(body.as_bytes(), &["data"], |_| Some(())).is_none(),
        "the cursor could be what was left out"
    );
}

#[test]
fn a_record_that_cannot_be_read_has_the_same_mark_every_time() {
    let marks = |body: &str| list(body.as_bytes(), &["data"], |_| None::<()>).unwrap().unreadable;
    let two = marks(r#"{"data":[null,null]}"#);
    assert_eq!(two.len(), 2);
    assert_ne!(two[0], two[1]);
    assert_eq!(marks(r#"{"data":[{"name":"x"}, null, null]}"#).len(), 3);
    assert!(
        marks(r#"{"data":[{"name":"x"}, null, null]}"#).iter().filter(|mark| two.contains(mark)).count() == 2
    );
}

#[test]
fn an_answer_that_is_a_list_itself_is_one() {
    assert_eq!(ids(br#"[{"id":"a"},{"id":"b","data":[{"id":"no"}]}]"#), ["a", "b"]);
    let none = list(br#"{"data":null,"more":{"data":[1]}}"#, &["data"], |_| Some(())).unwrap();
    assert!(none.records.is_none());
}

proptest! {
    #[test]
    fn sound_json_is_read_as_serde_json_reads_it(value in sound(), size in 1_usize..40) {
        let body = value.to_string();
        let mut reading = Reading::new(Shape::Record, |_| None::<()>);
        body.as_bytes().chunks(size).for_each(|part| reading.push(part));
        let read = reading.finish().map(|listed| listed.rest);
        prop_assert_eq!(read, serde_json::from_str::<Value>(&body).ok());
    }

    #[test]
    fn records_are_those_of_serde_json(records in prop::collection::vec(sound(), 0..6), size in 1_usize..40) {
        let body = json!({"a": 1, "data": records, "z": {"data": [1]}}).to_string();
        let mut reading = Reading::new(Shape::ListOf(&["data"]), |record| Some(record.clone()));
        body.as_bytes().chunks(size).for_each(|part| reading.push(part));
        let listed = reading.finish().unwrap();
        let whole: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(listed.records.map(Value::from), Some(whole["data"].clone()));
        prop_assert_eq!(&listed.rest["z"], &whole["z"]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(body in any::<Vec<u8>>(), text in r#"[\[\]{}:,"\\ud8c0-9eé ]{0,60}"#) {
        let _ = read(&body);
        let whole = read(text.as_bytes());
        let mut reading = Reading::new(Shape::Record, |_| None::<()>);
        text.as_bytes().chunks(1).for_each(|part| reading.push(part));
        prop_assert_eq!(whole, reading.finish().map(|listed| listed.rest));
    }

    #[test]
    fn what_serde_json_reads_is_read(text in r#"[\[\]{}:,"1e. ntrul]{0,30}"#) {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(read(text.as_bytes()), Some(value));
        }
    }
}

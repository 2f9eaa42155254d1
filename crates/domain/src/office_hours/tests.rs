use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const FRIDAY: (i16, i8, i8) = (2026, 11, 27);

fn at(zone: &str, text: &str) -> Timestamp {
    let moment: jiff::civil::DateTime = text.parse().expect("a date and a time");
    Timestamp(moment.in_tz(zone).expect("a zone").timestamp().as_second())
}

fn hours(start: u32, end: u32) -> Minutes {
    Minutes { start: start * 60, end: end * 60 }
}

fn on(day: u32, start: u32, end: u32) -> Minutes {
    hours(day * 24 + start, day * 24 + end)
}

fn open(zone: &str, week: &[Minutes], exceptions: Vec<Exception>) -> OpenTime {
    OpenTime::Scheduled(Box::new(Schedule::new(zone, week, exceptions).expect("a zone")))
}

fn office(zone: &str) -> OpenTime {
    open(zone, &[0, 1, 2, 3, 4].map(|day| on(day, 9, 17)), Vec::new())
}

fn every_day(start: u32, end: u32) -> Vec<Minutes> {
    (0..7).map(|day| on(day, start, end)).collect()
}

/// When so many minutes are over, by the clock of the zone.
fn over(open: &OpenTime, zone: &str, from: &str, minutes: i64) -> String {
    let moment = open.over(at(zone, from), minutes * 60).expect("it opens");
    let moment = jiff::Timestamp::from_second(moment.0).expect("a moment");
    moment.in_tz(zone).expect("a zone").strftime("%a %F %R").to_string()
}

#[test]
fn an_hour_of_friday_evening_is_over_on_monday_morning() {
    for zone in ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"] {
        let office = office(zone);
        assert_eq!(over(&office, zone, "2026-11-27T16:30", 60), "Mon 2026-11-30 09:30");
        assert_eq!(over(&office, zone, "2026-11-27T16:30", 30), "Fri 2026-11-27 17:00");
        assert_eq!(over(&office, zone, "2026-11-28T03:00", 15), "Mon 2026-11-30 09:15");
        assert_eq!(over(&office, zone, "2026-11-26T08:00", 9 * 60), "Fri 2026-11-27 10:00");
    }
}

#[test]
fn nights_in_which_the_clock_is_set_count_what_they_really_have() {
    let berlin = open("Europe/Berlin", &every_day(0, 24), Vec::new());
    assert_eq!(over(&berlin, "Europe/Berlin", "2026-03-29T00:00", 3 * 60), "Sun 2026-03-29 04:00");
    assert_eq!(over(&berlin, "Europe/Berlin", "2026-10-25T00:00", 4 * 60), "Sun 2026-10-25 03:00");
    let night = open("Europe/Berlin", &every_day(1, 4), Vec::new());
    let length = |from, to| night.open_seconds(at("Europe/Berlin", from), at("Europe/Berlin", to)) / 3600;
    assert_eq!(length("2026-03-28T12:00", "2026-03-29T12:00"), 2);
    assert_eq!(length("2026-10-24T12:00", "2026-10-25T12:00"), 4);
    let half = open("Australia/Lord_Howe", &every_day(0, 24), Vec::new());
    assert_eq!(over(&half, "Australia/Lord_Howe", "2026-10-04T00:00", 4 * 60), "Sun 2026-10-04 04:30");
    let midnight = open("America/Santiago", &every_day(0, 2), Vec::new());
    assert_eq!(over(&midnight, "America/Santiago", "2026-09-05T23:00", 30), "Sun 2026-09-06 01:30");
}

#[test]
fn hours_go_on_over_midnight_and_over_the_end_of_the_week() {
    let late = open("Europe/London", &[on(4, 22, 26), on(6, 23, 25)], Vec::new());
    assert_eq!(over(&late, "Europe/London", "2026-11-27T23:30", 60), "Sat 2026-11-28 00:30");
    assert_eq!(over(&late, "Europe/London", "2026-11-27T23:30", 3 * 60), "Sun 2026-11-29 23:30");
    assert_eq!(over(&late, "Europe/London", "2026-11-29T22:00", 90), "Mon 2026-11-30 00:30");
}

#[test]
fn a_day_that_differs_differs_as_a_whole() {
    let (year, month, day) = FRIDAY;
    let closed = Exception { date: date(year, month, day), repeats: Repeats::Never, open: Vec::new() };
    let short = Exception { open: vec![hours(10, 11)], ..closed.clone() };
    let yearly = Exception { date: date(2020, month, day), repeats: Repeats::Yearly, open: Vec::new() };
    let weekdays = [0, 1, 2, 3, 4].map(|day| on(day, 9, 17));
    let with = |exception: Exception| open("Europe/Berlin", &weekdays, vec![exception]);
    let ends = |open: OpenTime| over(&open, "Europe/Berlin", "2026-11-26T16:30", 60);
    assert_eq!(ends(with(closed)), "Mon 2026-11-30 09:30");
    assert_eq!(ends(with(yearly)), "Mon 2026-11-30 09:30");
    assert_eq!(ends(with(short)), "Fri 2026-11-27 10:30");
}

#[test]
fn a_day_that_a_country_left_out_is_no_time() {
    let apia = open("Pacific/Apia", &every_day(9, 17), Vec::new());
    assert_eq!(over(&apia, "Pacific/Apia", "2011-12-29T16:30", 60), "Sat 2011-12-31 09:30");
}

#[test]
fn whoever_never_opens_lets_nobody_wait() {
    assert_eq!(open("Europe/Berlin", &[], Vec::new()).over(Timestamp(1_700_000_000), 60), None);
}

#[test]
fn a_zone_that_nobody_knows_is_no_schedule() {
    assert_eq!(Schedule::new("Europe/Atlantis", &[], Vec::new()), None);
}

#[test]
fn without_office_hours_every_second_counts() {
    let always = OpenTime::RoundTheClock;
    assert_eq!(always.open_seconds(Timestamp(5), Timestamp(65)), 60);
    assert_eq!(always.over(Timestamp(5), 60), Some(Timestamp(65)));
    assert_eq!(always.open_seconds(Timestamp(65), Timestamp(5)), 0);
}

/// Minute by minute, by what the clock on the wall shows. Hours that begin or end where the clock is set are left out:
/// there a length of hours is no number of minutes on the clock.
fn counted(zone: &str, week: &[Minutes], from: Timestamp, minutes: i64) -> i64 {
    let is_open = |moment: &i64| {
        let clock = jiff::Timestamp::from_second(*moment).expect("a moment").in_tz(zone).expect("a zone");
        let day = u32::try_from(clock.weekday().to_monday_zero_offset()).expect("a day of the week");
        let of_day =
            u32::try_from(i64::from(clock.hour()) * 60 + i64::from(clock.minute())).expect("a minute");
        let of_week = day * DAY + of_day;
        let lies_in = |open: &Minutes, minute| (open.start..open.end).contains(&minute);
        week.iter().any(|open| lies_in(open, of_week) || lies_in(open, of_week + WEEK))
    };
    let moments = (0..minutes).map(|minute| from.0 + minute * 60);
    i64::try_from(moments.filter(is_open).count()).expect("a count")
}

prop_compose! {
    fn any_hours()(day in 0..7_u32, start in 5..24_u32, length in 1..12_u32) -> Minutes {
        let end = start + length;
        // Not at an hour at which a zone sets its clocks.
        on(day, start, if (25..29).contains(&end) { 24 } else { end })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_open_is_what_the_clock_on_the_wall_says(
        zone in proptest::sample::select(vec!["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
        week in proptest::collection::vec(any_hours(), 0..6),
        day in 0..400_i64,
        minute in 0..1440_i64,
        minutes in 0..6_000_i64,
    ) {
        let from = at(zone, "2026-01-01T00:00").plus((day * 1440 + minute) * 60);
        let to = from.plus(minutes * 60);
        let open = open(zone, &week, Vec::new());
        let seconds = open.open_seconds(from, to);
        prop_assert_eq!(seconds / 60, counted(zone, &week, from, minutes));
        if seconds > 0 {
            let over = open.over(from, seconds).expect("it opened");
            prop_assert_eq!(open.open_seconds(from, over), seconds);
            prop_assert!(over <= to);
            let start = open.earliest_start(to, seconds);
            prop_assert!(open.open_seconds(start, to) >= seconds);
        }
    }
}

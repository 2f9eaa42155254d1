//! When the workspace is open, and who works there.

use super::{described::has_only, *};

#[tokio::test]
async fn a_workspace_tells_its_hours_and_the_days_that_differ() {
    let asker = Asker::start().await;
    assert_eq!(asker.get("/office_hours_schedules").await.1["data"], json!([]));
    let mut hours = OfficeHours::weekdays("Europe/Berlin", 9, 17).closed_on("2024-12-25");
    let eve = OfficeHoursException {
        date: "2024-12-24".to_owned(),
        name: Some("Christmas Eve".to_owned()),
        open: vec![Minutes::of_hours(9, 13)],
        recurring_annually: true,
    };
    hours.exceptions.push(eve);
    asker.intercom.workspace().set_office_hours(&[hours]);
    let (_, all) = asker.get("/office_hours_schedules").await;
    let schedule = &all["data"][0];
    has_only(schedule, "type id name time_zone_name time_intervals twenty_four_seven created_at updated_at");
    assert_eq!(
        schedule["time_intervals"][1],
        json!({"start_minute": 1980, "end_minute": 2460, "day_of_week": 1})
    );
    let path = format!("/office_hours_schedules/{}", schedule["id"].as_str().unwrap());
    assert_eq!(asker.get(&path).await.1, *schedule);
    let (_, days) = asker.get(&format!("{path}/office_hours_exceptions")).await;
    let days = days["data"].as_array().unwrap();
    assert_eq!((&days[0]["exception_type"], &days[0]["time_intervals"]), (&json!("closed"), &Value::Null));
    assert_eq!(
        days[1]["time_intervals"],
        json!([{"start_minute": 540, "end_minute": 780, "day_of_week": 1}])
    );
    assert_eq!(asker.get("/office_hours_schedules/7").await.0, 404);
}

#[tokio::test]
async fn a_team_tells_who_is_in_it_and_a_teammate_whether_they_may_answer() {
    let asker = Asker::start().await;
    let workspace = asker.intercom.workspace();
    let (grace, team) =
        (workspace.add_admin("Grace", "grace@sandbox.example"), workspace.add_team("Support"));
    workspace.join_team(grace, team);
    workspace.take_inbox_seat(grace);
    let (_, admins) = asker.get("/admins").await;
    assert_eq!(admins["admins"][0]["has_inbox_seat"], true);
    assert_eq!(
        (&admins["admins"][1]["has_inbox_seat"], &admins["admins"][1]["team_ids"]),
        (&json!(false), &json!([team.0]))
    );
    assert_eq!(asker.get("/teams").await.1["teams"][0]["admin_ids"], json!([grace.0]));
}

//! Nobody can take everything: people who flood, exports and polls beside each other.

use super::*;

/// With one call a minute everybody is served within this.
const LONG: Duration = Duration::from_hours(12);
/// How long a call takes.
const CALL: Duration = Duration::from_millis(90);
/// How much later polls may come because somebody floods.
const LATER: Duration = Duration::from_secs(5);

fn typing(member: u64) -> Caller {
    Caller::person(GuildId(1), MemberId(member), Purpose::Suggestion)
}

fn commanding(member: u64) -> Caller {
    Caller::person(GuildId(1), MemberId(member), Purpose::Asked)
}

fn looking(member: u64) -> Caller {
    Caller::person(GuildId(1), MemberId(member), Purpose::Look)
}

fn ten_people() -> Vec<Caller> {
    (1..=10).map(commanding).collect()
}

/// Makes one call; the answer is what somebody whose call is denied learns.
async fn call(throttle: Arc<Throttle>, caller: Caller) -> Result<(), Denied> {
    let permit = throttle.acquire(caller).await?;
    sleep(CALL).await;
    drop(permit);
    Ok(())
}

/// Polls of two calls every interval, one after the other, for so long; the moments at which each ended.
async fn polls(throttle: Arc<Throttle>, interval: Duration, length: Duration) -> Vec<Instant> {
    let (begun, mut ended) = (Instant::now(), Vec::new());
    while begun.elapsed() < length {
        let next = Instant::now() + interval;
        for _ in 0..2 {
            call(throttle.clone(), Urgency::Poll.into()).await.unwrap();
        }
        ended.push(Instant::now());
        tokio::time::sleep_until(next).await;
    }
    ended
}

/// The longest time that a lead had to wait for a poll to be read.
fn longest_gap(begun: Instant, ended: &[Instant]) -> Duration {
    let from = std::iter::once(&begun).chain(ended);
    from.zip(ended).map(|(one, next)| *next - *one).max().unwrap()
}

/// Three calls a second of each of these people, for so long; how many were made.
async fn flood(throttle: Arc<Throttle>, people: &[Caller], length: Duration) -> usize {
    let (begun, mut calls) = (Instant::now(), JoinSet::new());
    let mut made = 0;
    while begun.elapsed() < length {
        for person in people {
            calls.spawn(call(throttle.clone(), *person));
        }
        sleep(Duration::from_millis(333)).await;
        while let Some(ended) = calls.try_join_next() {
            made += usize::from(ended.unwrap().is_ok());
        }
    }
    made + calls.join_all().await.into_iter().flatten().count()
}

#[tokio::test(start_paused = true)]
async fn whoever_floods_makes_no_lead_more_than_five_seconds_later() {
    let length = Duration::from_secs(200);
    let crowd: Vec<_> = (1..=10).flat_map(|member| [typing(member), commanding(member)]).collect();
    for interval in [1, 2, 5].map(Duration::from_secs) {
        let begun = Instant::now();
        let alone = longest_gap(begun, &polls(Throttle::new(100), interval, length).await);
        for people in [&[typing(1)], crowd.as_slice()] {
            let (throttle, begun) = (Throttle::new(100), Instant::now());
            let (ended, _) = tokio::join!(
                polls(throttle.clone(), interval, length),
                flood(throttle.clone(), people, Duration::from_secs(100)),
            );
            let gap = longest_gap(begun, &ended);
            assert!(gap <= alone + LATER, "{interval:?}, {}: {gap:?}, else {alone:?}", people.len());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_begins_later_delays_polls_that_use_all_they_may_by_five_seconds_at_most() {
    let (throttle, people) = (Throttle::new(100), ten_people());
    let begun = Instant::now();
    let late_flood = async {
        sleep(Duration::from_secs(70)).await;
        flood(throttle.clone(), &people, Duration::from_secs(100)).await
    };
    let polls = polls(throttle.clone(), Duration::from_secs(1), Duration::from_mins(5));
    let (ended, made) = tokio::join!(polls, late_flood);
    assert!(longest_gap(begun, &ended) <= LATER, "{:?}", longest_gap(begun, &ended));
    assert!(made >= 60, "commands got only {made} calls");
}

#[tokio::test(start_paused = true)]
async fn one_person_gets_twenty_calls_a_minute_and_learns_when_there_are_more() {
    let throttle = Throttle::new(100);
    for _ in 0..20 {
        drop(throttle.acquire(commanding(1)).await.unwrap());
    }
    sleep(Duration::from_secs(40)).await;
    let begun = Instant::now();
    let denied = throttle.acquire(commanding(1)).await.err();
    assert_eq!(denied, Some(Denied::PersonsLimit { after: Duration::from_secs(20) }));
    assert_eq!(begun.elapsed(), Duration::ZERO, "nobody waits to hear it");
    assert!(throttle.acquire(commanding(2)).await.is_ok(), "another person has calls of their own");
    sleep(Duration::from_secs(20)).await;
    assert!(throttle.acquire(commanding(1)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn commands_that_one_person_typed_at_once_do_not_all_wait_in_front_of_anothers() {
    let throttle = Throttle::new(1_000);
    throttle.pause(Duration::from_secs(5));
    let mut typed = JoinSet::new();
    for _ in 0..300 {
        typed.spawn(call(throttle.clone(), commanding(1)));
    }
    let made = typed.join_all().await.into_iter().flatten().count();
    assert_eq!(made, 20);
}

#[tokio::test(start_paused = true)]
async fn typing_leaves_calls_for_the_command_that_is_typed() {
    let throttle = Throttle::new(100);
    let made = flood(throttle.clone(), &[typing(1)], Duration::from_secs(30)).await;
    assert_eq!(made, 12);
    for _ in 0..8 {
        drop(throttle.acquire(commanding(1)).await.unwrap());
    }
    assert!(throttle.acquire(commanding(1)).await.is_err());
}

/// How many calls one after the other somebody gets at once.
async fn at_once(throttle: &Arc<Throttle>, person: Caller) -> usize {
    let (begun, mut made) = (Instant::now(), 0);
    while begun.elapsed() == Duration::ZERO && throttle.acquire(person).await.is_ok() {
        made += 1;
    }
    made
}

#[tokio::test(start_paused = true)]
async fn commands_take_at_most_sixty_of_a_hundred_calls_while_there_are_polls() {
    let throttle = Throttle::new(100);
    drop(throttle.acquire(Urgency::Poll).await.unwrap());
    let mut made = flood(throttle.clone(), &ten_people(), Duration::from_secs(30)).await;
    for late in 11..=99 {
        made += at_once(&throttle, commanding(late)).await;
    }
    assert_eq!(made, 60);
    // A minute after the last poll they may take more, and still leave twenty to the next one.
    sleep(Duration::from_secs(100)).await;
    let mut made = flood(throttle.clone(), &ten_people(), Duration::from_secs(30)).await;
    for late in 11..=99 {
        made += at_once(&throttle, commanding(late)).await;
    }
    assert_eq!(made, 80);
}

#[tokio::test(start_paused = true)]
async fn people_who_flood_leave_calls_to_whoever_asks_after_them() {
    // Each of those who flood gets as many as they leave together, at most twenty.
    for (flooding, each, left) in [(1, 20, 20), (2, 20, 10), (4, 12, 6), (10, 5, 2), (50, 1, 1)] {
        let throttle = Throttle::new(100);
        drop(throttle.acquire(Urgency::Poll).await.unwrap());
        let people: Vec<_> = (1..=flooding).map(commanding).collect();
        let made = flood(throttle.clone(), &people, Duration::from_secs(30)).await;
        assert!(made >= people.len() * each, "{flooding} made {made}");
        let late = at_once(&throttle, commanding(99)).await;
        assert!(late >= left, "{flooding} left {late}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_had_their_part_learns_when_they_get_more_though_others_find_room() {
    let throttle = Throttle::new(40);
    for member in [1, 2] {
        let _made = at_once(&throttle, commanding(member)).await;
    }
    let denied = throttle.acquire(commanding(1)).await.err();
    assert_eq!(denied, Some(Denied::PersonsLimit { after: MINUTE }));
    assert!(throttle.acquire(commanding(3)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn whoever_had_the_fewest_calls_goes_before_those_who_waited_longer() {
    let throttle = Throttle::new(100);
    drop(throttle.acquire(commanding(1)).await.unwrap());
    throttle.pause(Duration::from_secs(5));
    let turn = async |member| {
        let permit = throttle.acquire(commanding(member)).await.unwrap();
        tokio::task::yield_now().await;
        drop(permit);
        member
    };
    let order = std::sync::Mutex::new(Vec::new());
    let noted = async |member| {
        let served = turn(member).await;
        order.lock().unwrap().push(served);
    };
    tokio::join!(noted(1), noted(1), noted(2));
    assert_eq!(order.into_inner().unwrap(), [2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn an_export_and_the_walk_over_all_users_slow_no_poll_down() {
    for interval in [2, 5].map(Duration::from_secs) {
        let alone = polls(Throttle::new(100), interval, Duration::from_mins(5)).await.len();
        let throttle = Throttle::new(100);
        let mut walks = JoinSet::new();
        for urgency in [Urgency::Export, Urgency::Background] {
            walks.spawn(caller(throttle.clone(), urgency, 10_000, CALL));
        }
        let begun = Instant::now();
        let ended = polls(throttle, interval, Duration::from_mins(5)).await;
        assert_eq!(ended.len(), alone, "polls every {interval:?}");
        assert!(longest_gap(begun, &ended) < interval + Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn an_export_takes_most_of_the_calls_that_nobody_else_needs() {
    let alone = caller(Throttle::new(100), Urgency::Export, 200, Duration::ZERO).await;
    assert_eq!(most_in_a_minute(&alone), 71);

    let throttle = Throttle::new(100);
    let export = caller(throttle.clone(), Urgency::Export, 100, Duration::ZERO);
    let polls = polls(throttle, Duration::from_secs(2), Duration::from_mins(30));
    let (exported, _) = tokio::join!(export, polls);
    let took = exported[99].0 - exported[0].0;
    assert!(took < Duration::from_mins(15), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_export_goes_behind_the_walk_over_all_users_and_still_goes() {
    let throttle = Throttle::new(100);
    let begun = Instant::now();
    let (walk, export) = tokio::join!(
        caller(throttle.clone(), Urgency::Background, 33, Duration::ZERO),
        caller(throttle.clone(), Urgency::Export, 40, Duration::ZERO),
    );
    assert!(begun.elapsed() < Duration::from_secs(75), "what the walk leaves is the export's");
    let alone = caller(Throttle::new(100), Urgency::Background, 33, Duration::ZERO).await;
    let took = |walk: &[(Instant, Instant)]| walk[32].0 - walk[0].0;
    assert!(took(&walk) <= took(&alone) * 5 / 4 + Duration::from_secs(1), "{:?}", took(&walk));
    assert!(export[0].0 < walk[32].0, "the export is not starved");
}

#[tokio::test(start_paused = true)]
async fn the_smallest_limits_serve_everybody_while_everybody_floods() {
    for limit in [1, 3, 10] {
        let throttle = Throttle::new(limit);
        let mut others = JoinSet::new();
        let flooded = throttle.clone();
        let people: Vec<_> = (1..=3).map(commanding).collect();
        others.spawn(async move {
            let _made = flood(flooded, &people, LONG).await;
        });
        let unhurried = [Urgency::Poll, Urgency::Background, Urgency::Export];
        for urgency in unhurried {
            let throttle = throttle.clone();
            others.spawn(async move { drop(caller(throttle, urgency, 100_000, CALL).await) });
        }
        let served = async {
            for urgency in unhurried {
                drop(throttle.acquire(urgency).await.unwrap());
            }
            // A command gives up after ten seconds; one that is typed again and again is served.
            while throttle.acquire(commanding(99)).await.is_err() {
                sleep(Duration::from_secs(1)).await;
            }
        };
        let served = tokio::time::timeout(LONG, served).await;
        assert!(served.is_ok(), "with {limit} calls a minute");
    }
}

/// Asks again at once whenever a call ends or is denied, for so long; how many were made.
async fn keep_asking(throttle: Arc<Throttle>, caller: Caller, length: Duration) -> usize {
    let (begun, mut made) = (Instant::now(), 0);
    while begun.elapsed() < length {
        match call(throttle.clone(), caller).await {
            Ok(()) => made += 1,
            Err(_) => sleep(Duration::from_secs(1)).await,
        }
    }
    made
}

#[tokio::test(start_paused = true)]
async fn a_crowded_server_leaves_another_one_of_the_workspace_half_of_what_commands_may() {
    let throttle = Throttle::new(100);
    let mut crowd = JoinSet::new();
    for member in 1..=20 {
        crowd.spawn(keep_asking(throttle.clone(), commanding(member), Duration::from_mins(5)));
    }
    sleep(Duration::from_mins(2)).await;
    let mut few = JoinSet::new();
    for member in 101..=104 {
        let caller = Caller::person(GuildId(2), MemberId(member), Purpose::Asked);
        few.spawn(keep_asking(throttle.clone(), caller, Duration::from_mins(3)));
    }
    let theirs: usize = few.join_all().await.into_iter().sum();
    let others: usize = crowd.join_all().await.into_iter().sum();
    assert!(theirs >= 3 * 25, "the few got {theirs} calls in three minutes, the crowd {others} in five");
    assert!(others > theirs, "what the few leave is the crowd's: {others}");
}

#[tokio::test(start_paused = true)]
async fn what_is_looked_at_afterwards_is_none_of_a_persons_calls_and_leaves_others_as_much() {
    let throttle = Throttle::new(100);
    for _ in 0..10 {
        for caller in [commanding(1), commanding(1), looking(1)] {
            call(throttle.clone(), caller).await.expect("ten things can be done in a minute");
        }
    }
    let refused = call(throttle.clone(), commanding(1)).await;
    assert!(matches!(refused, Err(Denied::PersonsLimit { .. })), "{refused:?}");
    let mut others = 0;
    while call(throttle.clone(), commanding(2)).await.is_ok() {
        others += 1;
    }
    assert_eq!(others, 20, "another person has all of theirs");
}

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

const MAX_AGE: Duration = Duration::from_mins(10);

/// A count that Discord would answer so, and how often it was asked.
async fn count(counted: &Counted<u64>, asked: &AtomicU64, answer: Option<u64>) -> Option<u64> {
    let ask = async {
        asked.fetch_add(1, Ordering::Relaxed);
        answer
    };
    counted.get(|_, age| age <= MAX_AGE, ask).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_holds_as_long_as_the_caller_says_and_then_it_is_asked_again() {
    let (counted, asked) = (Counted::default(), AtomicU64::new(0));
    assert_eq!(count(&counted, &asked, Some(40)).await, Some(40));
    tokio::time::advance(MAX_AGE).await;
    assert_eq!(count(&counted, &asked, Some(60)).await, Some(40));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(count(&counted, &asked, Some(60)).await, Some(60));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn where_asking_fails_the_last_answer_holds_for_a_day() {
    let (counted, asked) = (Counted::default(), AtomicU64::new(0));
    assert_eq!(count(&counted, &asked, Some(40)).await, Some(40));
    tokio::time::advance(GOOD_FOR.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(count(&counted, &asked, None).await, Some(40));
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(count(&counted, &asked, None).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_question_in_vain_is_not_repeated_for_a_while() {
    let (counted, asked) = (Counted::default(), AtomicU64::new(0));
    for _ in 0..5 {
        assert_eq!(count(&counted, &asked, None).await, None);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    tokio::time::advance(ASK_AGAIN_AFTER).await;
    assert_eq!(count(&counted, &asked, Some(40)).await, Some(40));
}

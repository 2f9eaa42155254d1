use super::*;
use crate::channel::ChannelKind;
use crate::ids::{MemberId, RoleId};
use crate::port::channels::MockChannels;
use crate::port::store::{ChangeOutcome, MockAccessLists};
use crate::service::fixture::home;

const GENERAL: ChannelId = ChannelId(22);
const MARK: MemberId = MemberId(9);

/// A channel that everyone can read, in a server of so many members.
fn channels(members: Option<u64>) -> MockChannels {
    let mut channels = MockChannels::new();
    channels.expect_view().returning(|guild, id| {
        let (name, kind, audience) = ("general".to_owned(), ChannelKind::Text, Audience::Everyone);
        Ok(ChannelView { id, guild, name, kind, audience, lacking: None })
    });
    channels.expect_headcount().returning(move |_, _| Headcount { members, ..Headcount::default() });
    channels
}

fn said(everybody: Option<Everybody>) -> Access {
    let team = everybody.map(|everybody| TeamAnswer { everybody, by: MARK, at: Timestamp(1) });
    Access { team, ..Access::default() }
}

fn said_by(everybody: Option<Everybody>) -> MockAccessLists {
    let mut lists = MockAccessLists::new();
    lists.expect_access().returning(move |_| Ok(said(everybody)));
    lists
}

async fn audience(channels: &MockChannels, lists: &MockAccessLists) -> Audience {
    view(channels, lists, &home(), GENERAL).await.expect("the channel is there").audience
}

#[tokio::test]
async fn everyone_is_a_crowd_unless_somebody_said_that_they_are_the_team() {
    for everybody in [None, Some(Everybody::IsNotTheTeam), Some(Everybody::Outgrown)] {
        assert_eq!(audience(&channels(Some(12)), &said_by(everybody)).await, Audience::Everyone);
    }
    let lists = said_by(Some(Everybody::IsTheTeam));
    assert_eq!(audience(&channels(Some(50)), &lists).await, Audience::Some);
}

#[tokio::test]
async fn a_server_that_outgrows_a_team_is_noted() {
    let mut lists = said_by(Some(Everybody::IsTheTeam));
    let noted = |_: &Home, access: &Access| *access == said(Some(Everybody::Outgrown));
    lists
        .expect_change_access()
        .once()
        .withf(move |home, access, _| noted(home, access))
        .returning(|_, _, _| Ok(ChangeOutcome::Changed));
    assert_eq!(audience(&channels(Some(51)), &lists).await, Audience::Everyone);
}

#[tokio::test]
async fn a_server_whose_size_is_not_known_is_no_team_and_no_answer_is_forgotten_for_it() {
    let lists = said_by(Some(Everybody::IsTheTeam));
    assert_eq!(audience(&channels(None), &lists).await, Audience::Everyone);
}

#[test]
fn a_small_server_is_asked_once_and_again_after_it_had_outgrown_a_team() {
    let small = Headcount { members: Some(50), ..Headcount::default() };
    assert!(must_ask_who_everybody_is(&said(None), &small));
    assert!(must_ask_who_everybody_is(&said(Some(Everybody::Outgrown)), &small));
    assert!(!must_ask_who_everybody_is(&said(Some(Everybody::IsTheTeam)), &small));
    assert!(!must_ask_who_everybody_is(&said(Some(Everybody::IsNotTheTeam)), &small));
    let large = Headcount { members: Some(3), roles: [(RoleId(1), 51)].into() };
    assert!(!must_ask_who_everybody_is(&said(None), &large));
}

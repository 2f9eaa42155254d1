//! What every store must promise: one suite, which the crate of another store runs with the feature `contract`.
//!
//! For each name in [`CASES`], make an empty store with a [`TestClock`] and [`Chance`], put it into a [`Fixture`], and let
//! it go through [`check`]. This crate does so for its engines.

#![allow(clippy::unwrap_used, reason = "the suite is a test, wherever it is run from")]

mod audit;
mod connections;
mod delivery;
mod edits;
#[cfg(test)]
mod engines;
mod erasure;
mod fixture;
mod inbox;
mod journal;
#[cfg(test)]
mod model;
mod prune;
mod settings;
mod short_lived;

use deskbell_domain::port::store::Store;

#[cfg(test)]
pub(crate) use self::engines::{Fixture as KvFixture, keyring, on_memory, on_sealed, on_sled, run, run_with};
pub use self::fixture::{Chance, Fixture, START, TestClock};
pub(crate) use self::fixture::{DAY_MS, batch, contact, lead, of_a_company, settlement, snapshot, user};
#[cfg(test)]
pub(crate) use self::model::{Step, perform, steps};

/// Makes of the named cases of each module the list of their names, the way into each, and this crate's tests.
macro_rules! cases {
    ($($module:ident: $($case:ident)+;)+) => {
        /// The name of each case.
        pub const CASES: &[&str] = &[$($(concat!(stringify!($module), "::", stringify!($case)),)+)+];

        /// Lets a store go through a case.
        ///
        /// # Panics
        /// Panics where the store does not keep the promise, or where there is no such case.
        pub async fn check<S: Store>(case: &str, fixture: Fixture<S>) {
            match case {
                $($(
                    concat!(stringify!($module), "::", stringify!($case)) => {
                        Box::pin($module::$case(fixture)).await;
                    }
                )+)+
                unknown => panic!("there is no case {unknown}"),
            }
        }

        #[cfg(test)]
        mod on_memory {
            $($(
                #[tokio::test(start_paused = true)]
                async fn $case() {
                    super::on_memory(super::$module::$case).await;
                }
            )+)+
        }

        #[cfg(test)]
        mod on_sealed {
            $($(
                #[tokio::test(start_paused = true)]
                async fn $case() {
                    super::on_sealed(super::$module::$case).await;
                }
            )+)+
        }

        #[cfg(test)]
        mod on_sled {
            $($(
                #[tokio::test(start_paused = true)]
                async fn $case() {
                    super::on_sled(super::$module::$case).await;
                }
            )+)+
        }
    };
}

cases! {
    journal:
        events_are_numbered_from_one_in_their_order
        an_event_that_was_seen_is_passed_over
        an_event_is_found_by_its_id_as_long_as_it_is_kept
        an_event_that_stands_twice_in_one_append_is_journaled_once
        a_repeated_append_changes_nothing
        a_stream_that_another_walk_moved_is_a_conflict_and_nothing_is_written
        a_repeated_last_write_of_a_walk_is_no_conflict
        a_stream_that_was_left_can_be_taken_up_again
        a_snapshot_never_goes_back
        the_walk_over_all_users_keeps_what_a_poll_saw
        snapshots_of_an_earlier_epoch_are_absent
        a_baseline_never_goes_back
        the_newest_time_of_each_kind_is_known
        an_actor_is_forgotten_with_the_event_that_names_them_or_after_a_day
        what_is_learnt_of_an_entry_stands_in_it_from_then_on
        an_entry_can_be_read_as_it_was_before_something_was_learnt
        what_is_to_be_learnt_is_told_until_it_is_done
        workspaces_do_not_see_each_other;
    delivery:
        only_events_after_the_floor_and_the_head_wait
        that_a_lead_was_identified_waits_where_it_was_posted_before
        a_batch_begins_only_where_the_expected_one_stands
        a_batch_that_was_settled_cannot_begin_again
        a_batch_of_events_that_are_not_journaled_cannot_begin
        posting_moves_the_cursor_counts_and_is_found_by_contact
        a_repeated_settlement_counts_once
        a_dead_event_becomes_a_dead_letter_and_the_rest_goes_on
        a_dead_letter_can_be_tried_again_or_dropped
        a_dead_letter_that_dies_again_stays_with_its_new_reason
        a_cursor_never_goes_back_and_stays_while_a_batch_is_in_flight
        the_last_five_own_messages_are_known
        the_last_call_is_known_by_channel_and_whom_it_was_to
        counters_of_the_last_35_days_are_kept;
    edits:
        a_message_is_to_be_edited_once_something_is_learnt_of_what_it_shows
        what_is_learnt_while_a_message_is_on_its_way_wants_its_edit
        an_edit_that_is_wanted_anew_stays_wanted
        a_message_that_is_gone_is_edited_no_more
        a_message_is_edited_for_seven_days
        how_a_conversation_stands_is_replaced_by_how_it_stands_later
        a_conversation_that_moves_for_years_keeps_a_short_row
        each_event_counts_once_in_its_hour
        counts_are_kept_for_400_days;
    inbox:
        a_record_that_is_told_of_is_there_until_it_was_looked_at
        what_is_told_during_a_look_is_looked_at_again
        up_to_where_a_conversation_was_read_is_known_as_long_as_a_walk_could_find_it
        workspaces_have_inboxes_of_their_own;
    settings:
        a_subscription_starts_at_the_head
        the_same_subscription_twice_is_already_there
        each_step_of_a_wait_is_a_subscription_with_events_of_its_own
        a_subscription_to_another_step_takes_what_comes_from_then_on_and_never_that_of_another
        ids_ascend_and_are_never_given_again
        ids_of_two_workspaces_in_a_server_differ
        a_removed_subscription_leaves_nothing_behind
        nothing_of_a_notification_stays_after_its_server_moved
        a_change_names_the_version_it_was_made_from
        what_a_subscription_was_made_with_cannot_be_changed
        an_access_list_is_changed_by_version
        what_was_journaled_since_it_was_asked_for_is_for_it
        the_hash_of_the_commands_is_remembered;
    connections:
        a_connection_is_changed_by_version
        two_managers_at_once_make_one_connection
        a_server_that_moves_to_another_workspace_has_one_connection
        a_server_that_was_disconnected_leaves_nothing_of_it_behind
        what_another_server_sees_of_the_workspace_stays
        a_server_that_moved_keeps_no_notification_of_a_journal_that_is_gone
        nobody_connects_while_something_is_left_to_be_erased
        cards_that_are_to_go_are_remembered_when_all_else_is_erased
        cards_of_a_workspace_that_the_server_had_before_go_with_the_others
        what_is_left_of_servers_and_workspaces_is_found_and_erased
        when_the_bot_left_a_server_is_remembered_until_it_is_back;
    audit:
        what_is_done_is_written_down_once_by_the_write_that_does_it
        a_connection_and_an_access_list_are_changed_by_somebody
        what_begins_is_ended_once_or_nobody_knows
        whom_an_entry_is_about_is_forgotten_and_the_chain_holds
        a_chain_outlives_a_disconnection_without_saying_whom_it_is_about
        old_entries_go_and_a_checkpoint_stays
        more_entries_than_go_at_once_go_one_piece_after_the_other
        where_the_head_is_posted_is_remembered;
    erasure:
        what_is_kept_of_a_person_is_told_whole
        whoever_is_erased_leaves_no_trace_and_others_stay
        whoever_was_erased_is_seen_silently_until_it_is_taken_back
        a_lead_that_was_taken_back_can_become_a_user
        what_is_on_its_way_is_settled_first
        what_a_channel_on_hold_did_not_take_is_never_posted
        what_waited_or_could_not_be_posted_is_dropped_and_counted
        a_server_without_the_right_erases_what_it_has_itself
        nothing_edits_back_whoever_was_left_out_of_a_message
        a_card_that_somebody_shared_goes_with_its_contact
        another_server_can_have_its_messages_deleted_later
        many_entries_of_one_person_go_in_pieces;
    short_lived:
        a_kept_text_is_there_until_its_time
        a_text_is_found_only_under_its_own_key
        a_text_that_is_forgotten_is_gone_before_its_time
        a_text_is_taken_once
        words_on_their_way_are_found_whosever_they_are
        expired_texts_go_whosever_they_are;
    prune:
        old_entries_go_with_their_seen_keys
        what_was_learnt_of_an_entry_goes_with_it
        an_entry_that_an_active_subscription_waits_for_stays
        an_entry_in_flight_stays_even_on_hold
        what_waited_for_a_subscription_on_hold_goes_and_is_counted
        an_entry_that_must_stay_does_not_hold_up_the_rest
        a_seen_key_that_a_walk_could_need_outlives_its_entry
        another_id_of_an_event_is_seen_as_long_as_one_of_its_time
        snapshots_of_the_present_epoch_stay
        an_actor_goes_after_a_day
        pruning_a_workspace_leaves_short_lived_texts_alone
        a_clock_that_was_wrong_once_does_not_stop_pruning
        a_dead_letter_that_is_too_old_goes_and_is_counted
        a_dead_letter_that_is_just_being_posted_again_stays
        a_dead_letter_that_a_wrong_clock_dated_goes_in_its_time
        the_ids_of_messages_go_when_they_are_too_old;
}

#[cfg(test)]
#[tokio::test(start_paused = true)]
async fn every_case_is_found_by_its_name() {
    for case in CASES {
        on_memory(async |fixture| check(case, fixture).await).await;
    }
}

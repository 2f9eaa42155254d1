//! The names that Intercom's own description of version 2.16 gives to the fields of what is answered here.

use std::collections::BTreeSet;

use super::*;

const CONVERSATION: &str = "type id title created_at updated_at waiting_since snoozed_until open state read priority \
    admin_assignee_id team_assignee_id company tags conversation_rating source contacts teammates custom_attributes \
    first_contact_reply sla_applied statistics conversation_parts linked_objects ai_agent_participated ai_agent \
    sales_agent_participated sales_agent channel external_references monitor_evaluations scorecards ticket topics";
const PART: &str = "type id part_type body created_at updated_at notified_at assigned_to author attachments \
    external_id redacted email_message_metadata metadata state tags event_details app_package_code";
const AUTHOR: &str = "type id name email from_ai_agent is_ai_answer";
const STATISTICS: &str = "type time_to_assignment time_to_admin_reply time_to_first_close time_to_last_close \
    median_time_to_reply first_contact_reply_at first_assignment_at first_admin_reply_at first_close_at \
    last_assignment_at last_assignment_admin_reply_at last_contact_reply_at last_admin_reply_at last_close_at \
    last_closed_by_id count_reopens count_assignments count_conversation_parts";
const RATING: &str = "rating remark created_at updated_at contact teammate";
const AI_AGENT: &str = "source_type source_title last_answer_type resolution_state rating rating_remark created_at \
    updated_at content_sources";
const ATTACHMENT: &str = "type name url content_type filesize width height";

/// Fails where a record has a field that the description does not name.
pub(super) fn has_only(record: &Value, described: &str) {
    let described: BTreeSet<_> = described.split_whitespace().collect();
    let unknown: Vec<_> =
        record.as_object().unwrap().keys().filter(|field| !described.contains(field.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?} in {record}");
}

/// Fails where a conversation, or anything in it, has a field that the description does not name.
pub(super) fn is_a_conversation(record: &Value) {
    has_only(record, CONVERSATION);
    for (field, described) in
        [("statistics", STATISTICS), ("conversation_rating", RATING), ("ai_agent", AI_AGENT)]
    {
        if !record[field].is_null() {
            has_only(&record[field], described);
        }
    }
    for part in record["conversation_parts"]["conversation_parts"].as_array().into_iter().flatten() {
        has_only(part, PART);
        has_only(&part["author"], AUTHOR);
        for attachment in part["attachments"].as_array().unwrap() {
            has_only(attachment, ATTACHMENT);
        }
    }
}

-- :SUBSCRIPTIONS
select id, body from subscription where workspace = $1 order by id
-- :PROGRESS
select * from progress where workspace = $1 order by id for update
-- :OLDEST
select number, told_by, threshold, at, compared_at, appended_at from entry
where workspace = $1 and number > $2
order by number
limit $3
-- :TAKE_OUT
delete from entry where workspace = $1 and number = any($2)
-- :TAKE_OUT_LEARNT
delete from amendment where workspace = $1 and number = any($2)
-- :SEEN_OF
select event_id, kind, at from seen where workspace = $1 and number = any($2) and not outlives
-- :FORGET_SEEN
delete from seen where workspace = $1 and event_id = any($2)
-- :OUTLIVE
update seen set outlives = true where workspace = $1 and event_id = any($2)
-- :LEFT_OVER
select event_id, kind, at from seen where workspace = $1 and outlives order by at limit $2
-- :OLD_SNAPSHOTS
delete from snapshot where workspace = $1 and (epoch, contact) in (
    select epoch, contact from snapshot where workspace = $1 and epoch < $2 order by epoch, contact limit $3
)
returning contact
-- :OLD_ACTORS
delete from actor where workspace = $1 and since <= $2
-- :OLD_READINGS
delete from reading where workspace = $1 and conversation in (
    select conversation from reading where workspace = $1 and up_to < $2 order by conversation limit $3
)
returning conversation
-- :OLD_LETTERS
select guild, id, subscription, since, at from dead_letter
where workspace = $1 and (since <= $2 or since > $3)
order by guild, id
limit $4
-- :FORGET_LETTERS
delete from dead_letter where workspace = $1 and guild = $2 and id = $3
-- :OLD_MESSAGES
delete from posted where workspace = $1 and (contact, message, channel, event_id) in (
    select contact, message, channel, event_id from posted where workspace = $1 and message < $2
    order by message
    limit $3
)
returning message
-- :OLD_SHAPES
select message from shape where workspace = $1 and message < $2 order by message limit $3
-- :FORGET_SHAPES
delete from shape where workspace = $1 and message = any($2)
-- :FORGET_SHOWING
delete from showing where workspace = $1 and message = any($2)
-- :OLD_ROLL_UPS
delete from roll_up where workspace = $1 and day < $2
-- :UNREADABLE_SINCE
update workspace set unreadable_since = $2 where workspace = $1

-- :EVENTS
select number, event from entry where workspace = $1 and number > $2 order by number limit $3
-- :SNAPSHOTS
select epoch, body from snapshot where workspace = $1 and contact = $2 order by epoch
-- :ALL_LETTERS
select guild, id, body from dead_letter where workspace = $1 order by guild, id
-- :ACTOR
select body from actor where workspace = $1 and contact = $2
-- :HINT
select times from hint where workspace = $1 and kind = 'contact' and id = $2
-- :POSTED_ABOUT
select contact, message, channel, event_id, guild from posted where workspace = $1 and contact = any($2)
order by contact, message, channel, event_id
-- :POSTED_WITH
select contact, message, channel, event_id, guild from posted
where workspace = $1 and message = any($2) and contact <> $3
order by message
-- :ERASED_SINCE
select since from erased where workspace = $1 and digest = $2
-- :ERASE
insert into erased (workspace, digest, since) values ($1, $2, $3) on conflict (workspace, digest) do nothing
-- :UNERASE
delete from erased where workspace = $1 and digest = $2 returning digest
-- :SEE_HIDDEN
insert into seen_hidden (workspace, digest) select $1, new.* from unnest($2::text[]) as new
on conflict (workspace, digest) do nothing
-- :FORGET_SEEN_HIDDEN
delete from seen_hidden where workspace = $1 and digest = $2
-- :UNFINISHED
select body from unfinished_erasure where workspace = $1 and contact = $2
-- :ALL_UNFINISHED
select contact from unfinished_erasure where workspace = $1 order by contact
-- :BEGIN_ERASURE
insert into unfinished_erasure (workspace, contact, body) values ($1, $2, $3)
on conflict (workspace, contact) do update set body = excluded.body
-- :END_ERASURE
delete from unfinished_erasure where workspace = $1 and contact = $2
-- :FORGET_SEEN
delete from seen where workspace = $1 and event_id = any($2) returning event_id
-- :SEEN_CHANGES
select event_id from seen where workspace = $1 and left(event_id, length($2)) = $2
-- :TAKE_OUT
delete from entry where workspace = $1 and number = any($2)
-- :TAKE_OUT_LEARNT
delete from amendment where workspace = $1 and number = any($2)
-- :FORGET_SNAPSHOTS
delete from snapshot where workspace = $1 and contact = $2
-- :FORGET_ACTOR
delete from actor where workspace = $1 and contact = $2
-- :FORGET_HINT
delete from hint where workspace = $1 and kind = 'contact' and id = $2
-- :FORGET_POSTED
delete from posted where workspace = $1 and contact = $2 and message = $3 and channel = $4 and event_id = $5
-- :SUBSCRIPTIONS
select id, body from subscription where workspace = $1 order by id
-- :PROGRESS
select * from progress where workspace = $1 order by id for update

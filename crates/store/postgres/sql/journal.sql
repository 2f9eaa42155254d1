-- :SEEN
select event_id, number from seen where workspace = $1 and event_id = any($2)
-- :SEEN_HIDDEN
select digest from seen_hidden where workspace = $1 and digest = any($2)
-- :KNOWN_SNAPSHOTS
select s.epoch, s.contact, s.revision, s.updated_at
from snapshot s, unnest($2::int8[], $3::text[]) as asked (epoch, contact)
where s.workspace = $1 and s.epoch = asked.epoch and s.contact = asked.contact
-- :KNOWN_ROLL_UPS
select day, counts from roll_up where workspace = $1 and day = any($2)
-- :KNOWN_ACTORS
select contact, body from actor where workspace = $1 and contact = any($2)
-- :MOVE
update workspace set head = $2, newest = $3, streams = $4, baseline = $5 where workspace = $1
-- Of which entry one says more, the id of that one's event tells. Those of the same append are seen by then, too.
-- :APPEND
insert into entry (
    workspace, number, told_by, threshold, at, compared_at, appended_at, event_id, unnamed, event, more_of
)
select $1, new.number, new.told_by, new.threshold, new.at, new.compared_at, new.appended_at, new.event_id, new.unnamed,
    new.event, s.number
from unnest(
    $2::int8[], $3::int2[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[], $9::bool[], $10::bytea[],
    $11::text[]
) as new (number, told_by, threshold, at, compared_at, appended_at, event_id, unnamed, event, more_of)
left join seen s on s.workspace = $1 and s.event_id = new.more_of
-- :SEE
insert into seen (workspace, event_id, number, kind, at)
select $1, new.* from unnest($2::text[], $3::int8[], $4::int2[], $5::int8[]) as new
-- It has no entry with which it would go, so that it is pruned like a seen-key that outlives its entry.
-- :ALIAS
insert into seen (workspace, event_id, number, kind, at, outlives)
select $1, $2, number, $4, $5, true from seen where workspace = $1 and event_id = $3
on conflict (workspace, event_id) do nothing
-- :SEE_HIDDEN
insert into seen_hidden (workspace, digest) select $1, new.* from unnest($2::text[]) as new
on conflict (workspace, digest) do nothing
-- :WRITE_SNAPSHOTS
insert into snapshot (workspace, epoch, contact, revision, updated_at, body)
select $1, new.* from unnest($2::int8[], $3::text[], $4::int8[], $5::int8[], $6::bytea[]) as new
on conflict (workspace, epoch, contact)
do update set revision = excluded.revision, updated_at = excluded.updated_at, body = excluded.body
-- :FORGET_ACTORS
delete from actor where workspace = $1 and contact = any($2)
-- :WRITE_ROLL_UP
insert into roll_up (workspace, day, counts) values ($1, $2, $3)
on conflict (workspace, day) do update set counts = excluded.counts
-- :ROLL_UPS
select day, counts from roll_up where workspace = $1 and day between $2 and $3 order by day
-- :EVENT
select e.number, e.event, a.body as learnt
from seen s
join entry e on e.workspace = s.workspace and e.number = s.number
left join amendment a on a.workspace = e.workspace and a.number = e.number
where s.workspace = $1 and s.event_id = $2
-- :ENTRIES
select e.number, e.event, a.body as learnt
from entry e
left join amendment a on a.workspace = e.workspace and a.number = e.number
where e.workspace = $1 and e.number = any($2)
-- :UNNAMED
select e.number, e.event, a.body as learnt
from entry e
left join amendment a on a.workspace = e.workspace and a.number = e.number
where e.workspace = $1 and e.unnamed and e.number > $2
order by e.number
limit $3
-- :SNAPSHOTS
select contact, body from snapshot where workspace = $1 and epoch = $2 and contact = any($3)
-- :REMEMBER_ACTOR
insert into actor (workspace, contact, since, body) values ($1, $2, $3, $4)
on conflict (workspace, contact) do update set since = excluded.since, body = excluded.body
-- :ACTOR
select since, body from actor where workspace = $1 and contact = $2
-- :LEARNT
select e.number, e.unnamed, e.event_id, a.body as learnt
from entry e
left join amendment a on a.workspace = e.workspace and a.number = e.number
where e.workspace = $1 and e.number = $2
-- :LEARNT_OF_EVENT
select e.number, e.unnamed, e.event_id, a.body as learnt
from seen s
join entry e on e.workspace = s.workspace and e.number = s.number
left join amendment a on a.workspace = e.workspace and a.number = e.number
where s.workspace = $1 and s.event_id = $2
-- :AMENDED
update workspace set amended = $2 where workspace = $1
-- :AMEND
insert into amendment (workspace, number, last, body) values ($1, $2, $3, $4)
on conflict (workspace, number) do update set last = excluded.last, body = excluded.body
-- :WANT_EDITS
update shape set wanted = $3 from showing s
where s.workspace = $1 and s.number = $2 and shape.workspace = s.workspace and shape.channel = s.channel
and shape.message = s.message
-- :NAMING
update entry set unnamed = $3 where workspace = $1 and number = $2

-- An entry that says more of another is passed over where a message was begun since then that shows the other: it says that
-- already.
-- :LOOK
select w.head, w.amended, e.number, e.compared_at, e.event, a.body as learnt
from workspace w
left join lateral (
    select number, compared_at, event from entry
    where workspace = $1 and told_by = $2 and number > $3 and compared_at >= $4 and threshold is not distinct from $5
    and (more_of is null or not exists (
        select 1 from showing s
        join shape m on m.workspace = s.workspace and m.message = s.message and m.channel = s.channel
        where s.workspace = $1 and s.number = entry.more_of and m.subscription = $6
        and m.first_attempt >= entry.appended_at
    ))
    order by number
    limit $7
) e on true
left join amendment a on a.workspace = w.workspace and a.number = e.number
where w.workspace = $1
order by e.number
-- :BACKLOG
select count(*) as count from entry
where workspace = $1 and told_by = $2 and number > $3 and compared_at >= $4 and threshold is not distinct from $5
and (more_of is null or not exists (
    select 1 from showing s
    join shape m on m.workspace = s.workspace and m.message = s.message and m.channel = s.channel
    where s.workspace = $1 and s.number = entry.more_of and m.subscription = $6
    and m.first_attempt >= entry.appended_at
))
-- :FIRST_WAITING
select compared_at from entry
where workspace = $1 and told_by = $2 and number > $3 and compared_at >= $4 and threshold is not distinct from $5
and (more_of is null or not exists (
    select 1 from showing s
    join shape m on m.workspace = s.workspace and m.message = s.message and m.channel = s.channel
    where s.workspace = $1 and s.number = entry.more_of and m.subscription = $6
    and m.first_attempt >= entry.appended_at
))
order by number
limit 1
-- :ARE_JOURNALED
select count(*) as count
from entry e join subscription s on s.workspace = e.workspace and s.kind = e.told_by
where e.workspace = $1 and s.id = $2 and e.number = any($3)
-- :CALLED
insert into last_call (workspace, channel, called, at) values ($1, $2, $3, $4)
on conflict (workspace, channel, called) do update set at = excluded.at
-- :LAST_CALL
select at from last_call where workspace = $1 and channel = $2 and called = $3
-- :POSTED
insert into posted (workspace, contact, message, channel, event_id, guild)
select $1, new.*, $6 from unnest($2::text[], $3::int8[], $4::int8[], $5::text[]) as new
on conflict (workspace, contact, message, channel, event_id) do update set guild = excluded.guild
-- :POSTED_ABOUT
select contact, message, channel, event_id, guild from posted where workspace = $1 and contact = any($2)
order by contact, message, channel, event_id
-- :OWN_MESSAGES
select message from own_message where workspace = $1 and channel = $2 order by message desc
-- :REMEMBER_OWN
insert into own_message (workspace, channel, message) values ($1, $2, $3)
on conflict (workspace, channel, message) do nothing
-- :FORGET_OWN
delete from own_message where workspace = $1 and channel = $2 and message = any($3)
-- :KNOWN_DAYS
select distinct day from posted_day where workspace = $1 and guild = $2 order by day desc
-- :COUNT
insert into posted_day (workspace, guild, day, kind, count) values ($1, $2, $3, $4, $5)
on conflict (workspace, guild, day, kind) do update set count = posted_day.count + excluded.count
-- :FORGET_DAYS
delete from posted_day where workspace = $1 and guild = $2 and day = any($3)
-- :POSTED_ON
select kind, count from posted_day where workspace = $1 and guild = $2 and day = $3
-- :LETTER
select id, body from dead_letter where workspace = $1 and guild = $2 and id = $3
-- :LETTERS
select id, body from dead_letter where workspace = $1 and guild = $2 order by id
-- :NEXT_LETTER
insert into guild (workspace, guild, letters) values ($1, $2, 1)
on conflict (workspace, guild) do update set letters = guild.letters + 1
returning letters
-- :SET_ASIDE
insert into dead_letter (workspace, guild, id, subscription, since, at, body) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (workspace, guild, id) do update set subscription = excluded.subscription, since = excluded.since,
    at = excluded.at, body = excluded.body
-- :FORGET_LETTER
delete from dead_letter where workspace = $1 and guild = $2 and id = $3
-- :WANTED
select guild, channel, message, body, wanted from shape
where workspace = $1 and channel = $2 and wanted is not null
order by message
limit $3
-- :SHAPE
select body, wanted from shape where workspace = $1 and channel = $2 and message = $3
-- :SHOWN
update shape set body = $4, wanted = $5 where workspace = $1 and channel = $2 and message = $3
-- :FORGET_SHAPE
delete from shape where workspace = $1 and channel = $2 and message = $3
-- :FORGET_SHOWING
delete from showing where workspace = $1 and channel = $2 and message = $3
-- :LIVES
insert into shape (workspace, message, channel, guild, subscription, first_attempt, body, wanted)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (workspace, message, channel)
do update set guild = excluded.guild, subscription = excluded.subscription, first_attempt = excluded.first_attempt,
    body = excluded.body, wanted = coalesce(excluded.wanted, shape.wanted)
-- :SHOWS
insert into showing (workspace, number, channel, message) select $1, new.number, $3, $4 from unnest($2::int8[]) as new (number)
on conflict (workspace, number, channel, message) do nothing

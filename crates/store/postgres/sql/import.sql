-- What a store that moves here brings. Each may be repeated.
-- :WORKSPACE
insert into workspace (workspace, head, amended, newest, streams, baseline, hider, unreadable_since)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace) do nothing
-- :SEEN
insert into seen (workspace, event_id, number, kind, at) values ($1, $2, $3, $4, 0)
on conflict (workspace, event_id) do update set number = excluded.number
-- :LEFT_OVER
insert into seen (workspace, event_id, number, kind, at, outlives) values ($1, $2, 0, $3, $4, true)
on conflict (workspace, event_id) do nothing
-- :SEEN_ENTRY
insert into seen (workspace, event_id, number, kind, at) values ($1, $2, $3, $4, $5)
on conflict (workspace, event_id)
do update set number = excluded.number, kind = excluded.kind, at = excluded.at
-- :ENTRY
insert into entry (
    workspace, number, told_by, threshold, at, compared_at, appended_at, event_id, unnamed, event, more_of
)
select $1, $2, $3, $4, $5, $6, $7, $8, false, $9, max(s.number) from seen s where s.workspace = $1 and s.event_id = $10
on conflict (workspace, number) do nothing
-- :HINT
insert into hint (workspace, kind, id, heard_at, times) values ($1, $2, $3, $4, $5)
on conflict (workspace, kind, id) do nothing
-- :WANTED_EDIT
update shape set wanted = $4 where workspace = $1 and channel = $2 and message = $3
-- :TARGET
insert into audit_target (workspace, guild, seq, body) values ($1, $2, $3, $4)
on conflict (workspace, guild, seq) do nothing
-- :SECRET
insert into audit_book (guild, secret) values ($1, $2) on conflict (guild) do update set secret = excluded.secret
-- :BOOK
insert into audit_book (guild, book) values ($1, $2) on conflict (guild) do update set book = excluded.book
-- :AUDIT_ENTRY
insert into audit_entry (guild, seq, at, workspace, link) values ($1, $2, $3, $4, $5)
on conflict (guild, seq) do nothing
-- :BEGUN
insert into audit_begun (guild, seq, deed) values ($1, $2, $3) on conflict (guild, seq) do nothing
-- :LINK
insert into link (guild, workspace) values ($1, $2) on conflict (guild) do nothing
-- :SUBSCRIPTION
insert into subscription (workspace, id, guild, channel, kind, body) values ($1, $2, $3, $4, $5, $6)
on conflict (workspace, id) do nothing
-- :PROGRESS
insert into progress (
    workspace, id, guild, cursor, nonce, in_flight, last_posted, dropped, dropped_failed, erased, crowd_until,
    crowd_layout
)
select s.workspace, s.id, s.guild, $3, $4, $5, $6, $7, $8, $9, $10, $11 from subscription s
where s.guild = $1 and s.id = $2
on conflict (workspace, id) do nothing
-- What a server has in the store that moves, it has here in the workspace that it has.
-- :LETTERS
insert into guild (workspace, guild, letters)
select h.workspace, $1, $2
from (select workspace from link where guild = $1 union select workspace from subscription where guild = $1) h
on conflict (workspace, guild) do nothing
-- :DAY
insert into posted_day (workspace, guild, day, kind, count)
select h.workspace, $1, $2, $3, $4
from (select workspace from link where guild = $1 union select workspace from subscription where guild = $1) h
on conflict (workspace, guild, day, kind) do nothing
-- :ACCESS
insert into server (guild, access) values ($1, $2) on conflict (guild) do update set access = excluded.access
-- :FORMER_CARD
insert into former_card (guild, channel, message) values ($1, $2, $3)
on conflict (guild, channel, message) do nothing
-- :OWN_MESSAGES
insert into own_message (workspace, channel, message)
select distinct s.workspace, s.channel, new.message from subscription s, unnest($2::int8[]) as new (message)
where s.channel = $1
on conflict (workspace, channel, message) do nothing
-- :CALL
insert into last_call (workspace, channel, called, at)
select distinct s.workspace, s.channel, $2, $3 from subscription s where s.channel = $1
on conflict (workspace, channel, called) do nothing
-- :MARK
insert into meta (key, value) values ('arrival', $1) on conflict (key) do update set value = excluded.value
-- :ANYTHING
select workspace as what from workspace
union all select workspace from subscription
union all select workspace from link
union all select workspace from entry
union all select workspace from connection
union all select workspace from kept_in
union all select key from kept
union all select 'server' from server
union all select 'audit' from audit_entry
limit 1
-- :COUNTED
select cast((select count(*) from entry) as int8) as entries,
    cast((select count(*) from subscription) as int8) as subscriptions,
    cast((select count(*) from progress) as int8) as progress,
    cast((select count(*) from snapshot) as int8) as snapshots,
    cast((select count(*) from dead_letter) as int8) as letters
-- :CLEAR
delete from workspace; delete from entry; delete from amendment; delete from seen; delete from seen_hidden;
delete from erased; delete from unfinished_erasure; delete from snapshot; delete from actor; delete from roll_up;
delete from hint; delete from reading; delete from subscription; delete from progress; delete from dead_letter;
delete from guild; delete from posted; delete from own_message; delete from last_call; delete from posted_day;
delete from shape; delete from showing; delete from connection; delete from audit_target; delete from kept_in;
delete from done; delete from link; delete from server; delete from unerased; delete from former;
delete from former_card; delete from unwanted; delete from departure; delete from audit_book; delete from audit_entry;
delete from audit_begun; delete from kept; delete from application

-- :HINT
insert into hint (workspace, kind, id, heard_at, times) values ($1, $2, $3, $4, 1)
on conflict (workspace, kind, id) do update set heard_at = excluded.heard_at, times = hint.times + 1
-- :HINTS
select id, heard_at, times from hint where workspace = $1 and kind = $2 order by id limit $3
-- :READ
insert into reading (workspace, conversation, up_to) select $1, new.* from unnest($2::text[], $3::int8[]) as new
on conflict (workspace, conversation) do update set up_to = excluded.up_to
-- :LOOKED_AT
delete from hint where workspace = $1 and kind = $2 and id = $3 and times = $4
-- :READ_UP_TO
select conversation, up_to from reading where workspace = $1 and conversation = any($2)

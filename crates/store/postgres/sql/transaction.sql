-- Whoever is cut off within a transaction must not keep its rows locked for long.
-- :BEGIN
begin isolation level read committed; set local idle_in_transaction_session_timeout = '10s'
-- :SNAPSHOT
begin isolation level repeatable read read only
-- :COMMIT
commit
-- :ROLLBACK
rollback
-- Says that an operation is written: where an acknowledgement is lost, its repetition finds it here.
-- :MARK
insert into done (workspace, id) values ($1, $2)
-- :IS_MARKED
select id from done where workspace = $1 and id = $2
-- :FORGET_MARKS
delete from done where at < now() - interval '10 minutes'
-- :FORGET_MARKS_OF
delete from done where workspace = $1 and at < now() - interval '10 minutes'
-- :PROBE
insert into meta (key, value) values ('probe', $1) on conflict (key) do update set value = excluded.value

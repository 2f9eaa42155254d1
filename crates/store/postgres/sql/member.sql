-- Who uses the database, and who of them has the work. No clocks are compared: whoever watches counts the time by its own.
-- A process shows itself; the first time that makes its row.
-- :SHOW
insert into member (id, beat, told) values (cast($1 as uuid), 0, $2)
on conflict (id) do update set beat = member.beat + 1, at = now()
-- :MEMBERS
select cast(id as text) as id, beat, told from member
-- Takes the row of one away that was silent for too long; one that has shown itself meanwhile keeps it.
-- :EXPEL
delete from member where id = cast($1 as uuid) and beat = $2 returning id
-- :LEAVE
delete from member where id = cast($1 as uuid)
-- Whoever has shard 0 has all the work so far: every shard, and every workspace.
-- :SHARD
insert into shard (shard) values (0) on conflict (shard) do nothing
-- :LEASE
select cast(owner as text) as owner, epoch from shard where shard = 0
-- Of several that take it at once one gets it: the epoch is another for the others.
-- :TAKE
update shard set owner = cast($1 as uuid), epoch = epoch + 1 where shard = 0 and epoch = $2 returning epoch
-- :GIVE_BACK
update shard set owner = null where shard = 0 and owner = cast($1 as uuid)
-- Breaks a transaction off whose process has lost the work: one divided by nobody is an error. Nobody can take the work
-- between this and the end of the transaction.
-- :HELD
select 1 / count(*) as held from (
    select shard from shard where shard = 0 and owner = cast($1 as uuid) and epoch = $2 for share
) as ours

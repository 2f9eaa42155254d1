-- Who uses the database. What is compared are times of the database's own clock.
-- Of two that ask for the place at once the second is answered when the first is done.
-- :TURN
insert into meta (key, value) values ('turn', '') on conflict (key) do update set value = excluded.value
-- :MEMBERS
select cast(id as text) as id, beat, told, cast(extract(epoch from now() - at) * 1000 as int8) as silent from member
-- :JOIN
insert into member (id, beat, told) values (cast($1 as uuid), 0, $2)
-- :EXPEL
delete from member where id = cast($1 as uuid) and beat = $2 returning id
-- :BEAT
update member set beat = beat + 1, at = now() where id = cast($1 as uuid) returning beat
-- :LEAVE
delete from member where id = cast($1 as uuid)
-- Breaks a transaction off whose process has lost its place: one divided by nobody is an error.
-- :HELD
select 1 / count(*) as held from member where id = cast($1 as uuid)

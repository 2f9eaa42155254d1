-- A server that moved to another workspace may still have some of the workspace before.
-- :OF_SERVER
select id, body from subscription where guild = $1 order by id
-- :OF_WORKSPACE
select id, body from subscription where workspace = $1 order by id
-- :HIGHEST
select max(id) as id from subscription where workspace = $1 or guild = $2
-- :PLACE
select workspace, body from subscription where guild = $1 and id = $2
-- :ONE
select body from subscription where workspace = $1 and id = $2
-- :MAKE
insert into subscription (workspace, id, guild, channel, kind, body) values ($1, $2, $3, $4, $5, $6)
-- :CHANGE
update subscription set channel = $3, body = $4 where workspace = $1 and id = $2
-- :FORGET
delete from subscription where workspace = $1 and id = $2
-- :FORGET_PROGRESS
delete from progress where workspace = $1 and id = $2
-- :FORGET_LETTERS
delete from dead_letter where workspace = $1 and guild = $2 and subscription = $3 returning id
-- :FOUND_SERVER
insert into server (guild) values ($1) on conflict (guild) do nothing
-- :ACCESS
select access from server where guild = $1
-- :LOCK_ACCESS
select access from server where guild = $1 for update
-- :CHANGE_ACCESS
update server set access = $2 where guild = $1
-- :REGISTERED
select commands from application where application = $1
-- :REGISTER
insert into application (application, commands) values ($1, $2)
on conflict (application) do update set commands = excluded.commands

-- :KEEP
insert into kept (key, text, until) values ($1, $2, $3)
on conflict (key) do update set text = excluded.text, until = excluded.until
-- :KEEP_IN
insert into kept_in (workspace, name, body, until) values ($1, $2, $3, $4)
on conflict (workspace, name) do update set body = excluded.body, until = excluded.until
-- :KEPT
select text, until from kept where key = $1
-- :KEPT_IN
select body, until from kept_in where workspace = $1 and name = $2
-- :TAKE
delete from kept where key = $1 returning text, until
-- :TAKE_IN
delete from kept_in where workspace = $1 and name = $2 returning body, until
-- :OUTGOING
select workspace, name from kept_in where name like 'out:%' order by until, workspace, name
-- :PRUNE
delete from kept where key in (select key from kept where until <= $1 order by until limit $2) returning key
-- :PRUNE_IN
delete from kept_in where (workspace, name) in (
    select workspace, name from kept_in where until <= $1 order by until limit $2
)
returning name
-- :ALL_IN
select name, body from kept_in where workspace = $1
-- :FORGET_IN
delete from kept_in where workspace = $1 and name = $2

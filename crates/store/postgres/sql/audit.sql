-- :BOOK
select book, secret from audit_book where guild = $1 for update
-- :LAST_ENTRY
select seq, link from audit_entry where guild = $1 order by seq desc limit 1
-- :SAVE_BOOK
insert into audit_book (guild, book, secret) values ($1, $2, $3)
on conflict (guild) do update set book = excluded.book, secret = excluded.secret
-- :EDIT_BOOK
update audit_book set book = $2 where guild = $1
-- :ADD
insert into audit_entry (guild, seq, at, workspace, link) values ($1, $2, $3, $4, $5)
-- :ADD_TARGET
insert into audit_target (workspace, guild, seq, body) values ($1, $2, $3, $4)
-- :MARK_BEGUN
insert into audit_begun (guild, seq, deed) values ($1, $2, $3)
-- :IS_BEGUN
select seq, deed from audit_begun where guild = $1 and seq = $2 for update
-- :ALL_BEGUN
select seq, deed from audit_begun where guild = $1 order by seq for update
-- :UNMARK_BEGUN
delete from audit_begun where guild = $1 and seq = $2
-- :SERVERS
select guild from audit_book union select guild from audit_entry union select guild from audit_begun order by guild
-- :READ_BOOK
select book, secret from audit_book where guild = $1
-- :READ_BOOKS
select guild, book from audit_book order by guild
-- :LINKS
select link from audit_entry where guild = $1 and seq >= $2 and seq < $3 order by seq
-- :TARGETS
select t.workspace, t.seq, t.body
from audit_entry e join audit_target t on t.workspace = e.workspace and t.guild = e.guild and t.seq = e.seq
where e.guild = $1 and e.seq >= $2 and e.seq < $3
order by t.seq
-- :DUE
select e.guild from audit_entry e
where e.at < $1 and e.seq = (select min(first.seq) from audit_entry first where first.guild = e.guild)
order by e.guild
limit $2
-- :OLD_ENTRIES
select seq, at, workspace, link from audit_entry where guild = $1 order by seq limit $2
-- :FORGET_ENTRIES
delete from audit_entry where guild = $1 and seq <= $2
-- :FORGET_TARGET
delete from audit_target where workspace = $1 and guild = $2 and seq = $3
-- :TARGETS_OF_WORKSPACE
select guild, seq, body from audit_target where workspace = $1 order by guild, seq

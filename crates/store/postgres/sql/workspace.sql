-- Whoever writes in a workspace locks its row first, so that no two of them look at what the other changes.
-- :LOCK
select head, amended, newest, streams, baseline, hider, unreadable_since from workspace where workspace = $1 for update
-- Lanes do not wait for each other, but for whoever changes what they look at.
-- :SHARE
select head, amended, newest, streams, baseline, hider, unreadable_since from workspace where workspace = $1 for share
-- :LOOK
select head, amended, newest, streams, baseline, hider, unreadable_since from workspace where workspace = $1
-- :FOUND
insert into workspace (workspace) values ($1) on conflict (workspace) do nothing
-- :HIDE
update workspace set hider = $2 where workspace = $1
-- :ERASED
select digest from erased where workspace = $1 and digest = any($2)

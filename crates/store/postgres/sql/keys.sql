-- The keys of the workspaces, sealed under the master key, which is never here.
-- :KEPT
select value from meta where key = 'workspace_keys'
-- :KEEP_FIRST
insert into meta (key, value) values ('workspace_keys', $1) on conflict (key) do nothing returning key
-- :KEEP_NEXT
update meta set value = $2 where key = 'workspace_keys' and value = $1 returning key

-- :LOCKED
select * from progress where workspace = $1 and id = $2 for update
-- :PRESENT
select * from progress where workspace = $1 and id = $2
-- A server that moved to another workspace may still have some of the workspace before.
-- :OF_SERVER
select * from progress where guild = $1 and id = $2
-- :MAKE
insert into progress (workspace, id, guild, cursor) values ($1, $2, $3, $4)
-- :SAVE
update progress
set cursor = $3, nonce = $4, in_flight = $5, last_posted = $6, dropped = $7, dropped_failed = $8, erased = $9,
    crowd_until = $10, crowd_layout = $11
where workspace = $1 and id = $2
-- :BEGIN
update progress
set cursor = $3, nonce = $4, in_flight = $5, last_posted = $6, dropped = $7, dropped_failed = $8, erased = $9,
    crowd_until = $10, crowd_layout = $11, begun_at = now()
where workspace = $1 and id = $2

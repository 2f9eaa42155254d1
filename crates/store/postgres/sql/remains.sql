-- :OF_HOMES
select guild, workspace from link union select guild, workspace from subscription
-- :OF_SERVERS
select guild from guild
union select guild from server where access is not null
union select guild from posted_day
union select guild from former
union select guild from former_card
-- :WORKSPACES
select workspace from workspace
union select workspace from connection
union select workspace from subscription
union select workspace from posted
union select workspace from dead_letter
union select workspace from reading
union select workspace from kept_in
union select workspace from audit_target
order by workspace
-- :DEPARTURES
select guild, since from departure order by guild
-- :DEPARTED
insert into departure (guild, since) values ($1, $2) on conflict (guild) do nothing
-- :BACK
delete from departure where guild = $1
-- :UNWANTED
select guild, channel, message from unwanted where (guild, channel, message) > ($1, $2, $3)
order by guild, channel, message
limit $4
-- :UNWANTED_IN
select guild, channel, message from unwanted where guild = $1 order by channel, message
-- :SETTLED
delete from unwanted where guild = $1 and channel = $2 and message = $3
-- :DELETE_LATER
insert into unwanted (guild, channel, message) values ($1, $2, $3) on conflict (guild, channel, message) do nothing
-- :STANDING
select count(*) as count, min(message) as first from (
    select message from former_card where guild = $1
    union select message from posted where guild = $1 and workspace = $2
    union select p.message from posted p join former f on f.workspace = p.workspace and f.guild = p.guild
    where p.guild = $1
) cards
-- That a workspace was read at all its own row tells, and without it nobody would erase the rest after a death: it goes last.
-- :ERASE_ENTRIES
delete from entry where workspace = $1 and number in (
    select number from entry where workspace = $1 limit $2
)
returning workspace
-- :ERASE_AMENDMENTS
delete from amendment where workspace = $1 and number in (
    select number from amendment where workspace = $1 limit $2
)
returning workspace
-- :ERASE_SEEN
delete from seen where workspace = $1 and event_id in (
    select event_id from seen where workspace = $1 limit $2
)
returning workspace
-- :ERASE_SEEN_HIDDEN
delete from seen_hidden where workspace = $1 and digest in (
    select digest from seen_hidden where workspace = $1 limit $2
)
returning workspace
-- :ERASE_ERASED
delete from erased where workspace = $1
-- :ERASE_UNFINISHED
delete from unfinished_erasure where workspace = $1
-- :ERASE_SNAPSHOTS
delete from snapshot where workspace = $1 and (epoch, contact) in (
    select epoch, contact from snapshot where workspace = $1 limit $2
)
returning workspace
-- :ERASE_ACTORS
delete from actor where workspace = $1
-- :ERASE_ROLL_UPS
delete from roll_up where workspace = $1
-- :ERASE_HINTS
delete from hint where workspace = $1 and (kind, id) in (
    select kind, id from hint where workspace = $1 limit $2
)
returning workspace
-- :ERASE_READINGS
delete from reading where workspace = $1 and conversation in (
    select conversation from reading where workspace = $1 limit $2
)
returning workspace
-- :ERASE_SUBSCRIPTIONS
delete from subscription where workspace = $1
-- :ERASE_PROGRESS
delete from progress where workspace = $1
-- :ERASE_LETTERS
delete from dead_letter where workspace = $1 and (guild, id) in (
    select guild, id from dead_letter where workspace = $1 limit $2
)
returning workspace
-- :ERASE_POSTED
delete from posted where workspace = $1 and (contact, message, channel, event_id) in (
    select contact, message, channel, event_id from posted where workspace = $1 limit $2
)
returning workspace
-- :ERASE_OWN_MESSAGES
delete from own_message where workspace = $1
-- :ERASE_CALLS
delete from last_call where workspace = $1
-- :ERASE_SHAPES
delete from shape where workspace = $1 and (message, channel) in (
    select message, channel from shape where workspace = $1 limit $2
)
returning workspace
-- :ERASE_SHOWING
delete from showing where workspace = $1 and (number, channel, message) in (
    select number, channel, message from showing where workspace = $1 limit $2
)
returning workspace
-- :ERASE_CONNECTIONS
delete from connection where workspace = $1
-- :ERASE_TARGETS
delete from audit_target where workspace = $1 and (guild, seq) in (
    select guild, seq from audit_target where workspace = $1 limit $2
)
returning workspace
-- :ERASE_KEPT
delete from kept_in where workspace = $1 and name in (
    select name from kept_in where workspace = $1 limit $2
)
returning workspace
-- :ERASE_WORKSPACE
delete from workspace where workspace = $1

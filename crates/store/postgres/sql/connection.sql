-- :CONNECTIONS
select l.guild, l.workspace, c.body
from link l join connection c on c.workspace = l.workspace and c.guild = l.guild
order by l.guild
-- :CONNECTION
select l.guild, l.workspace, c.body
from link l left join connection c on c.workspace = l.workspace and c.guild = l.guild
where l.guild = $1
-- :LOCK_LINK
select guild, workspace from link where guild = $1 for update
-- :BODY
select body from connection where workspace = $1 and guild = $2
-- Of two who make one at once the second finds that it is there.
-- :LINK
insert into link (guild, workspace) values ($1, $2)
-- :RELINK
update link set workspace = $2 where guild = $1
-- :UNLINK
delete from link where guild = $1
-- :CONNECT
insert into connection (workspace, guild, body) values ($1, $2, $3)
on conflict (workspace, guild) do update set body = excluded.body
-- :FORGET_CONNECTION
delete from connection where workspace = $1 and guild = $2
-- :TO_ERASE
insert into unerased (guild, workspace, cards) values ($1, $2, $3)
on conflict (guild, workspace) do update set cards = excluded.cards
-- :UNERASED
select guild, workspace from unerased order by guild, workspace
-- :UNERASED_OF
select workspace, cards from unerased where guild = $1
-- :ERASED
delete from unerased where guild = $1 and workspace = $2
-- :NOTE_FORMER
insert into former (guild, workspace) values ($1, $2) on conflict (guild, workspace) do nothing
-- :FORMERS
select workspace from former where guild = $1
-- Where cards of a workspace stand that is to be erased, for the servers that had it before.
-- :KEEP_CARDS
insert into former_card (guild, channel, message)
select distinct p.guild, p.channel, p.message
from posted p join former f on f.guild = p.guild and f.workspace = p.workspace
where p.workspace = $1
on conflict (guild, channel, message) do nothing
-- :CARDS_TO_GO
insert into unwanted (guild, channel, message)
select distinct guild, channel, message from posted where workspace = $1 and guild = $2
on conflict (guild, channel, message) do nothing
-- :FORGET_POSTED
delete from posted where workspace = $1 and guild = $2
-- :FORMER_CARDS_TO_GO
insert into unwanted (guild, channel, message) select guild, channel, message from former_card where guild = $1
on conflict (guild, channel, message) do nothing
-- :FORGET_FORMER_CARDS
delete from former_card where guild = $1
-- :SUBSCRIPTIONS_OF
select workspace, guild, id, channel from subscription where workspace = $1 or guild = $2 order by id
-- :SUBSCRIPTIONS_OF_SERVER
select workspace, guild, id, channel from subscription where guild = $1 order by id
-- :FORGET_OWN_MESSAGES
delete from own_message where workspace = $1 and channel = $2
-- :FORGET_CALLS
delete from last_call where workspace = $1 and channel = $2
-- :FORGET_LETTERS
delete from dead_letter where workspace = $1 and guild = $2
-- :FORGET_TARGETS
delete from audit_target where workspace = $1 and guild = $2
-- :FORGET_SERVER
delete from server where guild = $1
-- :FORGET_COUNTERS
delete from guild where guild = $1
-- :FORGET_DAYS
delete from posted_day where guild = $1
-- :FORGET_FORMERS
delete from former where guild = $1

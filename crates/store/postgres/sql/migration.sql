-- :VERSIONS
create table if not exists schema_version (version int primary key, at timestamptz not null default now())
-- :VERSION
select max(version)::int8 as version from schema_version
-- :REACHED
insert into schema_version (version) values ($1::int8::int) on conflict (version) do nothing
-- :CLAIM
insert into meta (key, value) values ($1, $2) on conflict (key) do nothing
-- :CLAIMED
select value from meta where key = $1

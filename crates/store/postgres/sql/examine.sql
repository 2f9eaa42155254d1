-- What `deskbell check` asks, which changes nothing.
-- :SERVER
select current_setting('server_version') as version, cast(current_schema() as text) as place,
    current_schema() is not null and has_schema_privilege(current_schema(), 'create') as may_make
-- :TABLES
select cast(count(*) as int8) as count from information_schema.tables
where table_schema = current_schema() and table_name in ('meta', 'schema_version')

-- The processes that use the database, each with the time of its last sign, by the database's clock.
create table if not exists member (
    id uuid primary key,
    beat bigint not null,
    at timestamptz not null default now(),
    told jsonb not null default '{}'
);

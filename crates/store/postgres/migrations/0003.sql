-- Who serves a shard of the bot, and in which epoch: whoever takes it begins a new one.
create table if not exists shard (
    shard int primary key,
    owner uuid,
    epoch bigint not null default 0
);

-- Every table that belongs to a workspace has it first in its key, by which a database of many machines can divide it.
-- Bytes are sealed under the key of their workspace. A column of JSON holds what tells nothing of anybody.

create table if not exists workspace (
    workspace text primary key,
    head bigint not null default 0,
    amended bigint not null default 0,
    newest jsonb not null default '{}',
    streams jsonb not null default '{}',
    baseline jsonb,
    -- Hides the ids of those who were erased.
    hider bytea,
    unreadable_since bigint,
    owner uuid,
    epoch bigint not null default 0,
    news bigint not null default 0
) with (fillfactor = 50);

create table if not exists entry (
    workspace text,
    number bigint,
    -- The kind of the notifications that tell of it.
    told_by smallint not null,
    -- After how many seconds a wait is told.
    threshold bigint,
    at bigint not null,
    -- The time that the floors of subscriptions are compared with.
    compared_at bigint not null,
    appended_at bigint not null,
    -- The entry of which it says more.
    more_of bigint,
    event_id text not null,
    unnamed boolean not null,
    event bytea not null,
    primary key (workspace, number)
);

create index if not exists entry_told_by on entry (workspace, told_by, number);

create index if not exists entry_unnamed on entry (workspace, number) where unnamed;

-- What was learnt of an entry after it was journaled.
create table if not exists amendment (
    workspace text,
    number bigint,
    last bigint not null,
    body bytea not null,
    primary key (workspace, number)
);

create table if not exists seen (
    workspace text,
    event_id text,
    number bigint not null,
    kind smallint not null,
    at bigint not null,
    -- The entry is gone, and the key stays as long as a walk could need it.
    outlives boolean not null default false,
    primary key (workspace, event_id)
);

create index if not exists seen_outlives on seen (workspace, at) where outlives;

create table if not exists seen_hidden (workspace text, digest text, primary key (workspace, digest));

create table if not exists erased (workspace text, digest text, since bigint not null, primary key (workspace, digest));

-- Here alone the id of somebody who is erased stands, until the end of it.
create table if not exists unfinished_erasure (
    workspace text,
    contact text,
    body bytea not null,
    primary key (workspace, contact)
);

create table if not exists snapshot (
    workspace text,
    epoch bigint,
    contact text,
    revision bigint not null,
    updated_at bigint not null,
    body bytea not null,
    primary key (workspace, epoch, contact)
);

create table if not exists actor (
    workspace text,
    contact text,
    since bigint not null,
    body bytea not null,
    primary key (workspace, contact)
);

create table if not exists roll_up (workspace text, day bigint, counts jsonb not null, primary key (workspace, day));

-- A record of which Intercom told that something happened to it.
create table if not exists hint (
    workspace text,
    kind text,
    id text,
    heard_at bigint not null,
    times bigint not null,
    primary key (workspace, kind, id)
);

create table if not exists reading (
    workspace text,
    conversation text,
    up_to bigint not null,
    primary key (workspace, conversation)
);

create table if not exists subscription (
    workspace text,
    id bigint,
    guild bigint not null,
    channel bigint not null,
    kind smallint not null,
    body jsonb not null,
    primary key (workspace, id)
);

create index if not exists subscription_guild on subscription (guild, id);

create table if not exists progress (
    workspace text,
    id bigint,
    guild bigint not null,
    cursor bigint not null,
    nonce text,
    in_flight jsonb,
    begun_at timestamptz,
    last_posted bigint,
    dropped bigint not null default 0,
    dropped_failed bigint not null default 0,
    erased bigint not null default 0,
    crowd_until bigint,
    crowd_layout jsonb,
    epoch bigint not null default 0,
    primary key (workspace, id)
) with (fillfactor = 50);

create index if not exists progress_guild on progress (guild, id);

create table if not exists dead_letter (
    workspace text,
    guild bigint,
    id bigint,
    subscription bigint not null,
    -- When it was set aside, which was not before the event happened, and when that was.
    since bigint not null,
    at bigint not null,
    body bytea not null,
    primary key (workspace, guild, id)
);

create table if not exists guild (
    workspace text,
    guild bigint,
    letters bigint not null default 0,
    primary key (workspace, guild)
);

create table if not exists posted (
    workspace text,
    contact text,
    message bigint,
    channel bigint,
    event_id text,
    guild bigint not null,
    primary key (workspace, contact, message, channel, event_id)
);

create index if not exists posted_message on posted (workspace, message);

create table if not exists own_message (
    workspace text,
    channel bigint,
    message bigint,
    primary key (workspace, channel, message)
);

-- When somebody was last called in a channel.
create table if not exists last_call (
    workspace text,
    channel bigint,
    called text,
    at bigint not null,
    primary key (workspace, channel, called)
);

create table if not exists posted_day (
    workspace text,
    guild bigint,
    day text,
    kind smallint,
    count bigint not null,
    primary key (workspace, guild, day, kind)
) with (fillfactor = 50);

-- Messages that live on: in which shape each was posted, and up to which amendment it is to be edited.
create table if not exists shape (
    workspace text,
    message bigint,
    channel bigint,
    guild bigint not null,
    -- Of which subscription its batch was, and when that was first sent.
    subscription bigint not null,
    first_attempt bigint not null,
    body jsonb not null,
    wanted bigint,
    primary key (workspace, message, channel)
);

create index if not exists shape_wanted on shape (workspace, channel, message) where wanted is not null;

-- Which of them shows an entry.
create table if not exists showing (
    workspace text,
    number bigint,
    channel bigint,
    message bigint,
    primary key (workspace, number, channel, message)
);

create index if not exists showing_message on showing (workspace, message);

create table if not exists connection (
    workspace text,
    guild bigint,
    body bytea not null,
    primary key (workspace, guild)
);

create table if not exists audit_target (
    workspace text,
    guild bigint,
    seq bigint,
    body bytea not null,
    primary key (workspace, guild, seq)
);

create table if not exists kept_in (
    workspace text,
    name text,
    until bigint not null,
    body bytea not null,
    primary key (workspace, name)
);

create index if not exists kept_in_until on kept_in (until);

-- By which an operation whose acknowledgement was lost knows again what it wrote.
create table if not exists done (
    workspace text,
    id text,
    at timestamptz not null default now(),
    primary key (workspace, id)
);

-- What belongs to no workspace.

create table if not exists link (guild bigint primary key, workspace text not null);

-- What a server has whatever its workspace is.
create table if not exists server (guild bigint primary key, access jsonb);

create table if not exists unerased (
    guild bigint,
    workspace text,
    cards text not null,
    primary key (guild, workspace)
);

create table if not exists former (guild bigint, workspace text, primary key (guild, workspace));

create table if not exists former_card (
    guild bigint,
    channel bigint,
    message bigint,
    primary key (guild, channel, message)
);

create table if not exists unwanted (
    guild bigint,
    channel bigint,
    message bigint,
    primary key (guild, channel, message)
);

create table if not exists departure (guild bigint primary key, since bigint not null);

create table if not exists audit_book (guild bigint primary key, book jsonb, secret bytea);

-- The text of an entry is what its code was reckoned from, so that no other form of it may stand here.
create table if not exists audit_entry (
    guild bigint,
    seq bigint,
    at bigint,
    workspace text,
    link text not null,
    primary key (guild, seq)
);

create table if not exists audit_begun (guild bigint, seq bigint, deed text not null, primary key (guild, seq));

create table if not exists kept (key text primary key, text text not null, until bigint not null);

create index if not exists kept_until on kept (until);

create table if not exists application (application bigint primary key, commands text not null);

create table if not exists meta (key text primary key, value text not null);

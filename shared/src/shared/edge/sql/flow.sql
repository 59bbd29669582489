-- Where the relay and the consumers stand. Unlike the log these rows change; each change commits with its effect.

create schema flow;

-- How far each lane has been published.
create table flow.relay (
    lane     int primary key,
    sequence bigint not null default 0
) with (fillfactor = 50);

insert into flow.relay (lane) select generate_series(0, 15);

-- How far each consumer has applied each lane of each topic. `next_offset` is a hint for where to read on; `sequence`
-- is the truth. `hash` is the last applied event's, to see whether a restored log goes on from there.
create table flow.cursors (
    consumer    text not null,
    topic       text not null,
    lane        int not null,
    sequence    bigint not null default 0,
    next_offset bigint not null default 0,
    epoch       int not null default 1,
    hash        bytea not null default '\x',
    primary key (consumer, topic, lane)
) with (fillfactor = 50);

-- What each consumer last knew of its own lag; `caught_up_at` is the instant up to which it has seen everything.
create table flow.progress (
    consumer     text not null,
    topic        text not null,
    lane         int not null,
    caught_up_at timestamptz,
    lag_events   bigint not null default 0,
    reason       text,
    checked_at   timestamptz not null,
    primary key (consumer, topic, lane)
) with (fillfactor = 50);

-- Foreign events that a reaction could not handle, with every later event of the same stream, in order.
create table flow.parked (
    id            bigint generated always as identity primary key,
    consumer      text not null,
    topic         text not null,
    lane          int not null,
    sequence      bigint,
    record_offset bigint not null,
    stream        text,
    event_id      uuid,
    type          text,
    headers       jsonb not null,
    data          bytea not null,
    reason        text not null,
    attempts      int not null default 1,
    parked_at     timestamptz not null default now(),
    published     boolean not null default false
);

create index parked_by_stream on flow.parked (consumer, topic, stream, id);

-- Records that somebody looked at and decided are none of ours: a halted lane may pass them.
create table flow.waived (
    consumer      text not null,
    topic         text not null,
    lane          int not null,
    record_offset bigint not null,
    reason        text not null,
    waived_at     timestamptz not null default now(),
    primary key (consumer, topic, lane, record_offset)
);

grant usage on schema flow to send_app;
grant select, update on flow.relay to send_app;
grant select, insert, update, delete on flow.cursors, flow.progress, flow.parked to send_app;
grant select, insert on flow.waived to send_app;

-- What all projections share: which version of each is live, what changed, who read what, who was told.

create schema projections;
grant usage on schema projections to send_app;

-- The version that readers and the running worker use. A switch is one update of one row, and both obey it at once:
-- they read this table in the transaction in which they read or write the version's rows.
create table projections.live (
    name    text primary key,
    version int not null,
    since   timestamptz not null default now()
);

-- Every version there is. `layout` is the shape of its tables, as the code that made it knew them.
create table projections.generations (
    name    text not null,
    version int not null,
    layout  int not null,
    state   text not null check (state in ('building', 'live', 'retired')),
    made_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    primary key (name, version)
);

-- The application may make such a schema and no other; it belongs to the group, so that any process of ours can drop it.
create function projections.make_schema(_name text, _version int) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if _name not in ('timeline', 'deadlines', 'register') or _version < 1 then
        raise exception 'there is no projection called %', _name;
    end if;
    execute format('create schema %I authorization send_app', _name || '_v' || _version);
end $$;

-- Changed cases, for front-ends that follow them. One row a case and projection, so it never outgrows the caseload: whoever
-- was away for a year gets every case once. Numbers are handed out under the lane's row lock, which is held until commit,
-- so inside a lane a higher number was committed later and nobody can miss one. Three projections write each row for every
-- event: fillfactor and the missing check are explained at es.lanes.
create table projections.change_lanes (
    lane        int primary key,
    head        bigint not null default 0,
    arrived_at  timestamptz not null default '-infinity',
    recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 50);

insert into projections.change_lanes (lane) select generate_series(0, 15);

create table projections.changes (
    case_id    uuid not null,
    what       text not null,
    la_code    text not null,
    lane       int not null,
    number     bigint not null,
    topic      text not null,
    sequence   bigint not null,
    changed_at timestamptz not null default now(),
    primary key (case_id, what)
);

create index changes_of_an_authority on projections.changes (la_code, lane, number);

alter table projections.changes enable row level security;
create policy of_the_authority on projections.changes
    using (coalesce(current_setting('send.la_code', true), '*') in ('*', la_code));

-- Who looked at personal data. Written before the answer is given.
create table projections.reads (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default now(),
    la_code text not null,
    user_id text not null,
    role    text not null,
    org_id  text not null,
    what    text not null,
    cases   uuid[] not null
);

create index reads_of_an_authority on projections.reads (la_code, at);

-- What the monitor has told about which clock. The alerts themselves are events of es.events; this spares it asking.
create table projections.told (
    case_id  uuid not null,
    clock_id text not null,
    kind     text not null,
    days     int not null,
    due_on   date not null,
    told_at  timestamptz not null default now(),
    primary key (case_id, clock_id, kind, days, due_on)
);

-- How far the data was when the monitor last spoke: with less than that it is silent.
create table projections.monitor_positions (
    topic    text not null,
    lane     int not null,
    sequence bigint not null,
    primary key (topic, lane)
);

grant select, insert, update, delete on projections.live, projections.generations, projections.changes, projections.told,
                                        projections.monitor_positions to send_app;
grant select, update on projections.change_lanes to send_app;
grant select, insert on projections.reads to send_app;
revoke all on function projections.make_schema from public;
grant execute on function projections.make_schema to send_app;

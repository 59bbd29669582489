-- The event store of one service: sixteen lanes, one table of events, and the function that writes one
-- (append_together.sql: several at once).
--
-- Why lanes. Numbers from a sequence are handed out at insert and become visible at commit, so a reader
-- that remembers the highest number it saw can pass over a slower transaction and never see its events.
-- Appending takes the lane's row, and the row's lock is held until commit: inside a lane the order of
-- sequence numbers is the order of commits, without holes, and the sixteen lanes commit in parallel.
-- One integer per lane is therefore a safe cursor for relay, projections, partners and audit.
--
-- Why a chain. Each event's hash covers the hash before it in the lane and every field of its own with
-- its length in front, so an edit, a deletion, an insertion and a swap each break it at a known place.
-- A cut tail is found by the lane's head and by the seals kept outside this database.

create schema es;

-- Sixteen hot rows, 0 to 15, made here once and for all. Half of the page stays free, so that every update is heap-only
-- and old versions are swept a few dozen at a time: with more room to keep free PostgreSQL sweeps at every append. A
-- check constraint would be read and compiled again at every append too; only a migration could ever break it.
create table es.lanes (
    lane  int primary key,
    head  bigint not null default 0,
    hash  bytea not null default '\x',
    epoch int not null default 1
) with (fillfactor = 50);

insert into es.lanes (lane) select generate_series(0, 15);

create table es.events (
    lane           int not null,
    sequence       bigint not null,
    stream         text not null,
    version        int not null,
    event_id       uuid not null,
    type           text not null,
    schema_version int not null,
    command_id     uuid not null,
    la_code        text not null,
    recorded_at    timestamptz not null,
    epoch          int not null,
    data           bytea not null,
    metadata       bytea not null,
    hash           bytea not null,
    primary key (lane, sequence),
    unique (stream, version)
);

-- A command that was carried out but had nothing to do: a repeat must find that first answer. Settling takes the lane as
-- appending does, so of two attempts at the same command, made at once, one settles or appends and the other notices.
create table es.settled_commands (
    command_id uuid primary key,
    stream     text not null,
    version    int not null
);

create function es.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the log is append-only: % on es.% is refused', tg_op, tg_table_name using errcode = 'ES403';
end $$;

create trigger append_only before update or delete or truncate on es.events
    for each statement execute function es.refuse_change();

-- Every field with its length in front, so that no two different events spell the same bytes.
create function es.link(previous bytea, lane int, sequence bigint, stream text, version int, event_id uuid, type text,
                        schema_version int, command_id uuid, la_code text, recorded_at timestamptz, epoch int,
                        data bytea, metadata bytea) returns bytea
language sql stable as $$ -- stable, not immutable: so that the planner may inline it
    select sha256(
        previous
        || int4send(4)  || int4send(lane)
        || int4send(8)  || int8send(sequence)
        || int4send(octet_length(stream)) || convert_to(stream, 'UTF8')
        || int4send(4)  || int4send(version)
        || int4send(16) || uuid_send(event_id)
        || int4send(octet_length(type)) || convert_to(type, 'UTF8')
        || int4send(4)  || int4send(schema_version)
        || int4send(16) || uuid_send(command_id)
        || int4send(octet_length(la_code)) || convert_to(la_code, 'UTF8')
        || int4send(8)  || int8send((extract(epoch from recorded_at) * 1000000)::bigint)
        || int4send(4)  || int4send(epoch)
        || int4send(octet_length(data)) || data
        || int4send(octet_length(metadata)) || metadata)
$$;

create function es.refuse_settled(_command uuid) returns void language plpgsql as $$
begin
    raise exception 'command % was found to have nothing to do', _command
        using errcode = 'unique_violation', constraint = 'settled_commands_pkey';
end $$;

-- The only way to write. One statement takes the lane, its next number and its next hash: from there to commit this
-- lane is ours. A wrong version breaks the unique key (stream, version) and takes everything back. Returns the event's
-- sequence number.
create function es.append_one(_lane int, _stream text, _expected int, _command uuid, _la_code text,
                              _recorded_at timestamptz, _id uuid, _type text, _schema int,
                              _data bytea, _metadata bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    s bigint;
    e int;
    h bytea;
begin
    update es.lanes
       set head = head + 1,
           hash = es.link(hash, _lane, head + 1, _stream, _expected + 1, _id, _type, _schema, _command,
                          _la_code, _recorded_at, epoch, _data, _metadata)
     where lane = _lane
    returning head, hash, epoch into s, h, e;
    insert into es.events
    select _lane, s, _stream, _expected + 1, _id, _type, _schema, _command, _la_code, _recorded_at, e, _data, _metadata, h
     where not exists (select from es.settled_commands where command_id = _command);
    if not found then
        perform es.refuse_settled(_command);
    end if;
    return s;
end $$;

-- A command was found to have nothing to do by the stream as it was at a version. Where it has moved on since, that is a
-- conflict as with an append: another attempt at the same command may have appended.
create function es.settle(_lane int, _command uuid, _stream text, _version int) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform from es.lanes where lane = _lane for no key update;
    if coalesce((select max(version) from es.events where stream = _stream), 0) <> _version then
        raise exception '% has moved on from version %', _stream, _version
            using errcode = 'unique_violation', constraint = 'events_stream_version_key';
    end if;
    insert into es.settled_commands values (_command, _stream, _version) on conflict do nothing;
end $$;

-- The application's role can read the log and call these functions; it can write no table of this schema.
revoke all on function es.append_one, es.settle from public;
grant usage on schema es to send_app;
grant select on all tables in schema es to send_app;
grant execute on function es.append_one, es.settle, es.link to send_app;

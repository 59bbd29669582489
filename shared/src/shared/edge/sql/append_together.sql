-- Several events, all or none: of one command, or of several commands that share a commit. Each lane is taken when its
-- first event comes and written once, with its last number and hash; whoever calls this gives the lanes in ascending
-- order. Returns the events' sequence numbers.
--
-- It replaces a function that took the events of one command only.

drop function if exists es.append(int, text, int, uuid, text, timestamptz, uuid[], text[], int[], bytea[], bytea[]);

create function es.append_together(_lanes int[], _streams text[], _expected int[], _commands uuid[], _la_codes text[],
                                   _recorded_at timestamptz[], _ids uuid[], _types text[], _schemas int[],
                                   _data bytea[], _metadata bytea[]) returns bigint[]
language plpgsql security definer set search_path = pg_catalog as $$
declare
    l int;
    s bigint;
    e int;
    h bytea;
    settled uuid;
    sequences bigint[] := '{}';
    epochs int[] := '{}';
    hashes bytea[] := '{}';
begin
    for i in 1 .. cardinality(_ids) loop
        if l is distinct from _lanes[i] then
            if i > 1 then
                update es.lanes set head = s, hash = h where lane = l;
            end if;
            l := _lanes[i];
            select head, epoch, hash into s, e, h from es.lanes where lane = l for no key update;
        end if;
        s := s + 1;
        h := es.link(h, l, s, _streams[i], _expected[i] + 1, _ids[i], _types[i], _schemas[i], _commands[i], _la_codes[i],
                     _recorded_at[i], e, _data[i], _metadata[i]);
        sequences[i] := s;
        epochs[i] := e;
        hashes[i] := h;
    end loop;
    update es.lanes set head = s, hash = h where lane = l;
    select command_id into settled from es.settled_commands where command_id = any(_commands) limit 1;
    if found then
        perform es.refuse_settled(settled);
    end if;
    insert into es.events
    select _lanes[i], sequences[i], _streams[i], _expected[i] + 1, _ids[i], _types[i], _schemas[i], _commands[i],
           _la_codes[i], _recorded_at[i], epochs[i], _data[i], _metadata[i], hashes[i]
      from generate_series(1, cardinality(_ids)) as i;
    return sequences;
end $$;

revoke all on function es.append_together from public;
grant execute on function es.append_together to send_app;

-- name: lanes
-- How far changes are numbered, and whether history is still arriving: events of another day, a moment ago. What arrived by
-- a clock that was ahead did not arrive a moment ago, for however long it says so.
select lane, head, recorded_at < $2
       and arrived_at between clock_timestamp() - make_interval(secs => $1) and clock_timestamp() as history
  from projections.change_lanes order by lane

-- name: remembered
-- How far the data was when the monitor last spoke.
select topic, lane, sequence from projections.monitor_positions

-- name: remember
-- It never goes back.
insert into projections.monitor_positions (topic, lane, sequence) select * from unnest($1::text[], $2::int[], $3::bigint[])
on conflict (topic, lane) do update set sequence = greatest(excluded.sequence, projections.monitor_positions.sequence)

-- name: changed_cases
-- Cases of a lane whose deadlines changed after a number, in order.
select case_id, number from projections.changes where what = 'deadlines' and lane = $1 and number > $2
 order by number limit $3

-- name: told
-- What was told about the clocks of some cases.
select case_id, clock_id, kind, days, due_on from projections.told where case_id = any($1::uuid[])

-- name: tell
-- Remember what is being told.
insert into projections.told (case_id, clock_id, kind, days, due_on)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::date[]) on conflict do nothing

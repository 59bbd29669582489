-- name: take_numbers
-- The lane's next numbers; its row stays ours until commit. Also when something last arrived, and of which time it speaks.
update projections.change_lanes
   set head = head + $2,
       arrived_at = case when $3::timestamptz is null then arrived_at else clock_timestamp() end,
       recorded_at = coalesce($3, recorded_at)
 where lane = $1
returning head

-- name: changed
-- These cases changed; what they were before does not matter to a follower.
insert into projections.changes (case_id, what, la_code, lane, number, topic, sequence)
select c.case_id, $1, c.la_code, $2, c.number, $3, $4
  from unnest($5::uuid[], $6::text[], $7::bigint[]) as c(case_id, la_code, number)
on conflict (case_id, what) do update
   set number = excluded.number, topic = excluded.topic, sequence = excluded.sequence, changed_at = excluded.changed_at

-- name: heads
-- The last number of every lane.
select lane, head from projections.change_lanes

-- name: after
-- An authority's changed cases after a position, in order within each lane.
select c.case_id, c.what, c.lane, c.number, c.topic, c.sequence, c.changed_at
  from unnest($2::int[], $3::bigint[]) as p(lane, number)
  join projections.changes c on c.la_code = $1 and c.lane = p.lane and c.number > p.number
 order by c.lane, c.number
 limit $4

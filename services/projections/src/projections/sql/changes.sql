-- name: note
-- These cases changed, under the lane's next numbers; its row stays ours until commit. Without cases: that something
-- arrived, and of which time it speaks. What they were before does not matter to a follower.
with taken as (
    update projections.change_lanes
       set head = head + cardinality($5::uuid[]),
           arrived_at = case when $7::timestamptz is null then arrived_at else clock_timestamp() end,
           recorded_at = coalesce($7, recorded_at)
     where lane = $2
    returning head - cardinality($5::uuid[]) as before
)
insert into projections.changes (case_id, what, la_code, lane, number, topic, sequence)
select c.case_id, $1, c.la_code, $2, taken.before + c.n, $3, $4
  from taken, unnest($5::uuid[], $6::text[]) with ordinality as c(case_id, la_code, n)
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

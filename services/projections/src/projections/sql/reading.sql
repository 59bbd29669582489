-- name: enter
-- Who is asking (row-level security goes by it), and which versions are live, in the snapshot of this transaction.
select set_config('send.la_code', $1, true),
       (select json_object_agg(name, json_build_array(version, layout))
          from projections.live join projections.generations using (name, version)) as live

-- name: freshness
-- Where a consumer stands.
select c.topic, c.lane, c.sequence, p.caught_up_at, coalesce(p.lag_events, 0) as lag_events, p.reason
  from flow.cursors c left join flow.progress p using (consumer, topic, lane)
 where c.consumer = $1 order by c.topic, c.lane

-- name: record_read
-- Somebody looked at personal data.
insert into projections.reads (la_code, user_id, role, org_id, what, cases) values ($1, $2, $3, $4, $5, $6)

-- name: who_looked
-- Who looked at personal data of a case, oldest first.
select at, la_code, user_id, role, org_id, what from projections.reads where cases @> array[$1::uuid] order by at, id

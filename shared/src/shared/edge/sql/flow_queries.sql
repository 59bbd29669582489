-- name: unpublished
-- The next events of every lane that the topic does not have yet, at most $1 a lane.
select e.lane, e.sequence, e.stream, e.version, e.event_id, e.type, e.schema_version, e.command_id, e.la_code,
       e.recorded_at, e.data, e.metadata, e.hash, e.epoch
  from flow.relay r
  join es.events e on e.lane = r.lane and e.sequence > r.sequence and e.sequence <= r.sequence + $1
 order by e.lane, e.sequence

-- name: published
-- Move the relay's positions on, each only from where we found it.
update flow.relay r set sequence = n.sequence
  from unnest($1::int[], $2::bigint[], $3::bigint[]) as n(lane, was, sequence)
 where r.lane = n.lane and r.sequence = n.was

-- name: relay_positions
-- How far each lane is published, and its head.
select r.lane, r.sequence, l.head from flow.relay r join es.lanes l on l.lane = r.lane order by r.lane

-- name: set_relay_position
-- Go back to what a topic that lost events still has.
update flow.relay set sequence = $2 where lane = $1

-- name: hashes
-- The hashes of some events, one a lane.
select e.lane, e.hash from unnest($1::int[], $2::bigint[]) as p(lane, sequence) join es.events e using (lane, sequence)

-- name: heads_now
-- The instant, and every lane's head and epoch as they are committed at that instant.
select clock_timestamp() as at, array_agg(head order by lane) as heads, array_agg(epoch order by lane) as epochs
  from es.lanes

-- name: cursors
-- A consumer's cursors on some lanes of a topic.
select lane, sequence, next_offset, epoch, hash from flow.cursors
 where consumer = $1 and topic = $2 and lane = any($3::int[])

-- name: make_cursor
-- A cursor at the beginning, unless there is one.
insert into flow.cursors (consumer, topic, lane) values ($1, $2, $3) on conflict do nothing

-- name: move_cursor
-- In the effect's transaction: on from where we were, or not at all (another member may have taken over).
update flow.cursors set sequence = $5, next_offset = $6, epoch = $7, hash = $8
 where consumer = $1 and topic = $2 and lane = $3 and sequence = $4

-- name: progress
-- What a consumer knows of its lag, for readers in other processes. It does not go back, unless what stands there is of a
-- time that has not come yet: a clock that was ahead would make the data look fresh for as long.
insert into flow.progress (consumer, topic, lane, caught_up_at, lag_events, reason, checked_at)
select $1, p.topic, p.lane, p.caught_up_at, p.lag_events, p.reason, now()
  from unnest($2::text[], $3::int[], $4::timestamptz[], $5::bigint[], $6::text[])
       as p(topic, lane, caught_up_at, lag_events, reason)
on conflict (consumer, topic, lane) do update
   set caught_up_at = case when flow.progress.caught_up_at > now() + interval '30 seconds'
                           then coalesce(excluded.caught_up_at, flow.progress.caught_up_at)
                           else greatest(excluded.caught_up_at, flow.progress.caught_up_at) end,
       lag_events = excluded.lag_events, reason = excluded.reason, checked_at = excluded.checked_at

-- name: waived
-- Whether somebody decided that a record may be passed.
select exists (select from flow.waived where consumer = $1 and topic = $2 and lane = $3 and record_offset = $4)

-- name: waive
-- A record that is none of ours may be passed from now on.
insert into flow.waived (consumer, topic, lane, record_offset, reason) values ($1, $2, $3, $4, $5) on conflict do nothing

-- name: parked_streams
-- Which of these streams have a parked event: everything later of theirs must wait behind it.
select distinct stream from flow.parked where consumer = $1 and topic = $2 and stream = any($3::text[])

-- name: park
-- Keep an event that could not be handled.
insert into flow.parked (consumer, topic, lane, sequence, record_offset, stream, event_id, type, headers, data, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: count_parked
-- How many are parked.
select count(*) from flow.parked where consumer = $1

-- name: list_parked
-- Everything parked, oldest first.
select id, consumer, topic, lane, sequence, record_offset, stream, event_id, type, attempts, parked_at, reason
  from flow.parked order by id

-- name: next_parked
-- The oldest parked event of a stream, locked until it is handled.
select id, topic, lane, sequence, record_offset, stream, type, headers, data from flow.parked
 where consumer = $1 and topic = $2 and stream = $3 order by id limit 1 for update

-- name: parked_heads
-- The streams with parked events, in the order in which they were parked.
select topic, stream from flow.parked where consumer = $1 and stream is not null
 group by topic, stream order by min(id)

-- name: unpark
-- It was handled.
delete from flow.parked where id = $1

-- name: still_parked
-- It failed again.
update flow.parked set attempts = attempts + 1, reason = $2 where id = $1

-- name: parked_unpublished
-- Parked events the parked topic does not show yet.
select id, topic, lane, sequence, stream, headers, data, reason from flow.parked where not published order by id limit 100

-- name: parked_published
-- They are shown now.
update flow.parked set published = true where id = any($1::bigint[])

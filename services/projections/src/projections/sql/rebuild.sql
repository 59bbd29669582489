-- name: cursors
-- How far the live version has applied each lane of each topic, and where to read on.
select topic, lane, sequence, next_offset, epoch, hash from flow.cursors where consumer = $1

-- name: lock_cursors
-- The same, held: the worker's next batch waits here until the switch is done. Its transaction begins with this row too.
select topic, lane, sequence, next_offset, epoch, hash from flow.cursors where consumer = $1 order by topic, lane for update

-- name: make_cursors
-- Cursors at the beginning where there are none.
insert into flow.cursors (consumer, topic, lane)
select $1, topic, lane from unnest($2::text[]) as topic, generate_series(0, 15) as lane on conflict do nothing

-- name: set_cursors
-- The worker goes on from where the new version is; its next batch finds that it was fenced and looks here again.
update flow.cursors c set sequence = n.sequence, next_offset = n.next_offset, epoch = n.epoch, hash = n.hash
  from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::int[], $7::bytea[])
       as n(topic, lane, sequence, next_offset, epoch, hash)
 where c.consumer = $1 and c.topic = n.topic and c.lane = n.lane

-- name: waived
-- Records a consumer may pass.
select topic, lane, record_offset from flow.waived where consumer = $1

-- name: leftovers
-- Versions whose builder died.
select version from projections.generations where name = $1 and state = 'building'

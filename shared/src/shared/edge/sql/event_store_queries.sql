-- name: load
-- A stream from its first event.
select lane, sequence, stream, version, event_id, type, schema_version, command_id, la_code, recorded_at, data,
       metadata, hash, epoch
  from es.events where stream = $1 order by version

-- name: load_for
-- The same for a command: with the version at which it was found to have nothing to do.
select lane, sequence, stream, version, event_id, type, schema_version, command_id, la_code, recorded_at, data,
       metadata, hash, epoch,
       (select s.version from es.settled_commands s where s.command_id = $2 and s.stream = $1) as settled
  from es.events where stream = $1 order by version

-- name: append_one
-- One event, as most commands have.
select es.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: append_together
-- Several events, of one command or of several.
select es.append_together($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: settle
-- Remember that a command had nothing to do.
select es.settle($1, $2, $3, $4)

-- name: read_lane
-- A page of a lane after a sequence number; gapless and in commit order.
select lane, sequence, stream, version, event_id, type, schema_version, command_id, la_code, recorded_at, data,
       metadata, hash, epoch
  from es.events where lane = $1 and sequence > $2 order by sequence limit $3

-- name: heads
-- The last sequence number and the last hash of every lane.
select lane, head, hash from es.lanes

-- name: page_for_verification
-- A page of a lane with the hash as it is stored and as its fields make it, each from the stored hash before it.
select e.sequence, e.event_id, e.stream, e.version, e.type, e.hash,
       es.link(coalesce(p.hash, '\x'), e.lane, e.sequence, e.stream, e.version, e.event_id, e.type, e.schema_version,
               e.command_id, e.la_code, e.recorded_at, e.epoch, e.data, e.metadata) as computed
  from es.events e
  left join es.events p on p.lane = e.lane and p.sequence = e.sequence - 1
 where e.lane = $1 and e.sequence > $2 order by e.sequence limit $3

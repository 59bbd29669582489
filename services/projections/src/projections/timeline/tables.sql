-- name: tables
-- One row per event of a case, with the event's bytes as they were stored.
create table {schema}.events (
    case_id        uuid not null,
    topic          text not null,
    lane           smallint not null,
    sequence       bigint not null,
    la_code        text not null,
    occurred_on    date not null,
    recorded_at    timestamptz not null,
    event_id       uuid not null,
    type           text not null,
    schema_version smallint not null,
    person_id      uuid,
    user_id        text not null,
    role           text not null,
    org_id         text not null,
    corrects       uuid,
    field          text,
    corrected_to   date,
    retracts       uuid,
    data           bytea not null
);

-- name: indexes
-- A case's events lie together in the index; nothing else is ever asked for.
alter table {schema}.events add primary key (case_id, topic, sequence);
alter table {schema}.events enable row level security;
alter table {schema}.events force row level security;
create policy of_the_authority on {schema}.events
    using (coalesce(current_setting('send.la_code', true), '*') in ('*', la_code));
analyze {schema}.events;

-- name: insert
-- The events of one batch.
insert into {schema}.events (case_id, topic, lane, sequence, la_code, occurred_on, recorded_at, event_id, type,
                             schema_version, person_id, user_id, role, org_id, corrects, field, corrected_to, retracts, data)
select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::bigint[], $5::text[], $6::date[], $7::timestamptz[],
                     $8::uuid[], $9::text[], $10::smallint[], $11::uuid[], $12::text[], $13::text[], $14::text[],
                     $15::uuid[], $16::text[], $17::date[], $18::uuid[], $19::bytea[])

-- name: page
-- A case as it was known at an instant, in order of occurrence, after a place in that order. The date shown is that of the
-- latest correction known by then; which one is the latest is its place in the stream, and so in the lane.
with known as (
    select * from {schema}.events where case_id = $1 and la_code = $2 and recorded_at <= $3
), corrected as (
    select distinct on (corrects) corrects, corrected_to from known where corrects is not null and field = 'occurred_on'
     order by corrects, sequence desc
)
select k.topic, k.lane, k.sequence, k.occurred_on, coalesce(c.corrected_to, k.occurred_on) as happened_on, k.recorded_at,
       k.event_id, k.type, k.schema_version, k.person_id, k.user_id, k.role, k.org_id, k.data,
       k.event_id in (select coalesce(corrects, retracts) from known where coalesce(corrects, retracts) is not null)
         as amended
  from known k
  left join corrected c on c.corrects = k.event_id
 where ($4::text[] is null or k.type = any($4))
   and ($5::date is null or coalesce(c.corrected_to, k.occurred_on) >= $5)
   and ($6::date is null or coalesce(c.corrected_to, k.occurred_on) <= $6)
   and ($7::date is null
        or (coalesce(c.corrected_to, k.occurred_on), k.recorded_at, k.topic, k.sequence) > ($7, $8, $9, $10))
   and not k.type = any($12::text[])
 order by happened_on, k.recorded_at, k.topic, k.sequence
 limit $11

-- name: amendments
-- The corrections and retractions known at an instant of some events of a case, oldest first.
select corrects, retracts, event_id, recorded_at, user_id, role, org_id, data from {schema}.events
 where case_id = $1 and la_code = $2 and recorded_at <= $3 and (corrects = any($4::uuid[]) or retracts = any($4::uuid[]))
 order by topic, sequence

-- name: exists
-- Whether the authority has such a case at all.
select exists (select from {schema}.events where case_id = $1 and la_code = $2)

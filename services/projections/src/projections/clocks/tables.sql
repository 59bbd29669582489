-- name: tables
-- What the engine reads of each case's events: only the fields that some rule looks at, none of them personal.
create table {schema}.facts (
    case_id     uuid not null,
    topic       text not null,
    lane        smallint not null,
    sequence    bigint not null,
    la_code     text not null,
    event_id    uuid not null,
    type        text not null,
    occurred_on date not null,
    recorded_at timestamptz not null,
    school_days boolean not null,
    setting_id  text,
    data        bytea not null
);

-- Published term dates. They belong to no case; cases with limits in school days count by them.
create table {schema}.terms (
    topic       text not null,
    lane        smallint not null,
    sequence    bigint not null,
    la_code     text not null,
    event_id    uuid not null,
    type        text not null,
    occurred_on date not null,
    recorded_at timestamptz not null,
    setting_id  text,
    data        bytea not null
);

-- One row per clock. It does not know what day it is: `ended_on` is the day on which it was met, closed or superseded, and
-- `sort_on` its last day (the end of time where the law names none). `passes`: a time that passes by
-- itself: one that must pass, or in which somebody may use a right.
create table {schema}.clocks (
    case_id     uuid not null,
    clock_id    text not null,
    la_code     text not null,
    lane        smallint not null,
    rule        text not null,
    due_on      date,
    sort_on     date not null,
    ended_on    date,
    met_on      date,
    passes      boolean not null,
    alarms      boolean not null,
    school_days boolean not null,
    caseworker  text,
    team        text,
    detail      bytea not null
);

-- name: indexes
-- The worklist is read by due date; who and which rule stand in the index too, so that filtering reads nothing else.
alter table {schema}.facts add primary key (case_id, topic, sequence);
alter table {schema}.terms add primary key (topic, lane, sequence);
alter table {schema}.clocks add primary key (case_id, clock_id);
create index facts_in_school_days on {schema}.facts (la_code, setting_id) where school_days;
create index clocks_open on {schema}.clocks (la_code, sort_on, case_id, clock_id, team, caseworker, rule)
    where ended_on is null and not passes;
create index clocks_passing on {schema}.clocks (la_code, sort_on, case_id, clock_id, team, caseworker, rule)
    where ended_on is null and passes;
create index clocks_by_due_date on {schema}.clocks (la_code, sort_on, case_id, clock_id, team, caseworker, rule);
create index clocks_to_watch on {schema}.clocks (sort_on) where ended_on is null and alarms;
create index clocks_met_late on {schema}.clocks (met_on) where met_on > due_on and alarms;
alter table {schema}.facts enable row level security;
alter table {schema}.facts force row level security;
create policy of_the_authority on {schema}.facts
    using (coalesce(current_setting('send.la_code', true), '*') in ('*', la_code));
alter table {schema}.clocks enable row level security;
alter table {schema}.clocks force row level security;
create policy of_the_authority on {schema}.clocks
    using (coalesce(current_setting('send.la_code', true), '*') in ('*', la_code));
analyze {schema}.facts, {schema}.terms, {schema}.clocks;

-- name: lock_lanes
-- A case's facts come from five topics: one transaction at a time works a case's clocks out. In order, against deadlocks.
select pg_advisory_xact_lock(1585256, lane) from (select unnest($1::int[]) as lane order by 1) as lanes

-- name: add_facts
-- New facts.
insert into {schema}.facts (case_id, topic, lane, sequence, la_code, event_id, type, occurred_on, recorded_at, school_days,
                            setting_id, data)
select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::bigint[], $5::text[], $6::uuid[], $7::text[], $8::date[],
                     $9::timestamptz[], $10::boolean[], $11::text[], $12::bytea[])

-- name: add_terms
-- New term dates.
insert into {schema}.terms (topic, lane, sequence, la_code, event_id, type, occurred_on, recorded_at, setting_id, data)
select * from unnest($1::text[], $2::smallint[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::date[],
                     $8::timestamptz[], $9::text[], $10::bytea[])

-- name: counting_by
-- The cases with limits in school days of these settings, or of these authorities.
select distinct case_id from {schema}.facts
 where school_days and (setting_id = any($1::text[]) or la_code = any($2::text[]))

-- name: facts
-- Everything known about some cases.
select case_id, event_id, type, occurred_on, recorded_at, la_code, school_days, setting_id, data
  from {schema}.facts where case_id = any($1::uuid[]) order by case_id, topic, sequence

-- name: facts_of_one
-- Everything known about one case of an authority at an instant.
select case_id, event_id, type, occurred_on, recorded_at, la_code, school_days, setting_id, data
  from {schema}.facts where case_id = $1 and la_code = $2 and recorded_at <= $3 order by topic, sequence

-- name: terms
-- The term dates of some settings and authorities, as known at an instant.
select event_id, type, occurred_on, recorded_at, la_code, data from {schema}.terms
 where (setting_id = any($1::text[]) or setting_id is null and la_code = any($2::text[])) and recorded_at <= $3
 order by recorded_at, event_id

-- name: clocks
-- The clocks of some cases as they stand in the table.
select case_id, clock_id, la_code, lane, rule, due_on, sort_on, ended_on, met_on, passes, alarms, school_days, caseworker,
       team, detail
  from {schema}.clocks where case_id = any($1::uuid[])

-- name: remove_clocks
-- Clocks that are gone or about to be written anew.
delete from {schema}.clocks c using unnest($1::uuid[], $2::text[]) as r(case_id, clock_id)
 where c.case_id = r.case_id and c.clock_id = r.clock_id

-- name: add_clocks
-- Clocks as they are now.
insert into {schema}.clocks (case_id, clock_id, la_code, lane, rule, due_on, sort_on, ended_on, met_on, passes, alarms,
                             school_days, caseworker, team, detail)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::date[], $7::date[], $8::date[],
                     $9::date[], $10::boolean[], $11::boolean[], $12::boolean[], $13::text[], $14::text[], $15::bytea[])

-- name: exists
-- Whether the authority has facts of such a case.
select exists (select from {schema}.facts where case_id = $1 and la_code = $2)

-- name: next_due
-- The open clock with the earliest last day, of each of some cases.
select distinct on (case_id) case_id, clock_id, lane, rule, due_on, school_days, detail from {schema}.clocks
 where case_id = any($1::uuid[]) and la_code = $2 and ended_on is null and not passes and due_on is not null
 order by case_id, sort_on, clock_id

-- name: worklist_open
-- What is to be done, by due date, after a place in that order.
select case_id, clock_id, lane, rule, due_on, sort_on, school_days, caseworker, team, detail
  from {schema}.clocks
 where la_code = $1 and ended_on is null and not passes
   and ($2::text is null or team = $2) and ($3::text is null or caseworker = $3) and ($4::text[] is null or rule = any($4))
   and ($5::date is null or sort_on < $5) and (sort_on, case_id, clock_id) > ($6, $7, $8)
   and not case_id = any($10::uuid[])
 order by sort_on, case_id, clock_id limit $9

-- name: worklist_passing
-- Times that are passing by themselves and are not over, by their last day.
select case_id, clock_id, lane, rule, due_on, sort_on, school_days, caseworker, team, detail
  from {schema}.clocks
 where la_code = $1 and ended_on is null and passes
   and ($2::text is null or team = $2) and ($3::text is null or caseworker = $3) and ($4::text[] is null or rule = any($4))
   and ($5::date is null or sort_on < $5) and (sort_on, case_id, clock_id) > ($6, $7, $8)
   and not case_id = any($10::uuid[])
 order by sort_on, case_id, clock_id limit $9

-- name: worklist_all
-- Every clock there ever was, by due date.
select case_id, clock_id, lane, rule, due_on, sort_on, school_days, caseworker, team, detail
  from {schema}.clocks
 where la_code = $1
   and ($2::text is null or team = $2) and ($3::text is null or caseworker = $3) and ($4::text[] is null or rule = any($4))
   and ($5::date is null or sort_on < $5) and (sort_on, case_id, clock_id) > ($6, $7, $8)
   and not case_id = any($10::uuid[])
 order by sort_on, case_id, clock_id limit $9

-- name: done_between
-- What was done about one limit in a period.
select case_id, detail from {schema}.clocks
 where la_code = $1 and rule = $2 and met_on between $3 and $4

-- name: to_watch
-- Open clocks of some lanes that are near or past their last day, in stretches.
select case_id, clock_id, la_code, sort_on, caseworker, team, detail from {schema}.clocks
 where ended_on is null and alarms and sort_on <= $2 and lane = any($1::smallint[])
   and (sort_on, case_id, clock_id) > ($3, $4, $5)
 order by sort_on, case_id, clock_id limit $6

-- name: met_late_untold
-- Clocks of some lanes that were met late and of which nobody was told.
select c.case_id, c.clock_id, c.la_code, c.sort_on, c.caseworker, c.team, c.detail from {schema}.clocks c
 where c.met_on > c.due_on and c.alarms and c.lane = any($1::smallint[])
   and not exists (select from projections.told t where t.case_id = c.case_id and t.clock_id = c.clock_id
                                                   and t.kind = 'met-late' and t.due_on = c.due_on)
   and (c.sort_on, c.case_id, c.clock_id) > ($2, $3, $4)
 order by c.sort_on, c.case_id, c.clock_id limit $5

-- name: watch_cases
-- The clocks of some cases that may call for an alert.
select case_id, clock_id, la_code, sort_on, caseworker, team, detail from {schema}.clocks
 where case_id = any($1::uuid[]) and alarms and (ended_on is null and sort_on <= $2 or met_on > due_on)

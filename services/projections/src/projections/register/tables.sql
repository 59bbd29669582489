-- name: tables
-- One row per case. `parts` is what each topic said, from which the other columns are worked out.
create table {schema}.cases (
    case_id       uuid not null,
    la_code       text not null,
    lane          smallint not null,
    person_id     uuid,
    name          text,
    name_event_id uuid,
    opened_at     timestamptz not null,
    changed_at    timestamptz not null,
    stage         text not null,
    stage_since   date,
    caseworker    text,
    team          text,
    primary_need  text,
    setting_id    uuid,
    setting_name  text,
    setting_type  text,
    sen_support   boolean not null,
    in_ap         boolean not null,
    parts         bytea not null
);

-- Settings by id, so that a placement can be shown with a name. They belong to no authority. `said` is what was said of
-- each, from which name and category are worked out; no name if all of it was retracted.
create table {schema}.settings (
    setting_id uuid not null,
    name       text,
    category   text,
    sequence   bigint not null,
    said       bytea not null
);

-- name: indexes
-- The list is read newest first, by authority.
alter table {schema}.cases add primary key (case_id);
alter table {schema}.settings add primary key (setting_id);
create index cases_newest_first on {schema}.cases (la_code, opened_at desc, case_id desc);
alter table {schema}.cases enable row level security;
alter table {schema}.cases force row level security;
create policy of_the_authority on {schema}.cases
    using (coalesce(current_setting('send.la_code', true), '*') in ('*', la_code));
analyze {schema}.cases, {schema}.settings;

-- name: lock_lane
-- Cases of a lane are reached from five topics: one transaction at a time works a case out.
select pg_advisory_xact_lock(1585255, $1)

-- name: parts
-- What is known of some cases.
select case_id, parts from {schema}.cases where case_id = any($1::uuid[])

-- name: save
-- The cases as they are now.
insert into {schema}.cases (case_id, la_code, lane, person_id, name, name_event_id, opened_at, changed_at, stage, stage_since,
                            caseworker, team, primary_need, setting_id, setting_name, setting_type, sen_support, in_ap, parts)
select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::uuid[], $5::text[], $6::uuid[], $7::timestamptz[],
                     $8::timestamptz[], $9::text[], $10::date[], $11::text[], $12::text[], $13::text[], $14::uuid[],
                     $15::text[], $16::text[], $17::boolean[], $18::boolean[], $19::bytea[])
on conflict (case_id) do update set (la_code, lane, person_id, name, name_event_id, opened_at, changed_at, stage, stage_since,
                            caseworker, team, primary_need, setting_id, setting_name, setting_type, sen_support, in_ap, parts)
 = row (excluded.la_code, excluded.lane, excluded.person_id, excluded.name, excluded.name_event_id, excluded.opened_at,
        excluded.changed_at, excluded.stage, excluded.stage_since, excluded.caseworker, excluded.team,
        excluded.primary_need, excluded.setting_id, excluded.setting_name, excluded.setting_type, excluded.sen_support,
        excluded.in_ap, excluded.parts)

-- name: names
-- The names of the children of some cases, sealed.
select case_id, person_id, name, name_event_id from {schema}.cases
 where la_code = $1 and case_id = any($2::uuid[]) and name is not null

-- name: settings
-- What is known of some settings.
select setting_id, said from {schema}.settings where setting_id = any($1::uuid[])

-- name: save_settings
-- Settings as they are now.
insert into {schema}.settings (setting_id, name, category, sequence, said)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
on conflict (setting_id) do update set (name, category, sequence, said)
 = row (excluded.name, excluded.category, excluded.sequence, excluded.said)

-- name: page
-- An authority's cases, newest first, after a place in that order, each with its setting's name.
select c.case_id, c.lane, c.person_id, c.name, c.name_event_id, c.opened_at, c.changed_at, c.stage, c.stage_since,
       c.caseworker, c.team, c.primary_need, c.setting_id, coalesce(s.name, c.setting_name) as setting_name,
       c.setting_type, c.sen_support, c.in_ap
  from {schema}.cases c left join {schema}.settings s on s.setting_id = c.setting_id
 where c.la_code = $1
   and ($2::text[] is null or c.stage = any($2))
   and ($3::text is null or c.caseworker = $3)
   and ($4::text is null or c.team = $4)
   and ($5::text is null or c.primary_need = $5)
   and ($6::uuid is null or c.setting_id = $6)
   and ($7::timestamptz is null or (c.opened_at, c.case_id) < ($7, $8))
 order by c.opened_at desc, c.case_id desc
 limit $9

-- name: one
-- One case.
select c.case_id, c.lane, c.person_id, c.name, c.name_event_id, c.opened_at, c.changed_at, c.stage, c.stage_since,
       c.caseworker, c.team, c.primary_need, c.setting_id, coalesce(s.name, c.setting_name) as setting_name,
       c.setting_type, c.sen_support, c.in_ap
  from {schema}.cases c left join {schema}.settings s on s.setting_id = c.setting_id
 where c.la_code = $1 and c.case_id = $2

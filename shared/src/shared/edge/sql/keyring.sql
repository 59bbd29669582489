-- The keyring: one wrapped data key per person, in a database of its own and in nobody else's backup.
-- Destroying a key is the erasure: log, topics, projections and backups keep their shape and lose the person.

create schema keyring;

create table keyring.person_keys (
    person_id uuid primary key,
    wrapped   bytea,
    made_at   timestamptz not null default now(),
    erased_at timestamptz,
    check ((wrapped is null) = (erased_at is not null))
);

grant usage on schema keyring to send_app;
grant select, insert on keyring.person_keys to send_app;
grant update (wrapped, erased_at) on keyring.person_keys to send_app;

-- name: keys
-- The wrapped keys of some persons; null where the person was erased.
select person_id, wrapped from keyring.person_keys where person_id = any($1::uuid[])

-- name: make
-- Keep new keys, and say which; not those where someone else was quicker.
insert into keyring.person_keys (person_id, wrapped)
select * from unnest($1::uuid[], $2::bytea[]) on conflict do nothing
returning person_id, wrapped

-- name: erase
-- Destroy a person's key for ever.
insert into keyring.person_keys (person_id, wrapped, erased_at) values ($1, null, now())
on conflict (person_id) do update set wrapped = null, erased_at = coalesce(keyring.person_keys.erased_at, now())

#!/bin/sh
# Runs once: the role the services read and make keys with.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$KEYRING_APP_PASSWORD" <<'SQL'
create role keyring_app login password :'password';
SQL

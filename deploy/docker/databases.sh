#!/bin/sh
# Runs once, when the server is first made: a database for each service and the role its application uses.
set -eu
for name in referral assessment plan placement ap_intervention projections; do
    psql -v ON_ERROR_STOP=1 -U postgres -v role="${name}_app" -v password="$APP_PASSWORD" -v database="$name" <<'SQL'
create role :"role" login password :'password';
create database :"database";
SQL
done

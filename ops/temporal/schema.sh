#!/bin/sh
# Creates Temporal's two databases, or brings their schemas up to date; runs before every start of the server.
# Source: docs.temporal.io, Upgrade the Temporal Server, "Upgrade SQL-based schema".
set -eu

sql_tool() {
  database=$1
  shift
  temporal-sql-tool --plugin "$DB" --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" --database "$database" "$@"
}

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  sql_tool "$database" create
  sql_tool "$database" setup-schema -v 0.0 # leaves one that is there alone
  sql_tool "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned"
done

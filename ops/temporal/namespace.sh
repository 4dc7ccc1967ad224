#!/bin/sh
# Makes the namespace once. Retention is for how long closed runs can be looked at; orders themselves stay in PostgreSQL.
set -eu

until temporal operator cluster health; do sleep 2; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 7d

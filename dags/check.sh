#!/usr/bin/env bash
# Runs the DAGs in a real Airflow: four days with real spark-submits on a standalone Spark cluster
# (docs/airflow.md, "What was tried"). It needs Python 3.11 or newer, Java 17, Linux, and the jar that
# `mvn package` builds; the network only to install packages with pip.
#
#   dags/check.sh [FOLDER]
#
#   FOLDER   where virtual environment and Spark are kept for the next check; else all is temporary
#   PYTHON   the Python to use, python3

set -euo pipefail

dags="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-python3}"

say() {
  printf 'check: %s\n' "$*" >&2
}

version="$(sed -n '/<version>/{s:.*<version>\(.*\)</version>.*:\1:p;q;}' "$dags/../pom.xml")"
jar="$dags/../jobs/target/gateau-$version.jar"
if [[ ! -f "$jar" ]]; then
  say "$jar is not there; build it with: mvn -DskipTests -DskipITs package"
  exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  say "$python is older than 3.11, which the Spark provider of Airflow needs; name another with PYTHON"
  exit 2
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
kept="${1:-$work}"
mkdir -p "$kept"
kept="$(cd "$kept" && pwd)"

# pip is asked again only if the packages have changed.
if ! cmp -s "$dags/requirements.txt" "$kept/requirements.txt"; then
  say "installing Airflow"
  "$python" -m venv --clear "$kept/venv"
  "$kept/venv/bin/pip" install --quiet --disable-pip-version-check -r "$dags/requirements.txt"
  say "installing Spark"
  rm -rf "$kept/spark"
  "$kept/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$kept/spark" -r "$dags/spark.txt"
  cp "$dags/requirements.txt" "$kept/requirements.txt"
fi

export GATEAU_CHECK_FOLDER="$work" GATEAU_CHECK_JAR="$(cd "$(dirname "$jar")" && pwd)/$(basename "$jar")"
export SPARK_HOME="$kept/spark/pyspark" PATH="$kept/venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
cd "$dags"
# In the background, so that a signal reaches it: it ends what it has started.
"$kept/venv/bin/python" -m unittest -v check.test_modules check.test_days &
tests=$!
trap 'kill "$tests"; wait "$tests"; exit 143' TERM INT HUP
wait "$tests"

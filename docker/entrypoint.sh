#!/bin/sh
# master | worker MASTER_URL | any arguments of gateau
set -eu
class_path="/opt/gateau/gateau.jar:/opt/gateau/spark/jars/*"
options="-XX:+IgnoreUnrecognizedVMOptions --add-modules=jdk.incubator.vector"
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  options="$options --add-opens=java.base/$package=ALL-UNNAMED"
done
case "${1:-}" in
  master)
    # shellcheck disable=SC2086
    exec java $options -cp "$class_path" org.apache.spark.deploy.master.Master --host "$(hostname)"
    ;;
  worker)
    # shellcheck disable=SC2086
    exec java $options -cp "$class_path" org.apache.spark.deploy.worker.Worker "$2"
    ;;
  *)
    # shellcheck disable=SC2086
    exec java $options -cp "$class_path" io.gateau.jobs.Gateau "$@"
    ;;
esac

#!/bin/sh
# master | worker MASTER_URL | any arguments of gateau
set -eu
class_path="/opt/gateau/gateau.jar:/opt/gateau/spark/jars/*"
jvm_options="@/opt/gateau/jvm-options.txt"
case "${1:-}" in
  master)
    exec java "$jvm_options" -cp "$class_path" org.apache.spark.deploy.master.Master --host "$(hostname)"
    ;;
  worker)
    exec java "$jvm_options" -cp "$class_path" org.apache.spark.deploy.worker.Worker "$2"
    ;;
  *)
    exec java "$jvm_options" -cp "$class_path" io.gateau.jobs.Gateau "$@"
    ;;
esac

#!/bin/sh
# master | worker MASTER_URL | any arguments of gateau
# GATEAU_JAVA_OPTS: options for the JVM of gateau itself, such as -Xmx16g
set -eu
home="${GATEAU_HOME:-/opt/gateau}"
class_path="$home/gateau.jar:$home/spark/jars/*"
# What Spark needs of the JVM, written by the build from pom.xml.
jvm_options="@$home/jvm-options.txt"
case "${1:-}" in
  master)
    exec java "$jvm_options" -cp "$class_path" org.apache.spark.deploy.master.Master --host "$(hostname)"
    ;;
  worker)
    if [ "$#" -lt 2 ]; then
      echo "gateau: worker needs the URL of the master, such as spark://master:7077" >&2
      exit 2
    fi
    exec java "$jvm_options" -cp "$class_path" org.apache.spark.deploy.worker.Worker "$2"
    ;;
  *)
    # Several options in one variable.
    # shellcheck disable=SC2086
    exec java "$jvm_options" "-Dlog4j2.configurationFile=$home/conf/log4j2.properties" ${GATEAU_JAVA_OPTS:-} \
      -cp "$class_path" io.gateau.jobs.Gateau "$@"
    ;;
esac

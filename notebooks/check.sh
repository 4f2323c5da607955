#!/usr/bin/env bash
# Executes both notebooks and runs the tests of the Python package, with the jar that `mvn verify` or `mvn package` built.
#
#   notebooks/check.sh [--write] [VENV]
#
# VENV is the folder of a virtual environment that is kept for the next time; without it a temporary one is made. --write puts
# the executed notebooks, with their outputs, in the place of those in this folder. Java 17 and Python 3.10 or newer must be on
# the PATH.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
write=no
if [ "${1:-}" = --write ]; then
  write=yes
  shift
fi

jars=("$root"/jobs/target/gateau-[0-9]*.jar)
if [ ! -f "${jars[0]}" ]; then
  echo "notebooks/check.sh: no jar in jobs/target; run mvn package first" >&2
  exit 2
fi
export GATEAU_JAR=${jars[0]}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${1:-$work/venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
venv=$(cd "$venv" && pwd)
python=$venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check -r "$root/notebooks/requirements.txt"
"$python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$root/python"

# Nothing of the repository's Python is on the path, and nothing is written into the repository.
export PATH=$venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONPATH= SPARK_LOCAL_IP=127.0.0.1
export IPYTHONDIR=$work/ipython JUPYTER_CONFIG_DIR=$work/jupyter MPLCONFIGDIR=$work/matplotlib
SPARK_HOME=$("$python" -c 'import pyspark; print(pyspark.__path__[0])')
export SPARK_HOME
# The kernel of the Java notebook: Spark's jars and Gateau's, the options of the launcher, and its quiet log.
export JJAVA_CLASSPATH="$SPARK_HOME/jars/*.jar:$GATEAU_JAR"
# The processes are short, so they compile quickly rather than well.
export SPARK_SUBMIT_OPTS=-XX:TieredStopAtLevel=1
JJAVA_JVM_OPTS="$SPARK_SUBMIT_OPTS $(tr -s ' \n' ' ' <"$root/jobs/target/jvm-options.txt") -Xmx2g -Dlog4j2.configurationFile=$root/conf/log4j2.properties"
export JJAVA_JVM_OPTS

# In a copy, so that what the notebooks write is thrown away.
cp -r "$root/notebooks" "$work/notebooks"
rm -rf "$work/notebooks/out"
cd "$work/notebooks"
execute() {
  local notebook=$1
  echo "notebooks/$notebook.ipynb"
  if ! "$venv/bin/jupyter" nbconvert --log-level=ERROR --to notebook --execute --inplace \
    --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.timeout=300 "$notebook.ipynb" 2>"$work/$notebook.log"; then
    cat "$work/$notebook.log" >&2
    return 1
  fi
  if [ "$write" = yes ]; then
    # Without what a JVM says of itself and its machine when it starts.
    "$python" - "$notebook.ipynb" "$root/notebooks/$notebook.ipynb" <<'PYTHON'
import sys
import nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
nbformat.write(notebook, sys.argv[2])
PYTHON
  fi
}
execute jvm &
jvm=$!
execute pyspark
wait "$jvm"

cd "$work"
# Two processes: classic PySpark and the client of Spark Connect do not share one.
"$python" -m pytest -q -p no:cacheprovider --ignore "$root/python/tests/test_connect.py" "$root/python/tests"
"$python" -m pytest -q -p no:cacheprovider "$root/python/tests/test_connect.py"

"""Spark Connect: the jar and the extension are the server's, the client has neither. Run it in a process of its own."""

import os
import socket
import subprocess
import time

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import gateau
from conftest import CONF, SPARK_HOME
from gateau import functions as G


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def connect(jar, tmp_path_factory):
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    conf = {
        **CONF,
        "spark.jars": jar,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
    }
    flags = [part for pair in conf.items() for part in ("--conf", "=".join(pair))]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [
                str(SPARK_HOME / "bin" / "spark-submit"),
                "--master",
                "local[2]",
                *flags,
                "--class",
                "org.apache.spark.sql.connect.service.SparkConnectServer",
                "spark-internal",
            ],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "SPARK_HOME": str(SPARK_HOME)},
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        yield session
        session.stop()
    finally:
        server.terminate()
        server.wait(30)


def test_the_functions_are_columns(connect, samples):
    scored = (
        connect.read.json(samples)
        .limit(3)
        .select("id", G.chat().alias("c"))
        .select("id", "c.*")
        .select(
            "id",
            G.perplexity("embedded:long", options={"max-tokens": 4096}).alias("p"),
            F.size(G.attention_focus("embedded:long")).alias("a"),
            F.size(G.segments("embedded:long")).alias("g"),
        )
    )

    rows = scored.collect()
    assert len(rows) == 3
    assert all(row.p > 1 and row.a == row.g > 1 for row in rows)


def test_the_functions_are_in_sql(connect):
    chat = "array(map('role', 'user', 'content', 'doc\n\nask'), map('role', 'assistant', 'content', 'yes'))"

    assert tuple(connect.sql(f"SELECT gateau_chat({chat}) c").head().c) == ("doc", "ask", "yes")


def test_a_wrong_option_is_one_line(connect):
    """The server's stack trace, which PySpark adds to every error, is turned off with a setting of Spark's."""
    connect.conf.set("spark.sql.connect.serverStacktrace.enabled", "false")
    for model, options, problem in [
        ("'embedded:long'", "map('max-token', '5')", "option max-token is not known"),
        ("'no/model'", "map()", "model directory no/model does not exist"),
        ("concat('no/model', id)", "map()", "model directory no/model0 does not exist"),
    ]:
        with pytest.raises(PySparkException) as error:
            connect.range(1).selectExpr(f"gateau_perplexity({model}, 'c', 'i', 'r', {options})").collect()

        assert str(error.value).startswith(f"[USER_RAISED_EXCEPTION] gateau_perplexity: {problem}")
        assert len(str(error.value).splitlines()) == 1


def test_the_tables_of_an_output_folder_are_read(connect, tmp_path):
    connect.range(3).write.parquet(str(tmp_path / "scores"))
    (tmp_path / "manifest.json").write_text('{"score": {}}')
    output = gateau.read_output(connect, str(tmp_path))

    assert output.scores.count() == 3
    assert output.manifest == {"score": {}}


def test_the_ranker_is_for_classic_pyspark(connect, tmp_path):
    with pytest.raises(RuntimeError, match="the ranker runs in classic PySpark"):
        gateau.SampleRanker(alpha=0.8)
    with pytest.raises(RuntimeError, match="the ranker runs in classic PySpark"):
        _ = gateau.read_output(connect, str(tmp_path)).ranker

"""The jar, and a session of classic PySpark with it. The tests run outside the repository, with gateau installed."""

import os
import subprocess
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

EXTENSIONS = "io.gateau.udf.GateauExtensions"
SPARK_HOME = Path(pyspark.__path__[0])
REPOSITORY = Path(__file__).resolve().parents[2]

CONF = {
    "spark.sql.extensions": EXTENSIONS,
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
}


@pytest.fixture(scope="session")
def jar() -> str:
    return os.environ["GATEAU_JAR"]


@pytest.fixture(scope="session")
def submit(jar):
    """Runs a program of Spark's bin folder with the jar; returns the finished process."""

    def run(program: str, *arguments: str, folder: Path, check: bool = True) -> subprocess.CompletedProcess:
        conf = [part for pair in CONF.items() for part in ("--conf", "=".join(pair))]
        return subprocess.run(
            [str(SPARK_HOME / "bin" / program), "--master", "local[2]", *conf, *arguments],
            cwd=folder,
            check=check,
            capture_output=True,
            text=True,
            env={**os.environ, "SPARK_HOME": str(SPARK_HOME)},
        )

    return run


@pytest.fixture(scope="session")
def samples() -> str:
    """Planted samples as chats."""
    return str(REPOSITORY / "notebooks" / "samples.jsonl.gz")


@pytest.fixture(scope="session")
def spark(jar):
    builder = SparkSession.builder.master("local[2]").config("spark.jars", jar)
    for key, value in CONF.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()

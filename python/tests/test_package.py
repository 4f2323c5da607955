"""The package as it is installed."""

import importlib.metadata
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from importlib.resources import files

import gateau
from conftest import REPOSITORY


def test_the_version_is_that_of_the_pom():
    pom = ElementTree.parse(REPOSITORY / "pom.xml").getroot()
    version = pom.findtext("{http://maven.apache.org/POM/4.0.0}version")

    assert importlib.metadata.version("gateau") == version
    assert gateau.__version__ == version


def test_it_is_installed_and_typed():
    assert not str(files(gateau)).startswith(str(REPOSITORY / "python"))
    assert files(gateau).joinpath("py.typed").is_file()


def test_without_py4j_all_but_the_ranker_is_there():
    """So it is beside the client of Spark Connect alone."""
    program = """
import sys
sys.modules["pyspark.ml.wrapper"] = None
import gateau
gateau.functions.chat, gateau.read_output
try:
    gateau.SampleRanker
except ImportError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert said == (
        "gateau.SampleRanker needs pyspark.ml.wrapper, which is not installed; the ranker runs in classic PySpark:"
        " pip install pyspark numpy\n"
    )

"""The tables and the manifest of a folder that gateau run, gateau score or gateau select has written."""

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from gateau.ranking import SampleRankerModel


class Output:
    """An output folder, and one selection in it.

    docs/operations.md and README.md say what the tables hold. Nothing is read before it is asked for.
    """

    def __init__(self, spark: SparkSession, path: str, selection: Optional[str] = None) -> None:
        self._spark = spark
        self.path = path.rstrip("/")
        self.selection = selection

    def __repr__(self) -> str:
        return f"Output({self.path!r}, selection={self.selection!r})"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """manifest.json: configuration, fingerprints of the models, versions, counts, seconds."""
        text = self._spark.read.text(f"{self.path}/manifest.json", wholetext=True).head()
        return json.loads(text.value) if text else {}

    @property
    def samples(self) -> DataFrame:
        """One narrow row for each record of the input."""
        return self._spark.read.parquet(f"{self.path}/samples")

    @property
    def scores(self) -> DataFrame:
        """Every ranked sample with all terms of its score, its rank, and whether it is selected."""
        return self._table("scores")

    @property
    def selected(self) -> DataFrame:
        """The selected samples with their original records, best first.

        Of a selection that was written with --format jsonl, the records themselves, as Spark reads their JSON.
        """
        folder = f"{self._folder}/selected"
        files = self._spark.read.format("binaryFile").option("pathGlobFilter", "*.jsonl").load(folder)
        if files.select("path").head(1):
            return self._spark.read.json(folder)
        return self._spark.read.parquet(folder)

    @property
    def rejected(self) -> DataFrame:
        """Every record that is not ranked: file, line, id, reason, detail."""
        return self._table("rejected")

    @property
    def ranker(self) -> "SampleRankerModel":
        """The fitted ranker; classic PySpark only."""
        from gateau.ranking import SampleRankerModel

        return SampleRankerModel.load(f"{self._folder}/ranker")

    def open_row(self, sample_id: str) -> Row:
        """The row of scores of one sample, with the column explanation: how its score comes about. Classic PySpark only.

        :raises KeyError: if no ranked sample has this id; rejected says why a record is not ranked
        """
        rows = self.ranker.explain(self.scores.where(F.col("id") == sample_id)).head(1)
        if not rows:
            raise KeyError(f"no ranked sample of {self!r} has the id {sample_id!r}; look into rejected")
        return rows[0]

    @property
    def _folder(self) -> str:
        return f"{self.path}/selections/{self.selection}" if self.selection else self.path

    def _table(self, name: str) -> DataFrame:
        return self._spark.read.parquet(f"{self._folder}/{name}")


def read_output(spark: SparkSession, path: str, selection: Optional[str] = None) -> Output:
    """The folder at path, on any file system of Spark's; selection is the --name of a selection in it."""
    return Output(spark, path, selection)

"""Thin wrappers of io.gateau.pipeline.rank.SampleRanker and its model: nothing is computed here.

PySpark finds the Python class of a stage that it reads from a saved pipeline by the name of the Java class. It imports the
package io.gateau.pipeline.rank, which cannot exist in Python, where io is a module of the standard library. So this module is
registered under that name, and nothing of Python or PySpark is changed. Import gateau before you read a pipeline with a ranker.
"""

import sys
from typing import Any, Optional

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel
from pyspark.sql import DataFrame
from pyspark.sql.utils import is_remote

_JAVA_PACKAGE = "io.gateau.pipeline.rank"
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]


def _require_classic() -> None:
    if is_remote():
        raise RuntimeError(
            "the ranker runs in classic PySpark: a server of Spark Connect makes no estimators but those of its own list; "
            "rank with gateau select, or in a session without Spark Connect"
        )


class _Reader(JavaMLReader):
    """Reads with the Java class of the same name."""

    def __init__(self, clazz: Any) -> None:
        _require_classic()
        super().__init__(clazz)

    @classmethod
    def _java_loader_class(cls, clazz: Any) -> str:
        return "%s.%s" % (_JAVA_PACKAGE, clazz.__name__)


class _Readable(JavaMLReadable):
    @classmethod
    def read(cls) -> JavaMLReader:
        return _Reader(cls)


class _RankerParams(Params):
    """The params of the estimator and the model; their defaults come from Java."""

    strategy = Param(Params._dummy(), "strategy", "by what samples are ranked", TypeConverters.toString)
    alpha = Param(
        Params._dummy(),
        "alpha",
        "weight of homologous guidance against contextual awareness, from 0 to 1",
        TypeConverters.toFloat,
    )
    importance = Param(Params._dummy(), "importance", "importance of a segment", TypeConverters.toString)
    difficulty = Param(
        Params._dummy(), "difficulty", "what homologous guidance compares", TypeConverters.toString
    )
    normalisation = Param(
        Params._dummy(), "normalisation", "how numbers share one scale", TypeConverters.toString
    )
    winsorise = Param(
        Params._dummy(),
        "winsorise",
        "share of samples at each end whose difficulties are clipped, from 0 to 0.5",
        TypeConverters.toFloat,
    )
    mergeSegments = Param(
        Params._dummy(),
        "mergeSegments",
        "neighbouring segments that count as one in contextual awareness, from 1 to 1000",
        TypeConverters.toInt,
    )
    seed = Param(Params._dummy(), "seed", "seed of the random strategy", TypeConverters.toInt)


class SampleRanker(JavaEstimator, _RankerParams, _Readable, JavaMLWritable):
    """Fits the scales of a strategy on the signals of a data set.

    >>> model = SampleRanker(strategy="gateau", alpha=0.8).fit(signals)
    >>> scored = model.transform(signals)
    """

    @keyword_only
    def __init__(
        self,
        *,
        strategy: Optional[str] = None,
        alpha: Optional[float] = None,
        importance: Optional[str] = None,
        difficulty: Optional[str] = None,
        normalisation: Optional[str] = None,
        winsorise: Optional[float] = None,
        mergeSegments: Optional[int] = None,
        seed: Optional[int] = None,
    ) -> None:
        super().__init__()
        _require_classic()
        self._java_obj = self._new_java_obj("%s.SampleRanker" % _JAVA_PACKAGE, self.uid)
        self._transfer_params_from_java()
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        strategy: Optional[str] = None,
        alpha: Optional[float] = None,
        importance: Optional[str] = None,
        difficulty: Optional[str] = None,
        normalisation: Optional[str] = None,
        winsorise: Optional[float] = None,
        mergeSegments: Optional[int] = None,
        seed: Optional[int] = None,
    ) -> "SampleRanker":
        """Sets the params that are given."""
        return self._set(**self._input_kwargs)

    def _create_model(self, java_model: Any) -> "SampleRankerModel":
        return SampleRankerModel(java_model)


class SampleRankerModel(JavaModel, _RankerParams, _Readable, JavaMLWritable):
    """Scores samples on the scales of the data set that a ranker was fitted on."""

    def explain(self, scored: DataFrame) -> DataFrame:
        """Adds the column explanation to what transform returned, or to a table scores: each score in words and numbers."""
        return DataFrame(self._java_obj.explain(scored._jdf), scored.sparkSession)

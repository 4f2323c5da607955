"""Gateau from PySpark: SQL functions, the ranker of long-context samples, and the tables of an output folder.

Gateau's jar must be in the session (spark.jars) and spark.sql.extensions must name io.gateau.udf.GateauExtensions:
docs/notebooks.md says how. This package computes nothing itself.
"""

from typing import TYPE_CHECKING, Any

from gateau import functions
from gateau.output import Output, read_output

if TYPE_CHECKING:
    from gateau.ranking import SampleRanker, SampleRankerModel

__version__ = "0.1.0"
__all__ = ["Output", "SampleRanker", "SampleRankerModel", "functions", "read_output"]

try:
    # Early, so that PySpark finds the ranker in saved pipelines: gateau.ranking registers itself.
    from gateau.ranking import SampleRanker, SampleRankerModel
except ImportError as missing:
    _MISSING = missing.name

    def __getattr__(name: str) -> Any:
        if name in ("SampleRanker", "SampleRankerModel"):
            raise ImportError(
                f"gateau.{name} needs {_MISSING}, which is not installed; the ranker runs in classic PySpark: pip install pyspark numpy"
            )
        raise AttributeError(f"module 'gateau' has no attribute {name!r}")

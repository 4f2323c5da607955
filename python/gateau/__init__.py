"""Gateau from PySpark: the estimator that ranks long-context samples, and its model.

Gateau's jars must be on the class path of the driver and of the executors (CONTRIBUTING.md says how).
"""

from gateau.ranking import SampleRanker, SampleRankerModel

__all__ = ["SampleRanker", "SampleRankerModel"]

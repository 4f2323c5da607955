"""The estimator and its model in classic PySpark."""

from math import log

import pytest
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel

from gateau import SampleRanker, SampleRankerModel


@pytest.fixture(scope="module")
def signals(spark):
    rows = [
        ("far", "ok", 3.0, 0.1, [0.7, 0.3], [1.0, 2.0]),
        ("near", "ok", 0.2, 0.1, [0.4, 0.6], [2.0, 1.0]),
        ("short", "too-short", None, None, None, None),
    ]
    columns = "id string, status string, short_loss double, long_loss double"
    return spark.createDataFrame(
        rows, columns + ", long_segment_attention array<double>, long_segment_loss array<double>"
    )


def test_it_scores_and_explains(signals):
    model = SampleRanker(alpha=1.0, winsorise=0.0).fit(signals)
    scored = {row.id: row for row in model.explain(model.transform(signals)).collect()}

    assert scored["far"].score > scored["near"].score
    assert scored["far"].explanation.startswith("score 1.0")
    assert (scored["short"].score, scored["short"].explanation) == (None, "no score: too-short")


def test_it_merges_segments(spark):
    rows = [("a", [1.0, 5.0, 4.0], [log(9), log(4), log(3)])]
    three = spark.createDataFrame(
        rows, "id string, long_segment_attention array<double>, long_segment_loss array<double>"
    )
    ranker = SampleRanker(strategy="cam", mergeSegments=2)

    # The groups are (1, 5) and (4): their attention is 3 and 4, the lowest perplexity 4 and 3.
    (row,) = ranker.fit(three).transform(three).collect()
    assert row.cas == pytest.approx(24 / 25)
    assert SampleRanker().getOrDefault("mergeSegments") == 1


def test_it_is_saved_and_read_alone_and_in_a_pipeline(signals, tmp_path):
    model = SampleRanker().fit(signals)
    model.save(str(tmp_path / "model"))
    Pipeline(stages=[SampleRanker()]).fit(signals).save(str(tmp_path / "pipeline"))

    expected = model.transform(signals).collect()
    assert SampleRankerModel.load(str(tmp_path / "model")).transform(signals).collect() == expected
    assert PipelineModel.load(str(tmp_path / "pipeline")).transform(signals).collect() == expected


def test_a_wrong_param_is_one_line(signals):
    with pytest.raises(IllegalArgumentException) as error:
        SampleRanker(alpha=1.4).fit(signals)

    assert str(error.value) == "alpha 1.4 is outside [0, 1]; use 0.8 for the usual setting"

"""Checks the ranker from PySpark: Java, Java in another JVM and Python give the same scores, to the last bit.

    python3 ranker_check.py CLASSPATH

CLASSPATH holds the classes of udfs and pipeline; CONTRIBUTING.md has the whole command. Needs pyspark 4.1.0.
"""

import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../python"))

from pyspark.ml import Pipeline, PipelineModel, Transformer
from pyspark.ml.feature import SQLTransformer
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.sql import DataFrame, SparkSession

from gateau import SampleRanker, SampleRankerModel

NORMALISATIONS = ["min-max", "z-score", "rank", "gateau-scripts"]


class PythonStage(Transformer, DefaultParamsReadable, DefaultParamsWritable):
    """A stage that only Python has: PySpark then saves the pipeline in its own way."""

    def _transform(self, dataset):
        return dataset


def session(classpath):
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.extraClassPath", classpath)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )


def signals(spark):
    rng = random.Random(12)
    rows = [
        (
            "id%03d" % i,
            "ok" if i % 10 else "too-short",
            rng.expovariate(0.5),
            rng.expovariate(1.0),
            [rng.random() for _ in range(3)],
            [rng.expovariate(0.5) for _ in range(3)],
        )
        for i in range(200)
    ]
    columns = "id string, status string, short_loss double, long_loss double"
    arrays = "long_segment_attention array<double>, long_segment_loss array<double>"
    return spark.createDataFrame(rows, columns + ", " + arrays)


def bits(scored):
    """Every score by id, as text that tells all doubles apart."""
    rows = scored.select("id", "score").orderBy("id").collect()
    return ["%s %s" % (row.id, None if row.score is None else row.score.hex()) for row in rows]


def java_scores(spark, model, table):
    """The scores of a Java model, without the Python wrapper."""
    return bits(DataFrame(model.transform(table._jdf), spark))


def check(what, expected, found):
    assert len(expected) == 200 and expected == found, what
    print("same bits:", what)


def in_another_jvm(classpath, folder):
    """Reads what the first process saved, as Java and as Python, and prints the scores."""
    spark = session(classpath)
    table = spark.read.parquet(folder + "/signals")
    java = spark._jvm.io.gateau.pipeline.rank.SampleRankerModel
    for name in NORMALISATIONS:
        path = folder + "/model-" + name
        expected = open(path + ".txt").read().split("\n")
        check(name + ", read by Java in another JVM", expected, java_scores(spark, java.load(path), table))
        check(name + ", read by Python in another JVM", expected, bits(SampleRankerModel.load(path).transform(table)))
    expected = open(folder + "/model-min-max.txt").read().split("\n")
    for name in ["pipeline", "python-pipeline"]:
        model = PipelineModel.load("%s/%s" % (folder, name))
        assert isinstance(model.stages[0], SampleRankerModel), model.stages
        check(name + ", read in another JVM", expected, bits(model.transform(table)))
    again = Pipeline.load(folder + "/unfitted").fit(table)
    check("pipeline that was read before it was fitted", expected, bits(again.transform(table)))


def main(classpath):
    spark = session(classpath)
    with tempfile.TemporaryDirectory() as folder:
        signals(spark).write.parquet(folder + "/signals")
        table = spark.read.parquet(folder + "/signals")
        for name in NORMALISATIONS:
            java = spark._jvm.io.gateau.pipeline.rank.SampleRanker().setNormalisation(name)
            expected = java_scores(spark, java.fit(table._jdf), table)
            model = SampleRanker(normalisation=name).fit(table)
            check(name + ", Java and Python", expected, bits(model.transform(table)))
            model.save(folder + "/model-" + name)
            with open(folder + "/model-%s.txt" % name, "w") as file:
                file.write("\n".join(expected))
        stages = [SampleRanker(), SQLTransformer(statement="SELECT * FROM __THIS__")]
        pipeline = Pipeline(stages=stages)
        pipeline.save(folder + "/unfitted")
        fitted = pipeline.fit(table)
        fitted.save(folder + "/pipeline")
        PipelineModel([fitted.stages[0], PythonStage()]).save(folder + "/python-pipeline")
        ranker = SampleRanker(alpha=0.3, strategy="gateau")
        tuned = ranker.fit(table, {ranker.seed: 7})
        assert (tuned.getOrDefault("alpha"), tuned.getOrDefault("seed")) == (0.3, 7), tuned.extractParamMap()
        words = tuned.explain(tuned.transform(table)).orderBy("id").collect()
        assert words[0].explanation == "no score: too-short", words[0]
        assert words[1].explanation.startswith("score "), words[1]
        try:
            SampleRanker(alpha=1.4).fit(table)
            raise AssertionError("alpha 1.4 was taken")
        except Exception as error:
            assert "alpha 1.4 is outside [0, 1]; use 0.8 for the usual setting" in str(error), error
        subprocess.run([sys.executable, __file__, classpath, folder], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        in_another_jvm(sys.argv[1], sys.argv[2])
    else:
        main(sys.argv[1])
        print("all scores agree")

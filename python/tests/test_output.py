"""The tables of an output folder."""

import gzip

import pytest
from pyspark.sql import functions as F

from gateau import read_output


@pytest.fixture(scope="module")
def folder(submit, jar, samples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("output")
    with gzip.open(samples, "rt") as lines:
        (folder / "eight.jsonl").write_text("".join(line for line, _ in zip(lines, range(8))))
    models = ["--short-model", "embedded:short", "--long-model", "embedded:long", "--dtype", "float32"]
    arguments = ["--input", "eight.jsonl", *models]
    submit("spark-submit", "--class", "io.gateau.jobs.RunJob", jar, *arguments, "--percent", "25", "--output", "out", folder=folder)
    submit(
        "spark-submit", "--class", "io.gateau.jobs.SelectJob", jar, "--output", "out", "--percent", "50", "--name", "half", "--format", "jsonl", folder=folder
    )
    return str(folder / "out")


def test_its_tables_are_data_frames(spark, folder):
    output = read_output(spark, folder + "/")

    counts = output.manifest["select"]["counts"]
    assert output.samples.count() == counts["rows-in"]
    assert output.scores.count() == counts["selected"] + counts["unselected"]
    assert output.selected.count() == output.scores.where("selected").count() == counts["selected"]
    assert output.rejected.count() == counts["rows-in"] - output.scores.count()
    assert output.selected.head().original.startswith("{")
    assert repr(output) == f"Output({folder!r}, selection=None)"


def test_a_named_selection_of_json_lines_holds_the_records(spark, folder):
    half = read_output(spark, folder, "half")

    assert half.selected.count() == half.scores.where("selected").count() > read_output(spark, folder).selected.count()
    assert {"messages", "kind"} <= set(half.selected.columns)


def test_a_row_is_opened_with_its_explanation(spark, folder):
    output = read_output(spark, folder)
    best = output.scores.orderBy("rank").head()

    row = output.open_row(best.id)

    assert row.asDict() == {**best.asDict(), "explanation": row.explanation}
    assert row.explanation.startswith("score ")
    assert output.ranker.transform is not None
    with pytest.raises(KeyError, match="no ranked sample of .* has the id 'nobody'; look into rejected"):
        output.open_row("nobody")

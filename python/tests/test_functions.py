"""The SQL functions in classic PySpark: as columns, in SQL, and what a wrong call says."""

import pytest
from pyspark.errors import AnalysisException, SparkRuntimeException
from pyspark.sql import functions as F

from gateau import functions as G

OPTIONS = {"segment-tokens": 16, "max-tokens": 4096, "device": "cpu"}


@pytest.fixture(scope="module")
def texts(spark):
    turns = [{"role": "user", "content": "The oak is green . " * 20 + "\n\nwhat is green ?"}, {"role": "assistant", "content": "oak"}]
    chats = spark.createDataFrame([("good", turns), ("bad", turns[:1])], "id string, messages array<map<string, string>>")
    return chats.select("id", G.chat().alias("chat")).select("id", "chat.*").cache()


def test_a_chat_becomes_three_texts_or_null(texts):
    rows = {row.id: row for row in texts.collect()}

    assert rows["good"].context.startswith("The oak") and not rows["good"].context.endswith("\n")
    assert (rows["good"].instruction, rows["good"].response) == ("what is green ?", "oak")
    assert rows["bad"].context is None


def test_the_instruction_may_be_the_first_paragraph(spark):
    chat = spark.sql("SELECT array(map('from', 'human', 'value', 'ask\n\ndoc'), map('from', 'gpt', 'value', 'yes')) AS turns")

    assert tuple(chat.select(G.chat("turns", "first").alias("c")).head().c) == ("doc", "ask", "yes")


def test_columns_are_what_sql_computes(spark, texts):
    model = "embedded:long"
    columns = texts.where("id = 'good'").select(
        G.perplexity(model, options=OPTIONS).alias("p"),
        G.segment_perplexity(model, "context", F.col("instruction"), "response", OPTIONS).alias("s"),
        G.attention_focus(F.lit(model), options=OPTIONS).alias("a"),
        G.segments(model, options=OPTIONS).alias("g"),
    )
    texts.createOrReplaceTempView("texts")
    options = "map('segment-tokens', '16', 'max-tokens', '4096', 'device', 'cpu')"
    arguments = f"('{model}', context, instruction, response, {options})"
    sql = spark.sql(
        f"SELECT gateau_perplexity{arguments} p, gateau_segment_perplexity{arguments} s, gateau_attention_focus{arguments} a,"
        f" gateau_segments('{model}', context, {options}) g FROM texts WHERE id = 'good'"
    )

    row = columns.head()
    assert row == sql.head()
    assert row.p > 1 and len(row.s) == len(row.a) == len(row.g) > 4
    assert row.g[0].asDict().keys() == {"from", "tokens", "text"}


@pytest.mark.parametrize(
    "column, problem",
    [
        (G.chat, "gateau_chat: a chat is an array of turns"),
        (lambda: G.chat(F.array(F.create_map(F.lit("role"), F.lit("user"))), "middle"), "gateau_chat: instruction: 'middle'"),
        (lambda: G.perplexity("no/model"), "gateau_perplexity: model directory no/model does not exist"),
        (lambda: G.perplexity("embedded:long", options={"max-token": 5}), "gateau_perplexity: option max-token is not known"),
        (lambda: G.segments("embedded:long", options={"dtype": "int8"}), "gateau_segments: dtype int8 is not known"),
    ],
)
def test_a_wrong_call_is_one_line(texts, column, problem):
    with pytest.raises(AnalysisException) as error:
        texts.select(F.lit("hello").alias("messages"), "*").select(column())

    assert str(error.value).startswith(f"[USER_RAISED_EXCEPTION] {problem}")
    assert len(str(error.value).splitlines()) == 1


def test_what_is_found_while_rows_are_read_is_one_line(spark, texts):
    models = texts.withColumn("model", F.concat(F.lit("no/"), F.col("id")))

    with pytest.raises(SparkRuntimeException) as error:
        models.where("id = 'good'").select(G.perplexity(F.col("model"))).collect()

    assert str(error.value) == (
        "[USER_RAISED_EXCEPTION] gateau_perplexity: model directory no/good does not exist; give the folder that holds"
        " config.json SQLSTATE: P0001"
    )

"""The program spark-sql of PySpark's distribution."""

CATALOG = ["--conf", "spark.sql.catalogImplementation=in-memory"]


def test_the_functions_work_and_nothing_is_left_behind(submit, jar, samples, tmp_path):
    query = (
        "SELECT count(*), sum(int(p > 1)) FROM (SELECT gateau_perplexity('embedded:long', c.context, c.instruction,"
        f" c.response) p FROM (SELECT gateau_chat(messages) c FROM json.`{samples}` LIMIT 3))"
    )
    said = submit("spark-sql", "--jars", jar, *CATALOG, "-e", query, folder=tmp_path)

    assert said.stdout == "3\t3\n"
    # No metastore_db and no derby.log; the folder is empty.
    assert [path.name for path in tmp_path.rglob("*")] in ([], ["spark-warehouse"])


def test_a_wrong_option_is_one_line(submit, jar, tmp_path):
    query = "SELECT gateau_perplexity('embedded:long', 'c', 'i', 'r', map('max-token', 5))"
    said = submit("spark-sql", "--jars", jar, *CATALOG, "-e", query, folder=tmp_path, check=False)

    assert said.returncode != 0
    lines = [line for line in said.stderr.splitlines() if "max-token" in line or line.startswith("\tat ")]
    assert len(lines) == 1 and lines[0].startswith("[USER_RAISED_EXCEPTION] gateau_perplexity: option max-token is not known"), said.stderr

"""Names of a day: its date, its input and its output folder. Jinja templates call them."""

from __future__ import annotations

from typing import Any

from airflow.sdk.exceptions import AirflowFailException


def day_of(dag_run: Any) -> str:
    """The date, in UTC, on which the data interval of a run begins, such as 2026-01-31."""
    start = dag_run.data_interval_start
    if start is None:
        raise AirflowFailException(
            f"the run {dag_run.run_id} has no data interval, so its day is not known; trigger it with a logical date"
        )
    return start.strftime("%Y-%m-%d")


def input_of(template: str, dag_run: Any) -> str:
    """The input of a run: the template with its day in place of {day}."""
    return template.replace("{day}", day_of(dag_run))


def output_of(root: str, dag_run: Any) -> str:
    """The output folder of a run: one folder per day."""
    return f"{root.rstrip('/')}/{day_of(dag_run)}"

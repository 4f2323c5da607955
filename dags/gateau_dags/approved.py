"""Which days have passed the check: the events of an asset.

Airflow keeps the events, so there is no other state. A day that is run again has several events, and
a day that failed has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from airflow.sdk import Asset

from gateau_dags.days import day_of

SELECTED = Asset("gateau_selected")


def event(day: str, root: str, output: str, rows_in: int, selected: int) -> dict[str, Any]:
    """What an event says of an approved day."""
    return {"day": day, "root": root, "output": output, "rows_in": rows_in, "selected": selected}


def last_approved(extras: Iterable[dict[str, Any]], root: str, before: str) -> str:
    """The output folder of the last approved day before a day; empty if there is none.

    :param extras: what the events of the asset say; those of other origin are passed over
    :param root: folder of the days; approved days of other folders are passed over
    :param before: a date, such as 2026-01-31
    """
    days = {
        extra["day"]: extra["output"]
        for extra in extras
        if {"day", "root", "output"} <= extra.keys() and extra["root"] == root and extra["day"] < before
    }
    return days[max(days)] if days else ""


def fitted_for(dag_run: Any, params: Any, inlet_events: Any) -> str:
    """The folder whose scales a run ranks on; empty if it shall fit its own. For Jinja templates."""
    if params["refit"]:
        return ""
    extras = (past.extra for past in inlet_events[SELECTED])
    return last_approved(extras, params["output"].rstrip("/"), day_of(dag_run))

"""Scores and selects the samples of each day: score, select, check, publish.

Every day has an output folder of its own, so that a day can be run again at any time: what is scored
stays scored, and the tables are written anew. docs/airflow.md describes settings, retries and exit
codes.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task
from airflow.sdk.exceptions import AirflowFailException

from gateau_dags import manifest
from gateau_dags.approved import SELECTED, event, fitted_for
from gateau_dags.days import day_of, input_of, output_of
from gateau_dags.settings import Settings
from gateau_dags.submit import GateauSubmitOperator

settings = Settings.of()


@dag(
    schedule=CronDataIntervalTimetable(settings.schedule, timezone="UTC"),
    start_date=settings.first_day,
    end_date=settings.last_day,
    catchup=True,
    # A day ranks on the scales of the days before it.
    max_active_runs=1,
    default_args={"retries": settings.retries, "retry_delay": settings.retry_delay},
    params={
        "input": Param(settings.input, type="string", minLength=1, description="Samples; {day} is the date."),
        "output": Param(settings.output, type="string", minLength=1, description="Folder of the days' folders."),
        "short_model": Param(settings.short_model, type="string", minLength=1),
        "long_model": Param(settings.long_model, type="string", minLength=1),
        "percent": Param(settings.percent, type=["number", "null"], minimum=0, maximum=100),
        "format": Param(settings.format, enum=["parquet", "jsonl"]),
        "refit": Param(False, type="boolean", description="Fit new scales, whatever day was approved before."),
    },
    user_defined_macros={
        "day_of": day_of,
        "input_of": input_of,
        "output_of": output_of,
        "fitted_for": fitted_for,
    },
    tags=["gateau"],
    doc_md=__doc__,
)
def gateau_daily() -> None:
    output = "{{ output_of(params.output, dag_run) }}"
    spark = {
        "application": settings.jar,
        "conn_id": settings.spark_conn_id,
        "properties_file": settings.spark_properties or None,
    }

    score = GateauSubmitOperator(
        task_id="score",
        command="score",
        name="gateau score {{ day_of(dag_run) }}",
        arguments={
            "--config": settings.config,
            "--input": "{{ input_of(params.input, dag_run) }}",
            "--short-model": "{{ params.short_model }}",
            "--long-model": "{{ params.long_model }}",
            "--output": output,
        },
        **spark,
    )

    select = GateauSubmitOperator(
        task_id="select",
        command="select",
        name="gateau select {{ day_of(dag_run) }}",
        arguments={
            "--config": settings.config,
            "--output": output,
            "--percent": "{{ '' if params.percent is none else params.percent }}",
            "--format": "{{ params.format }}",
            "--fitted": "{{ fitted_for(dag_run, params, inlet_events) }}",
        },
        inlets=[SELECTED],
        **spark,
    )

    @task
    def check(folder: str) -> dict[str, int]:
        """Fails unless every row of the input was scored and is accounted for."""
        try:
            found = manifest.selection(manifest.read(folder, settings.storage_conn_id), folder)
            found.require_complete(folder)
        except manifest.ManifestError as e:
            raise AirflowFailException(str(e)) from e
        print(
            f"{folder}: {found.rows_in} rows in = {found.selected} selected + {found.unselected} unselected"
            f" + {sum(found.rejected.values())} rejected {found.rejected or ''}"
        )
        return {"rows_in": found.rows_in, "selected": found.selected}

    @task(outlets=[SELECTED])
    def publish(day: str, root: str, folder: str, counts: dict[str, int], outlet_events: Any = None) -> None:
        """Approves the day: emits an event of the asset, which starts what is scheduled on it."""
        outlet_events[SELECTED].extra = event(day, root.rstrip("/"), folder, **counts)
        print(f"{day} is approved: {counts['selected']} selected rows in {folder}/selected")

    checked = check(output)
    score >> select >> checked
    publish("{{ day_of(dag_run) }}", "{{ params.output }}", output, checked)


gateau_daily()

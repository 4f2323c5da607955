"""Starts when a day was approved: says how many rows were selected, and the command of a trainer.

Put your trainer in place of the command: as an operator of your own behind `trainer_commands`, which
returns a command for each approved day.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException

from gateau_dags import manifest
from gateau_dags.approved import SELECTED
from gateau_dags.settings import Settings

settings = Settings.of()


@dag(schedule=[SELECTED], catchup=False, tags=["gateau"], doc_md=__doc__)
def gateau_training() -> None:
    @task
    def trainer_commands(triggering_asset_events: Any = None) -> list[str]:
        """A command for each day that was approved since the last run."""
        commands = []
        for past in triggering_asset_events[SELECTED]:
            folder = past.extra["output"]
            try:
                found = manifest.selection(manifest.read(folder, settings.storage_conn_id), folder)
            except manifest.ManifestError as e:
                raise AirflowFailException(str(e)) from e
            command = settings.trainer.format(
                day=past.extra["day"], selected=f"{folder}/selected", rows=found.selected
            )
            print(f"{past.extra['day']}: {found.selected} of {found.rows_in} rows selected; train with: {command}")
            commands.append(command)
        return commands

    trainer_commands()


gateau_training()

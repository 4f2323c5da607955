"""The modules of the DAGs, without services."""

from __future__ import annotations

import json
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from gateau_dags import manifest
from gateau_dags.approved import SELECTED, event, fitted_for, last_approved
from gateau_dags.days import day_of, input_of, output_of
from gateau_dags.settings import PREFIX, Settings, SettingsError
from gateau_dags.submit import command_line, exit_code

REQUIRED = {
    f"{PREFIX}JAR": "/opt/gateau.jar",
    f"{PREFIX}INPUT": "/data/{day}.jsonl",
    f"{PREFIX}OUTPUT": "/out/",
    f"{PREFIX}SHORT_MODEL": "/models/4k",
    f"{PREFIX}LONG_MODEL": "/models/64k",
    f"{PREFIX}FIRST_DAY": "2026-01-31",
}


def run_of(*day: int) -> Any:
    """What templates see of a run of this day."""
    return SimpleNamespace(run_id="scheduled", data_interval_start=datetime(*day, tzinfo=timezone.utc))


class SettingsTest(unittest.TestCase):
    def _message(self, **changes: str) -> str:
        with self.assertRaises(SettingsError) as caught:
            Settings.of(REQUIRED | {PREFIX + name: value for name, value in changes.items()})
        return str(caught.exception)

    def test_defaults(self) -> None:
        settings = Settings.of(REQUIRED | {"PATH": "/bin"})
        expected = Settings(
            jar="/opt/gateau.jar",
            input="/data/{day}.jsonl",
            output="/out",
            short_model="/models/4k",
            long_model="/models/64k",
            first_day=datetime(2026, 1, 31, tzinfo=timezone.utc),
            last_day=None,
            schedule="0 0 * * *",
            percent=30,
            format="parquet",
            config="",
            spark_conn_id="spark_default",
            spark_properties="",
            storage_conn_id="",
            retries=3,
            retry_delay=timedelta(seconds=60),
            trainer="python train.py --data {selected} --rows {rows}",
        )
        self.assertEqual(expected, settings)

    def test_every_setting_changes_what_it_says(self) -> None:
        changes = {
            "LAST_DAY": "2026-02-01",
            "SCHEDULE": "30 6 * * *",
            "PERCENT": "12.5",
            "FORMAT": "jsonl",
            "CONFIG": "gateau.yaml",
            "SPARK_CONN_ID": "cluster",
            "SPARK_PROPERTIES": "spark.properties",
            "STORAGE_CONN_ID": "s3",
            "RETRIES": "5",
            "RETRY_SECONDS": "1.5",
            "TRAINER": "train {day}",
        }
        settings = Settings.of(REQUIRED | {PREFIX + name: value for name, value in changes.items()})
        self.assertEqual(datetime(2026, 2, 1, tzinfo=timezone.utc), settings.last_day)
        self.assertEqual(("30 6 * * *", 12.5, "jsonl"), (settings.schedule, settings.percent, settings.format))
        self.assertEqual(("gateau.yaml", "cluster"), (settings.config, settings.spark_conn_id))
        self.assertEqual(("spark.properties", "s3"), (settings.spark_properties, settings.storage_conn_id))
        self.assertEqual((5, timedelta(seconds=1.5)), (settings.retries, settings.retry_delay))
        self.assertEqual("train {day}", settings.trainer)
        self.assertIsNone(Settings.of(REQUIRED | {f"{PREFIX}PERCENT": ""}).percent)

    def test_a_missing_wrong_or_unknown_setting_is_an_error_that_says_how_to_mend_it(self) -> None:
        self.assertEqual(
            "GATEAU_DAG_LONG_MODEL is not set; give the model with the long context, such as /models/64k",
            self._message(LONG_MODEL=" "),
        )
        self.assertEqual(
            "GATEAU_DAG_PRECENT is no setting of the DAGs; the nearest is GATEAU_DAG_PERCENT",
            self._message(PRECENT="10"),
        )
        self.assertEqual(
            "GATEAU_DAG_PERCENT 101 is outside [0, 100]; give how many per cent of a day to select;"
            " empty: what CONFIG says",
            self._message(PERCENT="101"),
        )
        self.assertIn("GATEAU_DAG_FIRST_DAY is '31.1.2026'; give the first day", self._message(FIRST_DAY="31.1.2026"))
        self.assertIn("GATEAU_DAG_FORMAT is 'csv'", self._message(FORMAT="csv"))
        self.assertIn("GATEAU_DAG_RETRIES is 'some'", self._message(RETRIES="some"))
        self.assertIn("GATEAU_DAG_TRAINER is 'train {rwos}'", self._message(TRAINER="train {rwos}"))


class DaysTest(unittest.TestCase):
    def test_a_day_is_the_date_at_the_beginning_of_the_data_interval(self) -> None:
        run = run_of(2026, 1, 31)
        self.assertEqual("2026-01-31", day_of(run))
        self.assertEqual("s3a://in/2026-01-31/*.jsonl", input_of("s3a://in/{day}/*.jsonl", run))
        self.assertEqual("/in/all.jsonl", input_of("/in/all.jsonl", run))
        self.assertEqual("/out/2026-01-31", output_of("/out/", run))

    def test_a_run_without_a_data_interval_fails(self) -> None:
        with self.assertRaisesRegex(AirflowFailException, "manual_1 has no data interval.* with a logical date"):
            day_of(SimpleNamespace(run_id="manual_1", data_interval_start=None))


class ApprovedTest(unittest.TestCase):
    EVENTS = [
        event("2026-01-02", "/out", "/out/2026-01-02", 10, 3),
        event("2026-01-04", "/out", "/out/2026-01-04", 10, 3),
        event("2026-01-01", "/out", "/out/2026-01-01", 10, 3),
        event("2026-01-03", "/other", "/other/2026-01-03", 10, 3),
        {"by": "hand"},
    ]

    def test_the_last_approved_day_is_the_latest_before_this_one_in_this_folder(self) -> None:
        self.assertEqual("/out/2026-01-02", last_approved(self.EVENTS, "/out", "2026-01-04"))
        self.assertEqual("/out/2026-01-04", last_approved(self.EVENTS, "/out", "2026-02-01"))
        self.assertEqual("", last_approved(self.EVENTS, "/out", "2026-01-01"))
        self.assertEqual("", last_approved(self.EVENTS, "/new", "2026-02-01"))

    def test_a_run_that_refits_uses_no_day(self) -> None:
        events = {SELECTED: [SimpleNamespace(extra=extra) for extra in self.EVENTS]}
        params = {"output": "/out/", "refit": False}
        self.assertEqual("/out/2026-01-02", fitted_for(run_of(2026, 1, 3), params, events))
        self.assertEqual("", fitted_for(run_of(2026, 1, 3), params | {"refit": True}, events))


class ManifestTest(unittest.TestCase):
    def _selection(self, rows_in: int, selected: int, unselected: int, **rejected: int) -> manifest.Selection:
        reasons = {reason.replace("_", "-"): rows for reason, rows in rejected.items()}
        return manifest.Selection(rows_in, selected, unselected, reasons)

    def test_rows_that_are_accounted_for_pass(self) -> None:
        self._selection(10, 3, 5, broken_json=1, too_long=1).require_complete("/out")
        self._selection(0, 0, 0).require_complete("/out")

    def test_rows_that_were_not_scored_fail(self) -> None:
        with self.assertRaisesRegex(manifest.ManifestError, "^2 of 10 rows of /out were not scored; clear the task score"):
            self._selection(10, 3, 5, not_scored=2).require_complete("/out")

    def test_rows_that_do_not_add_up_fail(self) -> None:
        with self.assertRaises(manifest.ManifestError) as caught:
            self._selection(10, 3, 5, broken_json=1).require_complete("/out")
        self.assertEqual(
            "the rows of /out do not add up: 10 in, but 3 selected + 5 unselected + 1 rejected = 9;"
            " clear the task select of this run",
            str(caught.exception),
        )

    def test_a_manifest_is_read_from_a_path_and_from_a_url(self) -> None:
        counts = {"rows-in": 3, "selected": 1, "unselected": 1, "rejected-by-reason": {"too-long": 1}}
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "manifest.json").write_text(json.dumps({"select": {"counts": counts}}))
            for output in (folder, f"file://{folder}"):
                found = manifest.selection(manifest.read(output), output)
                self.assertEqual(manifest.Selection(3, 1, 1, {"too-long": 1}), found)

    def test_a_manifest_that_is_missing_damaged_or_without_a_selection_is_an_error(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(manifest.ManifestError, "manifest.json is not there; the Airflow worker must see"):
                manifest.read(folder)
            Path(folder, "manifest.json").write_text('{"score":')
            with self.assertRaisesRegex(manifest.ManifestError, "manifest.json is no JSON"):
                manifest.read(folder)
            with self.assertRaisesRegex(manifest.ManifestError, "no counts of a selection .*clear the task select"):
                manifest.selection({"score": {}}, folder)


class SubmitTest(unittest.TestCase):
    def test_a_flag_without_a_value_is_left_out(self) -> None:
        self.assertEqual(
            ["--output", "/out", "--percent", "30.0"],
            command_line({"--config": "", "--output": "/out", "--percent": "30.0", "--fitted": ""}),
        )

    def test_the_exit_code_is_read_from_the_message_of_the_hook(self) -> None:
        self.assertEqual(2, exit_code(RuntimeError("Cannot execute: spark-submit. Error code is: 2.")))
        self.assertEqual(-9, exit_code(RuntimeError("Cannot execute: spark-submit. Error code is: -9.")))
        self.assertIsNone(exit_code(RuntimeError("no such connection")))


if __name__ == "__main__":
    unittest.main()

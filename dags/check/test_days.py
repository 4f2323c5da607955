"""Four days in a real Airflow, with real drivers on a real Spark cluster.

1. A day like any other.
2. The next day: it ranks on the scales of the first. Another process holds its output at first.
3. A day without input: exit code 2.
4. The samples of the second day again, and the driver of score is killed while signals are stored.

`check.sh`, one folder up, prepares what this needs.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from check import spark_cluster
from check.airflow_services import Airflow
from check.processes import MARK, Service, kill_all, wait_for

NORMAL, NEXT, WRONG, KILLED = days = [f"2026-01-0{day}" for day in range(1, 5)]
SAMPLES = 48
DAY_SECONDS = 600
ENDED = {"success", "failed"}
DAGS = Path(__file__).resolve().parent.parent


class DaysTest(unittest.TestCase):
    """What became of the four days."""

    folder: Path
    airflow: Airflow
    services: list[Service] = []
    runs: dict[str, dict[str, Any]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="days-", dir=os.environ["GATEAU_CHECK_FOLDER"]))
        # Also when the check is stopped on the way.
        atexit.register(kill_all, cls.services, str(cls.folder))
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        jar = Path(os.environ["GATEAU_CHECK_JAR"])
        home = Path(os.environ["SPARK_HOME"])
        environment = _environment(cls.folder, home)
        for number, day in enumerate([NORMAL, NEXT], start=1):
            _generate(jar, home, cls.folder / "samples" / f"{day}.jsonl", number, environment)
        again = cls.folder / "samples" / f"{KILLED}.jsonl"
        again.write_bytes((cls.folder / "samples" / f"{NEXT}.jsonl").read_bytes())
        (cls.folder / "spark").mkdir()
        master = spark_cluster.start(home, cls.folder / "spark", environment, cls.services)
        environment |= _gateau(cls.folder, jar, master)
        print(f"Spark runs at {master}; starting Airflow", file=sys.stderr)
        (cls.folder / "airflow").mkdir()
        cls.airflow = Airflow("airflow", cls.folder / "airflow", DAGS, environment, cls.services)
        for day in days:
            if day == NORMAL:
                cls._hold_output(NEXT)
            if day == NEXT:
                cls._let_go(day)
            if day == KILLED:
                cls._kill_driver(day)
            cls.runs[day] = cls._ended("gateau_daily", day)
            cls._print_times(day)
        wait_for("the runs of gateau_training", 60, cls._trained, cls.services)

    @classmethod
    def tearDownClass(cls) -> None:
        kill_all(cls.services, str(cls.folder))

    @classmethod
    def _hold_output(cls, day: str) -> None:
        """Takes the lease of a day's output folder for this process, as a driver of the first day has its own."""
        first = wait_for("the lease of the first day", DAY_SECONDS, lambda: _lease(cls.folder / "out" / NORMAL), cls.services)
        ours = first | {"process": os.getpid(), "processStarted": _started()}
        output = cls.folder / "out" / day
        output.mkdir()
        (output / "_lease.json").write_text(json.dumps(ours))

    @classmethod
    def _let_go(cls, day: str) -> None:
        """Gives the lease back when the first try of score has met it."""

        def refused() -> bool | None:
            run = cls.airflow.run_of("gateau_daily", day)
            score = cls.airflow.tasks(run)["score"] if run else {"state": None, "try_number": 0}
            return True if score["state"] in {"up_for_retry", "failed"} or score["try_number"] > 1 else None

        wait_for(f"the first try of {day}", DAY_SECONDS, refused, cls.services)
        (cls.folder / "out" / day / "_lease.json").unlink()

    @classmethod
    def _kill_driver(cls, day: str) -> None:
        """Kills the driver of score when it has stored the first signals."""
        output = cls.folder / "out" / day

        def stored() -> bool | None:
            files = (output / "signals").rglob("*.parquet") if (output / "signals").exists() else ()
            return True if any("_plan" not in str(file) for file in files) else None

        wait_for(f"stored signals of {day}", DAY_SECONDS, stored, cls.services, pause=0.02)
        driver = wait_for(f"the lease of {day}", 10, lambda: _lease(output), cls.services)["process"]
        command = Path(f"/proc/{driver}/cmdline").read_bytes().decode()
        if "io.gateau.jobs.ScoreJob" not in command or str(cls.folder) not in command:
            raise RuntimeError(f"process {driver} is no driver of this check: {command}")
        os.kill(driver, signal.SIGKILL)
        state = json.loads((output / "manifest.json").read_text())["score"]["state"]
        if state != "scoring":
            raise RuntimeError(f"the driver was killed too late: {output}/manifest.json says {state}")

    @classmethod
    def _ended(cls, dag: str, day: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            run = cls.airflow.run_of(dag, day)
            return run if run and run["state"] in ENDED else None

        return wait_for(f"the end of {dag} of {day}", DAY_SECONDS, ended, cls.services)

    @classmethod
    def _print_times(cls, day: str) -> None:
        tasks = sorted(cls.airflow.tasks(cls.runs[day]).items(), key=lambda each: each[1]["start_date"] or "")
        times = [f"{name} {task['state']}" + (f" {task['duration']:.0f} s" if task["duration"] else "") for name, task in tasks]
        print(f"{day}: {', '.join(times)}", file=sys.stderr)

    @classmethod
    def _trained(cls) -> bool | None:
        runs = cls.airflow.runs("gateau_training")
        return True if len(runs) == 3 and all(run["state"] in ENDED for run in runs) else None

    def _manifest(self, day: str) -> dict[str, Any]:
        return json.loads((self.folder / "out" / day / "manifest.json").read_text())

    def _selected(self, day: str) -> list[str]:
        files = sorted((self.folder / "out" / day / "selected").glob("selected-*.jsonl"))
        return [line for file in files for line in file.read_text().splitlines()]

    def _require_success(self, day: str) -> None:
        run = self.runs[day]
        for name, task in self.airflow.tasks(run).items():
            log = self.airflow.log(run, name, task["try_number"])[-3000:]
            self.assertEqual("success", task["state"], f"{name} of {day}; the end of its log:\n{log}")
        self.assertEqual("success", run["state"])

    def _tries(self, day: str) -> dict[str, list[str]]:
        run = self.runs[day]
        return {task: self.airflow.tries(run, task) for task in ("score", "select", "check", "publish")}

    def test_a_a_day_is_scored_selected_checked_and_published(self) -> None:
        self._require_success(NORMAL)
        self.assertEqual({task: ["success"] for task in ("score", "select", "check", "publish")}, self._tries(NORMAL))
        counts = self._manifest(NORMAL)["select"]["counts"]
        self.assertEqual((SAMPLES, SAMPLES // 2), (counts["rows-in"], counts["selected"]))
        self.assertEqual(SAMPLES // 2, len(self._selected(NORMAL)))
        self.assertNotIn("fitted", self._manifest(NORMAL)["select"])

    def test_a_each_approved_day_is_an_event_that_starts_training(self) -> None:
        extras = {each["extra"]["day"]: each["extra"] for each in self.airflow.events()}
        self.assertEqual({NORMAL, NEXT, KILLED}, extras.keys())
        output = str(self.folder / "out")
        self.assertEqual(
            {"day": NORMAL, "root": output, "output": f"{output}/{NORMAL}", "rows_in": SAMPLES, "selected": SAMPLES // 2},
            extras[NORMAL],
        )
        commands = [
            command
            for run in self.airflow.runs("gateau_training")
            for command in self.airflow.returned(run, "trainer_commands")
        ]
        self.assertEqual(
            [f"train --data {output}/{day}/selected --rows {SAMPLES // 2}" for day in (NORMAL, NEXT, KILLED)],
            sorted(commands),
        )

    def test_b_the_retry_of_a_killed_driver_goes_on_from_what_is_stored(self) -> None:
        self._require_success(KILLED)
        self.assertEqual(["failed", "success"], self._tries(KILLED)["score"])
        self.assertIn("Error code is: -9", self.airflow.log(self.runs[KILLED], "score", 1))
        counts = self._manifest(KILLED)["score"]["counts"]
        self.assertGreater(counts["stored"], 0, "the retry found nothing stored")
        self.assertEqual(SAMPLES, counts["stored"] + counts["scored"])
        self.assertEqual(self._selected(NEXT), self._selected(KILLED), "selected, best first, without and with the kill")
        self.assertEqual(self._ranking(NEXT), self._ranking(KILLED), "the ranking without and with the kill")

    def test_c_wrong_input_fails_at_the_first_try(self) -> None:
        run = self.runs[WRONG]
        score = self.airflow.tasks(run)["score"]
        log = self.airflow.log(run, "score")
        self.assertEqual("failed", run["state"])
        self.assertEqual((["failed"], 3), (self.airflow.tries(run, "score"), score["max_tries"]), log[-3000:])
        self.assertIn(f"{self.folder}/samples/{WRONG}.jsonl", log)
        self.assertIn("gateau score ended with exit code 2", log)
        others = {name: task["state"] for name, task in self.airflow.tasks(run).items() if name != "score"}
        self.assertEqual({name: "upstream_failed" for name in ("select", "check", "publish")}, others)
        self.assertFalse((self.folder / "out" / WRONG).exists(), "an output folder of a day without input")

    def test_d_a_day_ranks_on_the_scales_of_the_last_approved_day(self) -> None:
        self._require_success(NEXT)
        for day, fitted in {NEXT: NORMAL, KILLED: NEXT}.items():
            found = self._manifest(day)["select"].get("fitted", "none")
            self.assertEqual(str(self.folder / "out" / fitted), found.removeprefix("file:"), f"the scales of {day}")
        self.assertEqual(self._table(NORMAL, "ranker/data"), self._table(NEXT, "ranker/data"))

    def test_e_an_output_that_is_in_use_is_tried_again(self) -> None:
        self.assertEqual(["failed", "success"], self._tries(NEXT)["score"])
        log = self.airflow.log(self.runs[NEXT], "score", 1)
        self.assertIn(f"{NEXT} is in use by gateau score", log)
        self.assertIn("Error code is: 2", log)

    def _ranking(self, day: str) -> list[tuple[int, str]]:
        return sorted((row["rank"], row["id"]) for row in self._table(day, "scores"))

    def _table(self, day: str, name: str) -> list[dict[str, Any]]:
        rows = parquet.read_table(self.folder / "out" / day / name).to_pylist()
        self.assertTrue(rows, f"no rows in {name} of {day}")
        return rows


def _lease(output: Path) -> dict[str, Any] | None:
    """Who holds an output folder; None while nobody does, or while it is being written down."""
    try:
        return json.loads((output / "_lease.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _started() -> int:
    """When this process started, as Java says it: milliseconds since 1970."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
    return int(boot.split()[1]) * 1000 + ticks * 1000 // os.sysconf("SC_CLK_TCK")


def _environment(folder: Path, spark_home: Path) -> dict[str, str]:
    """That of all processes: it finds spark-submit, keeps files in the folder, and carries the mark."""
    temporary = folder / "tmp"
    temporary.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GATEAU_DAG_"))}
    return kept | {
        MARK: str(folder),
        "PATH": f"{spark_home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(temporary),
        "TMPDIR": str(temporary),
    }


def _generate(jar: Path, spark_home: Path, file: Path, seed: int, environment: dict[str, str]) -> None:
    subprocess.run(
        ["java", "-cp", f"{jar}{os.pathsep}{spark_home / 'jars'}/*", "io.gateau.jobs.Gateau", "generate"]
        + ["--samples", str(SAMPLES), "--seed", str(seed), "--output", str(file)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _gateau(folder: Path, jar: Path, master: str) -> dict[str, str]:
    """The settings of the DAGs, as docs/airflow.md lists them."""
    java = f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir={folder / 'tmp'}"
    properties = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1g",
        "spark.driver.extraJavaOptions": java,
        "spark.executor.extraJavaOptions": java,
        "spark.sql.shuffle.partitions": "4",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.ui.enabled": "false",
    }
    file = folder / "spark.properties"
    file.write_text("".join(f"{name} {value}\n" for name, value in properties.items()))
    host, _, port = master.removeprefix("spark://").rpartition(":")
    settings = {
        "JAR": jar,
        "INPUT": f"{folder}/samples/{{day}}.jsonl",
        "OUTPUT": folder / "out",
        "SHORT_MODEL": "embedded:short",
        "LONG_MODEL": "embedded:long",
        "FIRST_DAY": days[0],
        "LAST_DAY": days[-1],
        "PERCENT": 50,
        "FORMAT": "jsonl",
        "SPARK_PROPERTIES": file,
        "RETRY_SECONDS": 1,
        "TRAINER": "train --data {selected} --rows {rows}",
    }
    connection = {"conn_type": "spark", "host": f"spark://{host}", "port": int(port)}
    return {f"GATEAU_DAG_{name}": str(value) for name, value in settings.items()} | {
        "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps(connection)
    }


if __name__ == "__main__":
    unittest.main()

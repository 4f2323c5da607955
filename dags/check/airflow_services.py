"""A real Airflow: scheduler with LocalExecutor, DAG processor and API server over SQLite, and its REST API."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from check.processes import Service, wait_for

START_SECONDS = 180


class Airflow:
    """Airflow's services, and what its REST API says.

    :param home: AIRFLOW_HOME, a new folder
    :param dags: the folder of the DAGs
    :param environment: of all its processes, tasks too
    """

    def __init__(self, airflow: str, home: Path, dags: Path, environment: dict[str, str], services: list[Service]):
        self.home = home
        self.services = services
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.token = ""
        environment = environment | _settings(home, dags, self.url)
        port = self.url.rpartition(":")[2]
        migration = subprocess.run(
            [airflow, "db", "migrate"], env=environment, capture_output=True, text=True, check=False
        )
        if migration.returncode:
            raise RuntimeError(f"airflow db migrate failed:\n{migration.stdout}\n{migration.stderr}")
        for name, arguments in {
            "airflow-api-server": ["api-server", "--host", "127.0.0.1", "--port", port, "--workers", "1"],
            "airflow-dag-processor": ["dag-processor"],
            "airflow-scheduler": ["scheduler", "--skip-serve-logs"],
        }.items():
            services.append(Service(name, [airflow, *arguments], environment, home))
        self.token = wait_for("Airflow's API server", START_SECONDS, self._new_token, services)
        wait_for("the DAGs", START_SECONDS, self._parsed, services)

    def get(self, path: str, **query: Any) -> Any:
        """An answer of the REST API, version 2."""
        request = urllib.request.Request(f"{self.url}/api/v2/{path}?{urllib.parse.urlencode(query)}")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """The runs of a DAG."""
        return self.get(f"dags/{dag}/dagRuns", limit=100)["dag_runs"]

    def run_of(self, dag: str, day: str) -> dict[str, Any] | None:
        """The run of a day, if there is one yet."""
        return next((run for run in self.runs(dag) if (run["data_interval_start"] or "").startswith(day)), None)

    def tasks(self, run: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The tasks of a run by their names."""
        path = f"dags/{run['dag_id']}/dagRuns/{_quoted(run)}/taskInstances"
        return {task["task_id"]: task for task in self.get(path)["task_instances"]}

    def tries(self, run: dict[str, Any], task: str) -> list[str]:
        """The states of all tries of a task, in order."""
        path = f"dags/{run['dag_id']}/dagRuns/{_quoted(run)}/taskInstances/{task}/tries"
        tries = self.get(path)["task_instances"]
        return [each["state"] for each in sorted(tries, key=lambda each: each["try_number"])]

    def returned(self, run: dict[str, Any], task: str) -> Any:
        """What a task has returned."""
        path = f"dags/{run['dag_id']}/dagRuns/{_quoted(run)}/taskInstances/{task}/xcomEntries/return_value"
        return self.get(path, deserialize="true")["value"]

    def log(self, run: dict[str, Any], task: str, number: int = 1) -> str:
        """The log of a try."""
        place = f"dag_id={run['dag_id']}/run_id={run['dag_run_id']}/task_id={task}/attempt={number}.log"
        file = self.home / "logs" / place
        return file.read_text(encoding="utf-8") if file.exists() else f"(no log at {file})"

    def events(self) -> list[dict[str, Any]]:
        """The events of all assets."""
        return self.get("assets/events", limit=100)["asset_events"]

    def _new_token(self) -> str | None:
        try:
            with urllib.request.urlopen(f"{self.url}/auth/token", timeout=10) as answer:
                return json.load(answer)["access_token"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def _parsed(self) -> bool | None:
        errors = self.get("importErrors")["import_errors"]
        if errors:
            raise RuntimeError("Airflow cannot import a DAG:\n" + "\n".join(each["stack_trace"] for each in errors))
        found = {dag["dag_id"] for dag in self.get("dags")["dags"]}
        return True if {"gateau_daily", "gateau_training"} <= found else None


def _settings(home: Path, dags: Path, url: str) -> dict[str, str]:
    values = {
        "CORE__DAGS_FOLDER": dags,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 2,
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "CORE__FERNET_KEY": "",
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "API__BASE_URL": url,
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "USAGE_DATA_COLLECTION__ENABLED": False,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 3600,
    }
    result = {f"AIRFLOW__{name}": str(value) for name, value in values.items()}
    return result | {"AIRFLOW_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


def _quoted(run: dict[str, Any]) -> str:
    return urllib.parse.quote(run["dag_run_id"], safe="")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""A Spark standalone cluster on the loopback interface: a master and two workers with one core each."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

from check.processes import Service, wait_for

WORKERS = 2


def start(spark_home: Path, folder: Path, environment: dict[str, str], services: list[Service]) -> str:
    """Starts the processes, adds them to the services, and returns the master's address."""
    spark_class = str(spark_home / "bin" / "spark-class")
    host = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    master = Service(
        "spark-master", [spark_class, "org.apache.spark.deploy.master.Master", *host], environment, folder
    )
    services.append(master)
    url = wait_for("the address of Spark's master", 60, lambda: _find(r"Starting Spark master at (\S+)", master), services)
    page = wait_for("the page of Spark's master", 60, lambda: _find(r"MasterWebUI.* started at (\S+)", master), services)
    for number in range(1, WORKERS + 1):
        name = f"spark-worker-{number}"
        size = ["--cores", "1", "--memory", "2g", "--work-dir", str(folder / name)]
        worker = [spark_class, "org.apache.spark.deploy.worker.Worker", *host, *size, url]
        services.append(Service(name, worker, environment, folder))
    wait_for("two Spark workers", 60, lambda: True if _alive(page) == WORKERS else None, services)
    return url


def _find(pattern: str, service: Service) -> str | None:
    found = re.search(pattern, service.text())
    return found.group(1) if found else None


def _alive(page: str) -> int:
    with urllib.request.urlopen(f"{page}/json/", timeout=10) as answer:
        return sum(worker["state"] == "ALIVE" for worker in json.load(answer)["workers"])

"""Processes of the check, each with a log, and all of them killed at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

# In the environment of every process that the check starts, and of what these start.
MARK = "GATEAU_CHECK"
T = TypeVar("T")


class Service:
    """A process that runs until the check ends.

    :param name: of the process and of its log
    :param folder: of the logs
    """

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def require_alive(self) -> None:
        """:raises RuntimeError: with the end of its log, if the process has ended"""
        code = self.process.poll()
        if code is not None:
            raise RuntimeError(f"{self.name} has ended with exit code {code}; the end of {self.log}:\n{self.tail()}")

    def tail(self, lines: int = 30) -> str:
        """The last lines of its log."""
        return "\n".join(self.text().splitlines()[-lines:])

    def text(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def wait_for(what: str, seconds: float, probe: Callable[[], T | None], services: list[Service], pause: float = 0.3) -> T:
    """What a probe returns first that is not None.

    :raises RuntimeError: if a service ends
    :raises TimeoutError: if the time runs out
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = probe()
        if found is not None:
            return found
        for service in services:
            service.require_alive()
        time.sleep(pause)
    raise TimeoutError(f"{what}: nothing after {seconds:.0f} s")


def kill_all(services: list[Service], mark: str) -> None:
    """Kills services, what they have started, and what carries the mark in its environment."""
    for service in services:
        try:
            os.killpg(service.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        service.process.wait()
    services.clear()
    # A process that was killed may have started another one in the meantime.
    for _ in range(20):
        left = _marked(mark)
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not left:
            return
        time.sleep(0.1)


def _marked(mark: str) -> list[int]:
    """Processes of Linux that have the mark, without this one; elsewhere none."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            running = (place / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if running and int(place.name) != os.getpid() and wanted in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            # It has ended, or is another user's.
            continue
    return found

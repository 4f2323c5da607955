"""Settings of the DAGs: environment variables whose names begin with GATEAU_DAG_."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

PREFIX = "GATEAU_DAG_"

# Name, its default (none: it must be set), and what it is, for the error messages.
KNOWN: dict[str, tuple[str | None, str]] = {
    "JAR": (None, "Gateau's jar on the Airflow worker, such as /opt/gateau/gateau.jar"),
    "INPUT": (None, "the samples of a day, with {day} for its date, such as /data/samples/{day}.jsonl"),
    "OUTPUT": (None, "the folder that gets an output folder for each day, such as /data/gateau"),
    "SHORT_MODEL": (None, "the model with the short context, such as /models/4k"),
    "LONG_MODEL": (None, "the model with the long context, such as /models/64k"),
    "FIRST_DAY": (None, "the first day to select, such as 2026-01-31"),
    "LAST_DAY": ("", "the last day to select; empty: without end"),
    "SCHEDULE": ("0 0 * * *", "when a day is over, as a cron expression in UTC"),
    "PERCENT": ("30", "how many per cent of a day to select; empty: what CONFIG says"),
    "FORMAT": ("parquet", "what selected/ is written as: parquet or jsonl"),
    "CONFIG": ("", "a configuration file of Gateau for everything else; empty: none"),
    "SPARK_CONN_ID": ("spark_default", "the Airflow connection of type spark that names the master"),
    "SPARK_PROPERTIES": ("", "a properties file for spark-submit; empty: Spark's spark-defaults.conf"),
    "STORAGE_CONN_ID": ("", "the Airflow connection to read manifest.json with, if the output is a URL"),
    "RETRIES": ("3", "how often a task that failed on the way is tried again"),
    "RETRY_SECONDS": ("60", "seconds before it is tried again"),
    "TRAINER": (
        "python train.py --data {selected} --rows {rows}",
        "the command of a trainer, with {day}, {selected} and {rows}",
    ),
}


class SettingsError(ValueError):
    """A setting is missing, wrong or unknown. Airflow shows the message as the DAG's import error."""


@dataclass(frozen=True)
class Settings:
    """The settings in force. A DAG param of the same name wins, where there is one."""

    jar: str
    input: str
    output: str
    short_model: str
    long_model: str
    first_day: datetime
    last_day: datetime | None
    schedule: str
    percent: float | None
    format: str
    config: str
    spark_conn_id: str
    spark_properties: str
    storage_conn_id: str
    retries: int
    retry_delay: timedelta
    trainer: str

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment.

        :raises SettingsError: if one is missing, wrong, or not known
        """
        _require_known(environment)
        value = {name: _value(environment, name) for name in KNOWN}
        return cls(
            jar=value["JAR"],
            input=value["INPUT"],
            output=value["OUTPUT"].rstrip("/"),
            short_model=value["SHORT_MODEL"],
            long_model=value["LONG_MODEL"],
            first_day=_day("FIRST_DAY", value["FIRST_DAY"]),
            last_day=_day("LAST_DAY", value["LAST_DAY"]) if value["LAST_DAY"] else None,
            schedule=value["SCHEDULE"],
            percent=_number("PERCENT", value["PERCENT"], 0, 100) if value["PERCENT"] else None,
            format=_one_of("FORMAT", value["FORMAT"], ("parquet", "jsonl")),
            config=value["CONFIG"],
            spark_conn_id=value["SPARK_CONN_ID"],
            spark_properties=value["SPARK_PROPERTIES"],
            storage_conn_id=value["STORAGE_CONN_ID"],
            retries=int(_number("RETRIES", value["RETRIES"], 0, 1000)),
            retry_delay=timedelta(seconds=_number("RETRY_SECONDS", value["RETRY_SECONDS"], 0, 86400)),
            trainer=_fits_trainer(value["TRAINER"]),
        )


def _require_known(environment: Mapping[str, str]) -> None:
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in KNOWN:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), KNOWN, n=1, cutoff=0.0)[0]
            raise SettingsError(f"{name} is no setting of the DAGs; the nearest is {PREFIX}{near}")


def _value(environment: Mapping[str, str], name: str) -> str:
    default, what = KNOWN[name]
    value = environment.get(PREFIX + name, default)
    if value is None or (default is None and not value.strip()):
        raise SettingsError(f"{PREFIX}{name} is not set; give {what}")
    return value.strip()


def _day(name: str, value: str) -> datetime:
    try:
        day = date.fromisoformat(value)
    except ValueError as e:
        raise _wrong(name, value) from e
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def _number(name: str, value: str, least: float, most: float) -> float:
    try:
        number = float(value)
    except ValueError as e:
        raise _wrong(name, value) from e
    if not least <= number <= most:
        raise SettingsError(f"{PREFIX}{name} {value} is outside [{least}, {most}]; give {KNOWN[name][1]}")
    return number


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise _wrong(name, value)
    return value


def _fits_trainer(command: str) -> str:
    values: dict[str, Any] = {"day": "", "selected": "", "rows": 0}
    try:
        command.format(**values)
    except (KeyError, IndexError, ValueError) as e:
        raise _wrong("TRAINER", command) from e
    return command


def _wrong(name: str, value: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{name} is {value!r}; give {KNOWN[name][1]}")

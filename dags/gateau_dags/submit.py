"""Runs a command of Gateau with spark-submit."""

from __future__ import annotations

import re
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

WRONG_INPUT = 2
_EXIT_CODE = re.compile(r"Error code is: (-?\d+)")

# One command at a time changes an output folder. The other one may be the driver of an earlier try,
# whose Airflow worker was lost: it ends, or its lease runs out.
_IN_USE = " is in use by gateau "


class GateauSubmitOperator(SparkSubmitOperator):
    """A command of Gateau on Spark, in client mode, so that its exit code is known.

    Exit code 2 (wrong usage, input, model or output) fails the task at once, because the same command
    would fail again. After any other code Airflow's retries apply, and the same command goes on from
    what is stored.

    :param command: name of the command, such as score
    :param arguments: flag to value (templated); a flag whose value is empty is left out
    """

    template_fields = (*SparkSubmitOperator.template_fields, "arguments")

    def __init__(self, *, command: str, arguments: dict[str, str], **kwargs: Any) -> None:
        super().__init__(java_class=f"io.gateau.jobs.{command.capitalize()}Job", deploy_mode="client", **kwargs)
        self.command = command
        self.arguments = arguments

    def execute(self, context: Any) -> None:
        self.application_args = command_line(self.arguments)
        try:
            super().execute(context)
        except AirflowException as e:
            if exit_code(e) == WRONG_INPUT and _IN_USE not in str(e):
                raise AirflowFailException(
                    f"gateau {self.command} ended with exit code {WRONG_INPUT}: its usage, input, models or output are"
                    " wrong, as the lines above say. It is not tried again; mend what they name, then clear this task."
                ) from e
            raise


def command_line(arguments: dict[str, str]) -> list[str]:
    """Flags and values, without flags that have no value."""
    return [word for flag, value in arguments.items() if value != "" for word in (flag, value)]


def exit_code(error: Exception) -> int | None:
    """The exit code of spark-submit in the message of its hook, negative for a signal; None if it has none."""
    found = _EXIT_CODE.search(str(error))
    return int(found.group(1)) if found else None

"""What a run of Gateau says of itself: manifest.json in its output folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOT_SCORED = "not-scored"


class ManifestError(ValueError):
    """A manifest that cannot be read, or rows that are not accounted for."""


@dataclass(frozen=True)
class Selection:
    """What became of the rows of a day.

    :param rows_in: records of the input
    :param selected: rows within the budget
    :param unselected: rows that were ranked below it
    :param rejected: reason to rows that were not ranked
    """

    rows_in: int
    selected: int
    unselected: int
    rejected: dict[str, int]

    def require_complete(self, output: str) -> None:
        """Checks that every row was scored and is accounted for.

        :raises ManifestError: if one is not
        """
        not_scored = self.rejected.get(NOT_SCORED, 0)
        if not_scored:
            raise ManifestError(
                f"{not_scored} of {self.rows_in} rows of {output} were not scored; clear the task score of this run:"
                " it goes on from what is stored"
            )
        rejected = sum(self.rejected.values())
        accounted = self.selected + self.unselected + rejected
        if accounted != self.rows_in:
            raise ManifestError(
                f"the rows of {output} do not add up: {self.rows_in} in, but {self.selected} selected"
                f" + {self.unselected} unselected + {rejected} rejected = {accounted}; clear the task select of this run"
            )


def read(output: str, storage_conn_id: str = "") -> dict[str, Any]:
    """The manifest of an output folder, which is a folder of this machine or a URL.

    :raises ManifestError: if there is none, or it is damaged
    """
    try:
        return json.loads(_text(output, storage_conn_id))
    except FileNotFoundError as e:
        raise ManifestError(
            f"{output}/manifest.json is not there; the Airflow worker must see the output folder of Spark"
        ) from e
    except json.JSONDecodeError as e:
        raise ManifestError(f"{output}/manifest.json is no JSON ({e}); delete it and score again") from e


def selection(manifest: dict[str, Any], output: str) -> Selection:
    """The counts of the selection without a name.

    :raises ManifestError: if nothing has been selected
    """
    try:
        counts = manifest["select"]["counts"]
        return Selection(
            rows_in=counts["rows-in"],
            selected=counts["selected"],
            unselected=counts["unselected"],
            rejected=dict(counts["rejected-by-reason"]),
        )
    except KeyError as e:
        raise ManifestError(
            f"{output}/manifest.json has no counts of a selection ({e} is missing); clear the task select of this run"
        ) from e


def _text(output: str, storage_conn_id: str) -> str:
    if "://" not in output:
        return Path(output, "manifest.json").read_text(encoding="utf-8")
    # Needs the provider of the store; s3a is Hadoop's name of s3.
    from airflow.sdk import ObjectStoragePath

    folder = output.replace("s3a://", "s3://", 1)
    return (ObjectStoragePath(folder, conn_id=storage_conn_id or None) / "manifest.json").read_text()

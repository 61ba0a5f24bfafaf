"""Snippets: the shown runs again, in Python and as a file for the command line."""

from __future__ import annotations

import datetime
import shlex
from typing import TYPE_CHECKING, Any

from classroom.setup import SKIPPED, A
from experiments.provenance import version
from experiments.toml_text import preset_as_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from classroom.setup import Setup
    from classroom.view import View

PREDICTED = "members_predicted"
"""Column of the prediction in a history [people]."""


def with_prediction(history: pl.DataFrame, setup: Setup) -> pl.DataFrame:
    """Return a history with what the visitor predicted as its last column, if there is anything."""
    if not _predicted(setup):
        return history
    return history.with_columns(**{PREDICTED: float(setup.prediction or 0)})


def python_of(setup: Setup, views: Sequence[View]) -> str:
    """Return a few lines of Python that make the CSV files of the shown runs again."""
    values = [value for arm in setup.arms for value in setup.changes(arm).values()]
    lines = [f"# deathspiral {version()}", *imports(values), "from experiments import run", ""]
    for arm, view in zip(setup.arms, views, strict=True):
        lines.append(f"{arm} = {_call(setup, arm)}")
        if view.running:
            lines.append(f'{arm} = {arm}.filter({arm}["period"] <= {view.period})')
        if _predicted(setup):
            lines.append(
                f"{arm} = {arm}.with_columns({PREDICTED}={float(setup.prediction or 0)!r})"
            )
        lines.append(f'{arm}.write_csv("{csv_name(setup, arm)}")')
    return "\n".join(lines) + "\n"


def toml_of(setup: Setup, arm: str = A) -> str:
    """Return a file that `deathspiral run` takes: the pool with all its rules, changes included."""
    preset = setup.story.model_copy(update={"scenario": setup.scenario(arm)})
    remarks = [
        f"Written by the page of deathspiral {version()}. To run it:",
        command_of(setup, arm),
    ]
    return preset_as_toml(preset, remarks)


def command_of(setup: Setup, arm: str = A) -> str:
    """Return the command that runs the file of `toml_of`."""
    return shlex.join(["deathspiral", "run", f"{stem(setup, arm)}.toml", "--seed", str(setup.seed)])


def stem(setup: Setup, arm: str = A) -> str:
    """Return what the files of an arm are called."""
    return f"{setup.preset}-{arm}-{setup.seed}"


def csv_name(setup: Setup, arm: str = A) -> str:
    """Return what the table of an arm's history is called."""
    return f"{stem(setup, arm)}.csv"


def imports(values: Iterable[Any]) -> list[str]:
    """Return the lines without which Python does not know values as they are written."""
    dated = any(isinstance(value, datetime.date) for value in values)
    return ["import datetime"] if dated else []


def _predicted(setup: Setup) -> bool:
    return setup.prediction not in (None, SKIPPED)


def _call(setup: Setup, arm: str) -> str:
    changes = setup.changes(arm)
    named = [f"{name}={value!r}" for name, value in changes.items() if name.isidentifier()]
    dotted = {name: value for name, value in changes.items() if not name.isidentifier()}
    rest = [f"**{dotted!r}"] if dotted else []
    return f"run({', '.join([repr(setup.preset), f'seed={setup.seed}', *named, *rest])})"

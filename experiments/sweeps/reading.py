"""Experiments from TOML: those that ship, and files of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.errors import ScenarioError
from experiments.orders import toml_or_text
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.faults import ExperimentError, Faults, unknown
from experiments.sweeps.lines import line_of, lines_by_key
from experiments.sweeps.writing import experiment_as_toml, experiment_hash, frozen_toml
from model.presets import text_of
from model.shipped import shipped_names, shipped_text

__all__ = [
    "experiment_as_toml",
    "experiment_hash",
    "experiment_names",
    "frozen_toml",
    "parse_experiment",
    "read_experiment",
]


def experiment_names() -> list[str]:
    """List the experiments that ship with the package."""
    return shipped_names("experiments", "named")


def read_experiment(name_or_path: str, changes: Sequence[str] = ()) -> Experiment:
    """Return an experiment by name, or from a TOML file.

    Parameters
    ----------
    name_or_path : str
        One of `experiment_names`, or the path of a TOML file; other files that it names are
        looked for beside it.
    changes : sequence of str
        Changes as ``key=value``: a parameter of the scenario (``n_people=500``), or a key of the
        experiment (``replicates=5``, ``factors.fee.steps=11``, ``design.samples=64``).

    Raises
    ------
    ExperimentError
        With all that is wrong inside it.
    ScenarioError
        If there is no such experiment or file.
    """
    path = Path(name_or_path)
    if name_or_path in experiment_names():
        return _parsed(
            shipped_text("experiments", "named", name_or_path), name_or_path, None, changes
        )
    if path.suffix != ".toml":
        raise ScenarioError(unknown(name_or_path, experiment_names(), "experiment"))
    return _parsed(text_of(path, "experiment"), path.stem, path.parent, changes)


def parse_experiment(text: str, name: str) -> Experiment:
    """Return the experiment that a TOML text describes.

    Raises
    ------
    ExperimentError
        With the line of a syntax error, or a sentence for each thing that is wrong.
    """
    return _parsed(text, name, None, ())


def _parsed(text: str, name: str, folder: Path | None, changes: Sequence[str]) -> Experiment:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError([((), f"{name}.toml is not valid TOML: {error}")]) from None
    faults = Faults()
    changed = _amended(content, changes, faults)
    content.setdefault("name", name)
    if folder is not None:
        _look_beside(content, folder)
    try:
        experiment = Experiment(**content)
    except ExperimentError as error:
        lines = lines_by_key(text)
        placed = [(None if k[:2] in changed else line_of(lines, k), k, s) for k, s in error.faults]
        for line, key, sentence in sorted(placed, key=lambda fault: fault[0] or 0):
            faults.add(key, sentence if line is None else f"line {line}: {sentence}")
    faults.tell()
    return experiment


def _look_beside(content: dict[str, Any], folder: Path) -> None:
    """Take the files that an experiment names from its own folder if they are there."""
    design = content.get("design")
    named = [(content, "scenario"), *([(design, "file")] if isinstance(design, dict) else [])]
    for table, key in named:
        name = table.get(key)
        if isinstance(name, str) and Path(name).suffix and (folder / name).is_file():
            table[key] = str(folder / name)


def _amended(
    content: dict[str, Any], changes: Sequence[str], faults: Faults
) -> set[tuple[str | int, ...]]:
    """Lay changes over the content of a file, and return the keys that they touch."""
    touched: set[tuple[str | int, ...]] = set()
    for change in changes:
        name, equals, value = change.partition("=")
        parts = [part.replace("-", "_") for part in name.strip().split(".")]
        if not equals or not parts[0]:
            faults.add((), f"--set {change} lacks a value; write key=value, such as fee=0.1")
            continue
        known = parts[0] in Experiment.model_fields or parts[0] in ("set", "figure")
        path = parts if known else ["set", ".".join(parts)]
        table = content
        for part in path[:-1]:
            table = table.setdefault(part, {}) if isinstance(table, dict) else table
        if not isinstance(table, dict):
            faults.add((), f"--set {change}: {'.'.join(path[:-1])} is not a table of keys")
            continue
        table[path[-1]] = toml_or_text(value.strip())
        touched.add(tuple(path[:2]))
    return touched

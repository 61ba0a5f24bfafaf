"""Where a result comes from: versions, and the command that makes it again."""

from __future__ import annotations

import platform
import shlex
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.orders import Typed

PACKAGES = ("numpy", "numba", "polars", "pydantic", "plotly")


def version() -> str:
    """Return the version of this package, also in a checkout that is not installed."""
    try:
        return metadata.version("deathspiral")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        if not project.is_file():
            return "unknown"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])


def versions() -> dict[str, str]:
    """Return the versions of everything that can move a result or its drawing."""
    found = {"deathspiral": version(), "Python": platform.python_version()}
    return found | {name: metadata.version(name) for name in PACKAGES}


def command_of(typed: Typed, name: str | None = None) -> str:
    """Write the command that repeats a run.

    Parameters
    ----------
    typed : Typed
        The order that was carried out.
    name : str, optional
        Another scenario in place of the ordered one, with the changes already in it.
    """
    words = ["deathspiral", "run", name or typed.name]
    if name is None:
        words += _option("--people", typed.people) + _option("--periods", typed.periods)
    words += ["--seed", typed.seed]
    words += _option("--people-file", typed.people_file)
    if name is None and typed.changes:
        words += ["--set", *typed.changes]
    return shlex.join(words)


def _option(flag: str, value: object) -> list[str]:
    return [] if value is None else [flag, str(value)]

"""The command that runs several stories on the same people and luck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from experiments.options import AsJson, Changes


def compare(
    *names: str,
    people: Annotated[str | None, Parameter(name="--people")] = None,
    periods: Annotated[str | None, Parameter(name="--periods")] = None,
    seed: str = "1",
    changes: Changes = None,
    out: Path | None = None,
    json: AsJson = False,
    language: Literal["en", "zh"] = "en",
) -> None:
    """Run two to eight stories on the same people and the same luck, side by side.

    Parameters
    ----------
    names
        Stories, plans of the history (see `deathspiral list`) or TOML files. The first gives
        people, size and horizon; the others are told by what they differ from it.
    people
        People to simulate.
    periods
        Periods to simulate.
    seed
        Seed of all luck, the same in every story.
    changes
        Changes to every story, as in `deathspiral run`.
    out
        Folder for compare.parquet and compare.html.
    language
        Language of what is printed.
    """
    from experiments.compare import carry_out
    from experiments.orders import Typed

    given = None if changes is None else tuple(changes)
    typed = Typed("", people, periods, seed, given, None, None, out)
    carry_out(names, typed, as_json=json, language=language)


def register(app: App) -> None:
    """Add the command to a command line."""
    app.command(compare)

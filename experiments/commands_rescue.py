"""What can be typed about rescues: the levers, and the search for the least that is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from experiments.options import AsJson, Changes, Words

Language = Literal["en", "zh"]


def register(app: App) -> None:
    """Add the commands to the command line."""
    for command in (levers, rescue):
        app.command(command)


def levers(*, language: Language = "en") -> None:
    """List what a regulator or a platform can change, and what each lever teaches.

    Parameters
    ----------
    language
        Language of titles and lessons.
    """
    from experiments.rescue.listing import list_of_levers

    print(list_of_levers(language))


def rescue(
    name: str,
    /,
    *,
    target: float = 0.1,
    keep: float = 0.05,
    replicates: str = "20",
    seed: str = "1",
    people: Annotated[str, Parameter(name="--people")] = "1000",
    levers: Annotated[list[str] | None, Parameter(name="--levers"), Words] = None,
    pairs: bool = True,
    when: str | None = None,
    changes: Changes = None,
    workers: str | None = None,
    out: Path | None = None,
    json: AsJson = False,
    language: Language = "en",
) -> None:
    """Search which lever, and how little of it, keeps a pool from collapsing.

    Parameters
    ----------
    name
        Name of a story (see `deathspiral list`), or a TOML file of your own.
    target
        Largest probability of a collapse that is good enough.
    keep
        A pool that ends with less than this share of the peak that it reaches with the same luck
        and no lever has collapsed, as has one that closed.
    replicates
        Runs of each strength in the search, with the same luck at every strength.
    seed
        Seed of the search; what is found is confirmed on another.
    people
        People to simulate.
    levers
        Which levers (see `deathspiral levers`); all of them if left out.
    pairs
        Whether pairs of levers are tried too.
    when
        Period in which a lever is introduced, from the start if left out; or latest, to search
        until when that is early enough.
    changes
        Changes to the scenario, as in `deathspiral run`.
    workers
        Worker processes.
    out
        Folder for the sweeps, tables and report.html; the same command goes on where it was
        interrupted.
    language
        Language of what is printed.
    """
    from experiments.rescue.orders import RescueTyped, carry_out

    given = None if changes is None else tuple(changes)
    pulled = None if levers is None else tuple(levers)
    typed = RescueTyped(
        name, target, keep, replicates, seed, people, pulled, pairs, when, given, workers, out
    )
    carry_out(typed, as_json=json, language=language)

"""What can be typed to analyse a sweep: sensitivity, discover, robustness, threshold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App

from experiments.options import AsJson, Changes, Flag, TableFile

if TYPE_CHECKING:
    from experiments.analysis.answer import Answer


def register(app: App) -> None:
    """Add the commands to the command line."""
    for command in (sensitivity, discover, robustness, threshold):
        app.command(command)


def sensitivity(
    folder: Path,
    /,
    *,
    measure: str = "collapsed",
    out: TableFile = None,
    json: AsJson = False,
) -> None:
    """Say which factors of a sweep matter, and how much is luck.

    Parameters
    ----------
    folder
        Folder of a sweep; its design decides which indices there are.
    measure
        Outcome column.
    """
    from experiments.analysis.sensitivity import sensitivity as ask
    from experiments.sweeps.results import load

    _check(out)
    _deliver(ask(load(folder), measure), out, as_json=json)


def discover(
    folder: Path,
    /,
    *,
    measure: str = "collapsed",
    threshold: str = "",
    density: float = 0.8,
    boxes: int = 3,
    out: TableFile = None,
    json: AsJson = False,
) -> None:
    """Describe by boxes of factor values where an outcome happens (PRIM).

    Parameters
    ----------
    folder
        Folder of a sweep.
    measure
        Outcome column: one that is yes or no, or a number with a threshold.
    threshold
        What makes a number a case, such as "<=0.5".
    density
        Share of cases that the runs in a box should have.
    boxes
        Boxes at most.
    """
    from experiments.analysis.conditions import condition
    from experiments.analysis.discovery import discover as ask
    from experiments.analysis.intervals import AnalysisError
    from experiments.sweeps.results import load

    _check(out)
    if not 0 < density <= 1:
        raise AnalysisError(f"--density {density:g} is not allowed: use a share above 0, up to 1")
    if boxes < 1:
        raise AnalysisError(f"--boxes {boxes} is not allowed: use 1 or more")
    cases = condition(measure + threshold)
    _deliver(ask(load(folder), cases, density, boxes), out, as_json=json)


def robustness(
    folder: Path,
    /,
    *,
    levers: str,
    measure: str = "members_kept",
    satisfice: str | None = None,
    smaller_is_better: Annotated[bool | None, Flag] = None,
    out: TableFile = None,
    json: AsJson = False,
) -> None:
    """Compare the values of one factor over all states of the world: satisficing, regret.

    Parameters
    ----------
    folder
        Folder of a sweep over a grid, or over a table.
    levers
        The factor that can be chosen; label for the rows of a table.
    measure
        Outcome column.
    satisfice
        What is good enough, such as "members_kept>=0.5".
    smaller_is_better
        Less of the measure is better, whatever is good enough.
    """
    from experiments.analysis.conditions import condition
    from experiments.analysis.robustness import robustness as ask
    from experiments.sweeps.results import load

    _check(out)
    wanted = None if satisfice is None else condition(satisfice)
    more = False if smaller_is_better else None
    answer = ask(load(folder), levers, measure, wanted, wants_more=more)
    _deliver(answer, out, as_json=json)


def threshold(
    parameter: str,
    /,
    *,
    scenario: str,
    low: float,
    high: float,
    measure: str = "collapsed",
    probability: float = 0.5,
    replicates: str = "40",
    tolerance: float | None = None,
    seed: str = "1",
    changes: Changes = None,
    workers: str | None = None,
    out: Path | None = None,
    json: AsJson = False,
) -> None:
    """Search the value of a parameter at which a pool tips.

    Parameters
    ----------
    parameter
        Scenario parameter or plan rule that takes numbers.
    scenario
        Name of a story, or a TOML file of your own.
    low
        Lowest value tried.
    high
        Highest value tried.
    measure
        Outcome column.
    probability
        Share of the runs, or mean of a numeric outcome, that is to be crossed.
    replicates
        Runs at each value, with the same luck at every value.
    tolerance
        Width that is fine enough, in the parameter's unit; 1 % of the range if left out.
    seed
        Seed of all luck.
    changes
        Changes to the scenario, as in `deathspiral run`.
    workers
        Worker processes.
    out
        Folder for the rounds; the same command goes on where it was interrupted.
    """
    from experiments.analysis.threshold import Search
    from experiments.analysis.threshold_orders import ThresholdOrder, carry_out

    what = Search(parameter, low, high, measure, probability, tolerance)
    given = None if changes is None else tuple(changes)
    order = ThresholdOrder(what, scenario, replicates, seed, given, workers, out)
    _deliver(carry_out(order), None, as_json=json)


def _check(out: Path | None) -> None:
    from experiments.analysis.answer import check_file

    check_file(out)


def _deliver(answer: Answer, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        answer.write(out)
    if as_json:
        print(answer.json())
    else:
        answer.print()
        if out is not None:
            print(f"The first table is in {out}.")

"""The command that calibrates: history matching, posterior, prediction, rival accounts."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from experiments.options import AsJson, Switch


def calibrate(
    name: str = "xianghubao",
    /,
    *,
    account: str | None = None,
    accounts: str | None = None,
    waves: str | None = None,
    people: str | None = None,
    points: str | None = None,
    seed: str = "1",
    workers: str | None = None,
    out: Path = Path("results/calibration"),
    quick: Switch = False,
    svg: Switch = False,
    json: AsJson = False,
) -> None:
    """Hold the model against what was observed up to 2020, and let it predict 2021.

    Parameters
    ----------
    name
        What was observed: xianghubao.
    account
        Account of what happened; all mechanisms together if left out.
    accounts
        Several accounts to score side by side: all, or names with commas between.
    waves
        Waves of history matching.
    people
        People to simulate in each run.
    points
        Runs of each wave and round.
    seed
        Seed of all luck.
    workers
        Worker processes.
    out
        Folder for waves, posterior and report; the same command goes on where it was stopped.
    quick
        Few and small runs, to see that it works; the result means nothing.
    svg
        Also write each figure as SVG, into the folder figures beside the report.
    """
    from experiments.calibration.orders import CalibrationTyped, carry_out

    options = (account, accounts, waves, people, points, seed, workers, out, quick, svg)
    answer = carry_out(CalibrationTyped(name, *options))
    if json:
        print(answer.json())
    else:
        answer.print()


def register(app: App) -> None:
    """Add the command to a command line."""
    app.command(calibrate)

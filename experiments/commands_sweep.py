"""The commands that carry out sweeps and look after their folders."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from experiments.options import Changes, Switch


def sweep(
    name: str,
    /,
    *,
    out: Path | None = None,
    workers: str | None = None,
    dask: str | None = None,
    timeout: str | None = None,
    retry_failed: Switch = False,
    replicates: str | None = None,
    changes: Changes = None,
    allow_changed: Switch = False,
    dry_run: Switch = False,
    quiet: Switch = False,
    no_report: Switch = False,
) -> int:
    """Carry out an experiment; the same command goes on with one that was stopped.

    Parameters
    ----------
    name
        Name of an experiment that ships (docs/experiments.md), or a TOML file of your own.
    out
        Results folder; results/NAME if left out.
    workers
        Processes on this machine; all processors if left out.
    dask
        Address or scheduler file of a Dask cluster, in place of processes on this machine.
    timeout
        Longest time that one run may take, in seconds.
    retry_failed
        Do runs again that failed, crashed or took too long.
    replicates
        Runs of each point; more than before adds to the folder.
    changes
        Changes as key=value: a parameter (n_people=500) or a key of the experiment (seed=2).
    allow_changed
        Go on although code or packages are not those that the sweep was begun with.
    dry_run
        Say how many runs there are and how long they will take, from a pilot; write nothing.
    quiet
        Show no progress.
    no_report
        Write no report.html.
    """
    from experiments.sweep_orders import SweepTyped, carry_out

    given = None if changes is None else tuple(changes)
    options = (retry_failed, allow_changed, dry_run, quiet, no_report)
    return carry_out(SweepTyped(name, out, workers, dask, timeout, replicates, given, *options))


def status(folder: Path, /) -> None:
    """Say what is done in a results folder, what is left, and where it comes from.

    Parameters
    ----------
    folder
        Results folder of a sweep.
    """
    from experiments.sweeps.status import status_of

    print(status_of(folder))


def verify(folder: Path, /, *, runs: str = "20", seed: str = "1") -> int:
    """Check every file of a results folder, and do some runs again to compare them exactly.

    Parameters
    ----------
    folder
        Results folder of a sweep.
    runs
        How many runs to do again, chosen at random.
    seed
        Seed of the choice.
    """
    from experiments.orders import LARGEST_SEED, Complaints, whole_number
    from experiments.sweeps.verification import verified

    complaints = Complaints()
    count = complaints.attempt(whole_number, "--runs", runs, 0, 1_000_000)
    chosen = complaints.attempt(whole_number, "--seed", seed, 0, LARGEST_SEED)
    complaints.tell()
    faults, told = verified(folder, count or 0, chosen or 0)
    print("\n".join([*faults, told]))
    return 1 if faults else 0


def export(
    kind: Literal["csv", "xlsx"],
    folder: Path,
    /,
    *,
    table: Literal["runs", "series", "design"] = "runs",
    long: Switch = False,
    out: Path | None = None,
) -> None:
    """Write a table of a results folder for another program.

    Parameters
    ----------
    kind
        Kind of file.
    folder
        Results folder of a sweep.
    table
        Which table.
    long
        One row a value, with the name of its column, in place of one column each.
    out
        File to write; TABLE.csv or TABLE.xlsx in the folder if left out.
    """
    from experiments.sweeps.export import exported

    print(f"Written: {exported(kind, folder, table, long=long, out=out)}")


def schema() -> None:
    """Print the JSON Schema of an experiment, for editors that complete and check TOML."""
    import json

    from experiments.sweeps.schema import schema as schema_of

    print(json.dumps(schema_of(), ensure_ascii=False, indent=2))


def register(app: App) -> None:
    """Add these commands to a command line."""
    for command in (sweep, status, verify, export, schema):
        app.command(command)

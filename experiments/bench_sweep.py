"""How many runs a second a sweep does on this machine, store and measures included."""

from __future__ import annotations

import tempfile
import time

from experiments.sweeps.driver import carry_out_sweep, engine_for
from experiments.sweeps.experiment import Experiment

PEOPLE, PERIODS, POINTS, WARM_REPLICATES = 1000, 72, 200, 2


def bench_sweep(n_runs: int, workers: int | None) -> str:
    """Carry out a sweep in a temporary folder and say how fast it went.

    Parameters
    ----------
    n_runs : int
        Runs, rounded up to whole replicates of 200 points.
    workers : int or None
        Processes; all processors if None.

    Returns
    -------
    str
        One sentence with runs, processes, seconds and rate. The processes are started and a pilot
        is run before the clock starts.
    """
    replicates = max(1, -(-n_runs // POINTS))
    with (
        tempfile.TemporaryDirectory(prefix="deathspiral-") as folder,
        engine_for(workers, quiet=True) as engine,
    ):
        carry_out_sweep(_experiment(WARM_REPLICATES), folder, engine=engine, progress=False)
        started = time.perf_counter()
        whole = _experiment(WARM_REPLICATES + replicates)
        done = carry_out_sweep(whole, folder, engine=engine, progress=False)
        seconds, processes = time.perf_counter() - started, engine.width
    fresh = done.n_done - WARM_REPLICATES * POINTS
    return (
        f"{fresh:,} runs of {PEOPLE:,} people × {PERIODS} periods in {seconds:.1f} s: "
        f"{fresh / seconds:,.0f} runs a second with {processes} processes, "
        "measures, tables and their merging included (seed 1)"
    )


def _experiment(replicates: int) -> Experiment:
    return Experiment(
        name="bench",
        question="How many runs a second?",
        scenario="default",
        replicates=replicates,
        set={"n_people": PEOPLE, "n_periods": PERIODS},
        factors={
            "fee": {"low": 0.0, "high": 1.0, "steps": 10},
            "private_information": {"low": 0.0, "high": 1.0, "steps": 20},
        },
    )

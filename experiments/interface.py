"""The Python interface: one run, replicates, a sweep, a results folder; frames come out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from agents.errors import ScenarioError
from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.reading import read_experiment
from experiments.sweeps.results import Results
from model import Scenario, Simulation, presets

Story = str | Scenario


def run(scenario: Story = "default", *, seed: int = 1, **changes: Any) -> pl.DataFrame:
    """Run a scenario once and return its history.

    Parameters
    ----------
    scenario : str or Scenario
        A preset's name, a TOML file, or a scenario.
    seed : int
        Seed of all luck.
    **changes
        Scenario parameters or plan rules.

    Returns
    -------
    polars.DataFrame
        A row a period and plan; columns, units and meaning in `model.metrics.COLUMNS`.

    Raises
    ------
    ScenarioError
        With all that is wrong with the scenario.
    """
    return Simulation(_scenario(scenario).but(**changes), seed=seed).run().history


def replicate(
    scenario: Story = "default",
    n: int = 20,
    *,
    seed: int = 1,
    workers: int | None = None,
    **changes: Any,
) -> pl.DataFrame:
    """Run a scenario with several seeds and return what came of each run.

    Parameters
    ----------
    scenario : str or Scenario
        A preset's name, a TOML file, or a scenario.
    n : int
        Replicates.
    seed : int
        Seed from which the runs' seeds follow.
    workers : int, optional
        Processes: all processors if left out, 0 for this one.
    **changes
        Scenario parameters or plan rules.

    Returns
    -------
    polars.DataFrame
        A row a replicate; outcomes as in `experiments.sweeps.outcomes.OUTCOMES`.

    Raises
    ------
    ScenarioError
        With all that is wrong with the scenario.
    """
    story = _scenario(scenario).but(**changes)
    factors = {"n_people": [story.n_people]}  # one point: a factor with one value
    results = sweep(factors, scenario=story, replicates=n, seed=seed, workers=workers)
    return results.runs.drop("n_people", "point")


def sweep(
    experiment: str | Path | Experiment | Mapping[str, Any],
    folder: str | Path | None = None,
    *,
    scenario: Story = "default",
    workers: int | None = None,
    dask: str | None = None,
    progress: bool = False,
    **keys: Any,
) -> Results:
    """Carry out an experiment and return its results; the same call goes on with one that stopped.

    Parameters
    ----------
    experiment : str, Path, Experiment or mapping
        A named experiment, a TOML file, an experiment, or factors: name → values to combine.
    folder : str or Path, optional
        Results folder; without one, nothing stays on disk.
    scenario : str or Scenario
        What factors change; only if factors are given.
    workers : int, optional
        Processes on this machine: all processors if left out, 0 for this process alone.
    dask : str, optional
        Address or scheduler file of a Dask cluster.
    progress : bool
        Say on standard error how far it is.
    **keys
        With factors: further keys of an experiment, such as ``replicates`` or ``seed``.

    Raises
    ------
    ScenarioError, SweepError
        With all that is wrong with the experiment, or with the folder.
    """
    todo = _experiment(experiment, scenario, keys)
    options: dict[str, Any] = {"workers": workers, "dask": dask, "progress": progress}
    if folder is not None:
        return carry_out_sweep(todo, folder, **options)
    with tempfile.TemporaryDirectory(prefix="deathspiral-") as place:
        done = carry_out_sweep(todo, place, **options)
        return Results(None, done.experiment, done.manifest, done.design, done.runs, done.series)


def _experiment(what: Any, scenario: Story, keys: dict[str, Any]) -> Experiment:
    if isinstance(what, Mapping):
        keys = {"name": "sweep", "question": "What becomes of every combination?", **keys}
        base = _scenario(scenario)
        return Experiment(factors=dict(what), scenario="given", scenarios={"given": base}, **keys)
    if keys:
        raise ScenarioError(
            f"{', '.join(keys)} can be given with factors only; change the experiment itself"
        )
    return what if isinstance(what, Experiment) else read_experiment(str(what))


def _scenario(story: Story) -> Scenario:
    return story if isinstance(story, Scenario) else presets.load(story).scenario

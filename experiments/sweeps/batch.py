"""A sweep for users of `mesa.batch_run`: its arguments and its rows, our runs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any

import polars as pl

from agents.errors import ScenarioError
from experiments.sweeps.experiment import Experiment
from model import presets
from model.reporters import REPORTERS
from model.scenario import Scenario

_LONGEST = 100_000
"""No run has more periods: a collection at this distance keeps the opening and the end."""


def batch_run(
    model_cls: type,
    parameters: Mapping[str, Any],
    number_processes: int | None = 1,
    iterations: int = 1,
    data_collection_period: int = -1,
    max_steps: int = 1000,
    display_progress: bool = True,
    rng: int = 1,
    *,
    scenario: str | Scenario = "default",
) -> list[dict[str, Any]]:
    """Run every combination of parameters several times, as `mesa.batch_run` does.

    Parameters
    ----------
    model_cls : type
        `AdverseSelectionModel`.
    parameters : mapping
        Names of scenario parameters or plan rules: a value, or several to combine.
    number_processes : int, optional
        Processes; 1 stays in this one, None takes all processors.
    iterations : int
        Runs of each combination; a run has the same luck in every combination.
    data_collection_period : int
        Periods between two rows of a run, or -1 for the end only.
    max_steps : int
        Most periods of a run.
    display_progress : bool
        Say on standard error how far it is.
    rng : int
        Seed of all luck.
    scenario : str or Scenario
        What the parameters change: a preset's name, a TOML file, or a scenario.

    Returns
    -------
    list of dict
        A row a run, recorded period and plan: ``RunId``, ``iteration``, ``Step``, the parameters,
        what the model's data collector reports, and what became of the run as a whole. A run that
        cannot be has one row that says why.

    Raises
    ------
    ScenarioError
        With all that is wrong with the arguments.
    """
    from experiments.sweeps.driver import carry_out_sweep

    _refuse_others(model_cls)
    if data_collection_period < -1 or data_collection_period == 0:
        given = f"data_collection_period = {data_collection_period}"
        raise ScenarioError(f"{given} is not allowed: use -1 for the end, or 1 and more")
    base = scenario if isinstance(scenario, Scenario) else presets.load(scenario).scenario
    experiment = Experiment(
        name="batch_run",
        question="What becomes of every combination?",
        scenario="given",
        scenarios={"given": base},
        factors=_factors(parameters, base, max_steps),
        replicates=iterations,
        seed=rng,
        record={"series": list(REPORTERS), "every": _every(data_collection_period)},
    )
    workers = 0 if number_processes == 1 else number_processes
    with tempfile.TemporaryDirectory(prefix="deathspiral-") as folder:
        results = carry_out_sweep(experiment, folder, workers=workers, progress=display_progress)
        return _rows(results.runs, results.series, at_end=data_collection_period == -1)


def _refuse_others(model_cls: type) -> None:
    from model import AdverseSelectionModel

    if model_cls is not AdverseSelectionModel:
        name = getattr(model_cls, "__name__", repr(model_cls))
        raise ScenarioError(
            f"this batch_run carries out AdverseSelectionModel only, not {name}; "
            "Mesa's own takes any model"
        )


def _every(period: int) -> int:
    return _LONGEST if period == -1 else min(period, _LONGEST)


def _factors(parameters: Mapping[str, Any], base: Scenario, max_steps: int) -> dict[str, list[Any]]:
    factors = {name: _several(value) for name, value in parameters.items()}
    if "n_periods" not in factors and (max_steps < base.n_periods or not factors):
        factors["n_periods"] = [min(max_steps, base.n_periods)]
    return factors


def _several(value: Any) -> list[Any]:
    """Return values to combine; like Mesa, take anything but text for several if it can be."""
    if isinstance(value, str):
        return [value]
    try:
        return list(value)
    except TypeError:
        return [value]


def _rows(runs: pl.DataFrame, series: pl.DataFrame, *, at_end: bool) -> list[dict[str, Any]]:
    if at_end:
        series = series.filter(pl.col("period") == pl.col("period").max().over("run"))
    reported = series.drop("point", "replicate")
    rows = runs.join(reported, on="run", how="left", maintain_order="left_right")
    named = {"run": "RunId", "replicate": "iteration", "period": "Step"}
    return (
        rows.rename(named).select(*named.values(), pl.exclude(*named.values(), "point")).to_dicts()
    )

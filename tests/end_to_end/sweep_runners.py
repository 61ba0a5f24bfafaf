"""Runs that cost nothing or go wrong, for the workers of a sweep under test."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence

import numpy as np

from experiments.sweeps.outcomes import RunOutcome, run_one
from model.scenario import Scenario

PERIODS = 4
TIRED_AFTER = 100
"""Runs that a tiring process does."""

_runs_of_this_process = itertools.count()


def at_once(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Invent an outcome that depends on the scenario and the seed, and cost nothing."""
    fee = scenario.plans[0].fee
    luck = np.random.default_rng([seed, round(1e6 * fee)]).random(PERIODS)
    row = {"outcome": "stable", "collapsed": bool(luck[0] < fee), "periods": PERIODS}
    series = {"period": np.arange(PERIODS), "plan": np.full(PERIODS, "pool", dtype=object)}
    values = {name: luck * (place + 1) for place, name in enumerate(wanted)}
    return RunOutcome({**row, "final_members": float(luck[1])}, {**series, **values})


def slowly(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Take a moment."""
    time.sleep(0.02)
    return at_once(scenario, seed, wanted)


def tiring(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Take a moment, but never come back once this process has done its runs.

    A larger sweep is never over, however late somebody interrupts it.
    """
    _get_tired()
    return slowly(scenario, seed, wanted)


def tiring_for_real(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Carry out a run of the model, but never come back once this process has done its runs."""
    _get_tired()
    time.sleep(0.02)  # so that no chunk has more runs than a process does
    return run_one(scenario, seed, wanted)


def _get_tired() -> None:
    if next(_runs_of_this_process) >= TIRED_AFTER:
        time.sleep(600)


def with_trouble(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Raise, exit, kill the process or hang, as the number of neighbours says."""
    match scenario.n_neighbours:
        case 3:
            raise ValueError("three is a crowd")
        case 4:
            raise SystemExit(4)
        case 5:
            os.kill(os.getpid(), 9)
        case 6:
            time.sleep(600)
    return at_once(scenario, seed, wanted)


def slowly_with_trouble(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Take a moment, then go wrong as the number of neighbours says."""
    time.sleep(0.05)
    return with_trouble(scenario, seed, wanted)


def hang(scenario: Scenario, seed: int, wanted: Sequence[str]) -> RunOutcome:
    """Never come back."""
    time.sleep(600)
    return at_once(scenario, seed, wanted)

"""A search for a tipping value as ordered on the command line."""

from __future__ import annotations

import dataclasses
import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from experiments.analysis.answer import Answer
from experiments.analysis.intervals import unknown_outcome
from experiments.analysis.threshold import Found, Runner, Search, search, sweeps
from experiments.analysis.threshold_words import answer
from experiments.orders import MOST_THREADS, Complaints, Typed, order_of, whole_number
from experiments.sweep_orders import stopped_by_a_signal
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.factors import field_of, is_whole

FEWEST_REPLICATES = 4  # of fewer runs a share of 0 is not surely below one half
MOST_REPLICATES = 1_000_000


@dataclass(frozen=True)
class ThresholdOrder:
    """The options of `deathspiral threshold`, as typed."""

    what: Search
    scenario: str
    replicates: str = "40"
    seed: str = "1"
    changes: tuple[str, ...] | None = None
    workers: str | None = None
    out: Path | None = None


def carry_out(order: ThresholdOrder) -> Answer:
    """Search, and say what was found.

    Without a folder the rounds are forgotten at the end.

    Raises
    ------
    DeathspiralError
        A sentence for everything that is wrong with the options.
    """
    from experiments.sweeps.driver import engine_for
    from model.quantities import unit_of

    experiment, workers = _experiment(order)
    parameter = order.what.parameter
    what = dataclasses.replace(order.what, whole=is_whole(parameter))
    field = field_of(parameter)
    assert field is not None
    with (
        stopped_by_a_signal(),
        tempfile.TemporaryDirectory(prefix="deathspiral-") as forgotten,
        engine_for(workers) as engine,
    ):
        folder, command = order.out or Path(forgotten), shlex.join(["deathspiral", *sys.argv[1:]])
        run = sweeps(experiment, parameter, folder, engine, command)
        found = _searched(what, run, order.out)
    return answer(what, found, unit=unit_of(field), seed=experiment.seed)


def _searched(what: Search, run: Runner, folder: Path | None) -> Found:
    try:
        return search(what, run)
    except KeyboardInterrupt:
        if folder is None:
            raise KeyboardInterrupt from None
        kept = f"Interrupted. What is done is kept in {folder}; the same command goes on with it."
        raise KeyboardInterrupt(kept) from None


def _experiment(order: ThresholdOrder) -> tuple[Experiment, int | None]:
    complaints = Complaints()
    typed = Typed(order.scenario, seed=order.seed, changes=order.changes)
    ordered = complaints.attempt(order_of, typed)
    replicates = complaints.attempt(
        whole_number, "--replicates", order.replicates, FEWEST_REPLICATES, MOST_REPLICATES
    )
    workers = None
    if order.workers is not None:
        workers = complaints.attempt(whole_number, "--workers", order.workers, 0, MOST_THREADS)
    _check(order, complaints)
    experiment = None
    what = order.what
    if ordered is not None and replicates is not None and not what.problems:
        experiment = complaints.attempt(
            Experiment,
            name="threshold",
            question=f"At which {what.parameter} does {what.measure} cross {what.target:g}?",
            scenario="searched",
            scenarios={"searched": ordered.scenario},
            replicates=replicates,
            seed=ordered.seed,
            factors={what.parameter: [what.low, what.high]},
            record={"series": False},
        )
    complaints.tell()
    assert experiment is not None
    return experiment, workers


def _check(order: ThresholdOrder, complaints: Complaints) -> None:
    """Complain about the parameter, its range and the outcome."""
    what = order.what
    for problem in what.problems:
        complaints.add(problem)
    if any(text.partition("=")[0].strip() == what.parameter for text in order.changes or ()):
        complaints.add(f"--set {what.parameter}: that is what is searched; leave it out")
    _check_measure(what, complaints)


def _check_measure(what: Search, complaints: Complaints) -> None:
    from experiments.sweeps.outcomes import OUTCOMES, SWITCH, TEXT

    unit = OUTCOMES[what.measure][0] if what.measure in OUTCOMES else None
    if unit is None:
        complaints.add(unknown_outcome(what.measure, list(OUTCOMES)))
    elif unit == TEXT:
        complaints.add(f"outcome {what.measure!r} is text; use one that is yes or no, or a number")
    elif unit == SWITCH and not 0 < what.target < 1:
        complaints.add(f"--probability {what.target:g} is not allowed: use a share between 0 and 1")

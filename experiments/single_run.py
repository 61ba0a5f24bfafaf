"""Carry out an order: run the model, watch it, and hand the outcome on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ScenarioError
from experiments.memory import refuse_if_too_large
from experiments.orders import Order, Typed, order_of
from experiments.outputs import Outbox, Writer
from experiments.progress import Ticker, say_if_compiling

if TYPE_CHECKING:
    import polars as pl

    from model import Plan, Scenario, Simulation, Verdict


@dataclass(frozen=True)
class CurvesAt:
    """The cost curves of a plan at one moment of a run."""

    plan: str
    moment: str
    """``start``, ``tipping point``, ``half-way`` or ``end``; two in one if they coincide."""
    period: int
    table: pl.DataFrame
    """As of `Simulation.curves`."""


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    order: Order
    history: pl.DataFrame
    verdicts: dict[str, Verdict]
    """Of each plan, by name."""
    curves: list[CurvesAt]
    bytes_per_person: float

    @property
    def plans(self) -> list[str]:
        """Names of the plans."""
        return list(self.verdicts)


def carry_out(typed: Typed, *, as_json: bool = False, language: str = "en") -> None:
    """Run what was ordered, write the files that were asked for, print the outcome.

    Raises
    ------
    DeathspiralError
        If the order is wrong, the population too large or a file cannot be written; nothing is
        left behind then.
    """
    order = order_of(typed)
    refuse_if_too_large(order.scenario)
    with Outbox(typed.out) as outbox, Ticker() as ticker:
        say_if_compiling()
        outcome = outcome_of(order, ticker, with_curves=typed.out is not None)
        ticker.begin("Writing the files")
        files = outbox.fill(_writers(outcome) if typed.out is not None else {})
    from experiments.summary import as_object, in_words

    print(as_object(outcome) if as_json else in_words(outcome, language, files))


def outcome_of(order: Order, ticker: Ticker, *, with_curves: bool) -> Outcome:
    """Run the model once; for the curves at the tipping point, once more up to there.

    Luck has addresses, so the second run is the first one over again; this takes time in place
    of the memory that curves of every period would.
    """
    simulation = _built(order, ticker)
    curves = [*_curves(simulation, "start")] if with_curves else []
    _advance(simulation, simulation.scenario.n_periods, ticker)
    history, scenario = simulation.history, simulation.scenario
    verdicts = {plan.name: _judged(history, scenario, plan) for plan in scenario.plans}
    size, last = simulation.bytes_per_person, simulation.period
    if with_curves:
        end = list(_curves(simulation, "end"))
        del simulation  # room for the second run
        curves += _curves_between(order, verdicts, last, ticker) + end
        curves = [_named(at, verdicts[at.plan].tipping_period) for at in curves]
    return Outcome(order, history, verdicts, curves, size)


def _judged(history: pl.DataFrame, scenario: Scenario, plan: Plan) -> Verdict:
    """Return the verdict on a plan, in an insurer's words if it asks a premium."""
    from model.sentences import sentence_en, sentence_zh
    from model.verdict import judge

    verdict = judge(history, scenario, plan.name)
    if plan.premium is None:
        return verdict
    words, words_zh = sentence_en(verdict, insurer=True), sentence_zh(verdict, insurer=True)
    return replace(verdict, sentence=words, sentence_zh=words_zh)


def _curves_between(
    order: Order, verdicts: dict[str, Verdict], last: int, ticker: Ticker
) -> list[CurvesAt]:
    """Return each plan's curves at its tipping point, or half-way if it has none.

    Nothing for a plan that tipped at the start or at the end: those curves are there already.
    """
    moments = []
    for number, (plan, verdict) in enumerate(verdicts.items()):
        tipping, rules = verdict.tipping_period, order.scenario.plans[number]
        halfway = (rules.opens + min(rules.closes or last, last)) // 2
        moments.append((halfway if tipping is None else tipping, number, plan, tipping is None))
    moments = sorted(moment for moment in moments if 0 < moment[0] < last)
    if not moments:
        return []
    simulation, found = _built(order, ticker), []
    for period, number, plan, halfway in moments:
        _advance(simulation, period, ticker)
        moment = "half-way" if halfway else "tipping point"
        found.append(CurvesAt(plan, moment, period, simulation.curves(number)))
    return found


def _named(at: CurvesAt, tipping: int | None) -> CurvesAt:
    """Say so if a pool tipped at the start or at the end."""
    if at.period != tipping or "tipping" in at.moment:
        return at
    return replace(at, moment=f"{at.moment}, and tipping point")


def _built(order: Order, ticker: Ticker) -> Simulation:
    from model import Simulation

    ticker.begin(f"Drawing {order.scenario.n_people:,} people")
    try:
        return Simulation(
            order.scenario, people=order.people, seed=order.seed, threads=order.threads
        )
    except MemoryError:
        raise ScenarioError(
            f"memory ran out while {order.scenario.n_people:,} people were drawn; use fewer "
            "people, each standing for several (population_represented)"
        ) from None


def _advance(simulation: Simulation, periods: int, ticker: Ticker) -> None:
    ticker.begin(f"Running {periods:,} periods", periods)
    while simulation.running and simulation.period < periods:
        simulation.step()
        ticker.at(simulation.period)


def _curves(simulation: Simulation, moment: str) -> Iterator[CurvesAt]:
    for number, plan in enumerate(simulation.scenario.plans):
        yield CurvesAt(plan.name, moment, simulation.period, simulation.curves(number))


def _writers(outcome: Outcome) -> dict[str, Writer]:
    from experiments.provenance import command_of, version
    from experiments.report import report_of
    from experiments.toml_text import preset_as_toml

    typed = outcome.order.typed
    remarks = [
        f"What was run, complete; written by deathspiral {version()}. To repeat the run:",
        f"{command_of(typed, 'scenario.toml')}",
    ]
    toml = preset_as_toml(outcome.order.preset, remarks)
    report = report_of(outcome)
    return {
        "history.parquet": lambda path: outcome.history.write_parquet(path),
        "scenario.toml": lambda path: _write_text(path, toml),
        "report.html": lambda path: _write_text(path, report),
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

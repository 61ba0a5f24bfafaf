"""A search for rescues as ordered on the command line, carried out from beginning to end."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ScenarioError
from experiments.orders import MOST_THREADS, Complaints, Order, Typed, order_of, whole_number
from experiments.rescue.findings import Finding, Question, found_by
from experiments.rescue.levers import Lever, chosen
from experiments.rescue.moves import world_of
from experiments.rescue.trials import STAGES, Trials
from experiments.sweep_orders import stopped_by_a_signal

if TYPE_CHECKING:
    from experiments.sweeps.engines import Engine
    from model import Scenario

LATEST = "latest"
REPORT = "report.html"
_OURS = (*STAGES, REPORT, "rescue.parquet", "winners.parquet", "strengths.parquet")
FEWEST_REPLICATES, MOST_REPLICATES = 4, 100_000


@dataclass(frozen=True)
class RescueTyped:
    """The options of `deathspiral rescue`, as typed."""

    name: str
    target: float = 0.1
    keep: float = 0.05
    replicates: str = "20"
    seed: str = "1"
    people: str = "1000"
    levers: tuple[str, ...] | None = None
    pairs: bool = True
    when: str | None = None
    changes: tuple[str, ...] | None = None
    workers: str | None = None
    out: Path | None = None


@dataclass(frozen=True)
class _Ordered:
    order: Order
    levers: list[Lever]
    replicates: int
    workers: int | None
    period: int | None


def carry_out(typed: RescueTyped, *, as_json: bool = False, language: str = "en") -> None:
    """Search, confirm, print what was found, and write it if a folder is given.

    Raises
    ------
    DeathspiralError
        A sentence for everything that is wrong with the options.
    """
    from experiments.rescue.words import answer
    from experiments.sweeps.driver import engine_for

    ordered = _read(typed)
    with (
        stopped_by_a_signal(),
        tempfile.TemporaryDirectory(prefix="deathspiral-") as forgotten,
        engine_for(ordered.workers) as engine,
        _told_how_to_go_on(typed.out),
    ):
        finding = _search(typed, ordered, typed.out or Path(forgotten), engine)
    told = answer(finding, language)
    if typed.out is not None:
        _write(finding, typed.out)
    if as_json:
        print(told.json())
        return
    told.print()
    if typed.out is not None:
        print(f"Report: {typed.out / REPORT}")


def _search(typed: RescueTyped, ordered: _Ordered, folder: Path, engine: Engine) -> Finding:
    order = ordered.order
    trials = Trials(
        world=world_of(order.scenario, order.seed),
        keep=typed.keep,
        replicates=ordered.replicates,
        seed=order.seed,
        folder=folder,
        engine=engine,
        command=shlex.join(["deathspiral", *sys.argv[1:]]),
        period=ordered.period,
        progress=sys.stderr.isatty(),
    )
    until_when = typed.when == LATEST
    question = Question(order.preset, ordered.levers, typed.target, typed.pairs, until_when)
    return found_by(trials, question)


@contextmanager
def _told_how_to_go_on(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if folder is None:
            raise KeyboardInterrupt from None
        kept = f"Interrupted. What is done is kept in {folder}; the same command goes on with it."
        raise KeyboardInterrupt(kept) from None


def _read(typed: RescueTyped) -> _Ordered:
    complaints = Complaints()
    story = Typed(typed.name, people=typed.people, seed=typed.seed, changes=typed.changes)
    order = complaints.attempt(order_of, story)
    levers = complaints.attempt(chosen, typed.levers)
    replicates = complaints.attempt(
        whole_number, "--replicates", typed.replicates, FEWEST_REPLICATES, MOST_REPLICATES
    )
    workers = None
    if typed.workers is not None:
        workers = complaints.attempt(whole_number, "--workers", typed.workers, 0, MOST_THREADS)
    period = None
    if order is not None and typed.when not in (None, LATEST):
        period = complaints.attempt(_period, typed.when, order.scenario.n_periods)
    if order is not None:
        complaints.attempt(_refuse_planned_end, order.scenario)
    _check(typed, complaints)
    complaints.tell()
    assert order is not None
    assert levers is not None
    assert replicates is not None
    return _Ordered(order, levers, replicates, workers, period)


def _refuse_planned_end(scenario: Scenario) -> None:
    plan = scenario.plans[0]
    if plan.closes is not None and plan.closes <= scenario.n_periods:
        raise ScenarioError(
            f"{plan.name} is ended by its platform in period {plan.closes}, which no lever "
            "changes; add --set closes= to ask what its rules alone lead to"
        )


def _period(text: str, last: int) -> int:
    return whole_number("--when", text, 1, last)


def _check(typed: RescueTyped, complaints: Complaints) -> None:
    """Complain about the target, the share to keep and the folder."""
    if not 0 < typed.target < 1:
        complaints.add(f"--target {typed.target:g} is not allowed: use a share between 0 and 1")
    if not 0 < typed.keep < 1:
        complaints.add(f"--keep {typed.keep:g} is not allowed: use a share between 0 and 1")
    out = typed.out
    found = [p.name for p in out.iterdir()] if out is not None and out.is_dir() else []
    strangers = sorted(name for name in found if name not in _OURS and not name.startswith("."))
    if strangers:
        complaints.add(
            f"--out {out} is not empty and not of a rescue (it has {strangers[0]}); name another"
        )


def _write(finding: Finding, folder: Path) -> None:
    from experiments.outputs import Outbox
    from experiments.rescue.report import report_of

    html = report_of(finding)

    def write(path: Path) -> None:
        path.write_text(html, "utf-8")

    with Outbox(folder) as outbox:
        outbox.fill(
            {
                REPORT: write,
                "rescue.parquet": finding.table.write_parquet,
                "winners.parquet": finding.winners.write_parquet,
                "strengths.parquet": finding.strengths.write_parquet,
            }
        )

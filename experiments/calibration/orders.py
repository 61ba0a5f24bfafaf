"""`deathspiral calibrate`: options as typed become calibrations, tables and a report."""

from __future__ import annotations

import dataclasses
import importlib.util
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from experiments.calibration.calibrated import Calibrated, calibrated
from experiments.calibration.desk import QUICK, Desk, Size
from experiments.calibration.member import in_words, typical, write_preset
from experiments.calibration.scores import Ranking, ranked
from experiments.calibration.study import (
    Account,
    CalibrationError,
    account_names,
    load_account,
    load_study,
)
from experiments.calibration.targets import targets_of
from experiments.orders import LARGEST_SEED, Complaints, whole_number
from experiments.sweep_orders import stopped_by_a_signal

if TYPE_CHECKING:
    from experiments.analysis.answer import Answer
    from experiments.calibration.study import Study
    from experiments.sweeps.engines import Engine

RANKING = "accounts.parquet"
MAIN = "all"


@dataclass(frozen=True)
class CalibrationTyped:
    """The options of `deathspiral calibrate`, as typed."""

    name: str
    account: str | None = None
    accounts: str | None = None
    waves: str | None = None
    people: str | None = None
    points: str | None = None
    seed: str = "1"
    workers: str | None = None
    out: Path = Path("results/calibration")
    quick: bool = False
    svg: bool = False


def carry_out(typed: CalibrationTyped) -> Answer:
    """Calibrate, write the report, and return what was found.

    Raises
    ------
    DeathspiralError
        A sentence for everything that is wrong with the options.
    """
    check()
    from threadpoolctl import threadpool_limits

    from experiments.calibration.report import main_of, write_figures, write_report
    from experiments.sweeps.driver import engine_for

    study, accounts, size, seed, workers = _read(typed)
    command = shlex.join(["deathspiral", *sys.argv[1:]])
    # Matrices are small and two emulators are fitted at a time: more threads only wait.
    with stopped_by_a_signal(), engine_for(workers) as engine, threadpool_limits(1):
        done = []
        for account in accounts:
            folder = typed.out / account.name
            done.append(_one(folder, study, account, size, seed, engine, command))
        main = main_of(done)
        member = typical(main)
    write_preset(main, member)
    ranking = _ranking(typed.out, done) if len(done) > 1 else None
    remarks = [in_words(main, member)]
    path = write_report(typed.out, done, ranking, remarks, command)
    if typed.svg:
        write_figures(typed.out, done, ranking, command)
    return answer(done, ranking, [*remarks, f"Report: {path}"])


def check() -> None:
    """Refuse before anything is done if the package that emulates is missing.

    Raises
    ------
    CalibrationError
        If it is.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise CalibrationError(
            "a calibration needs the package scikit-learn: pip install 'deathspiral[calibrate]'"
        )


def _one(
    folder: Path,
    study: Study,
    account: Account,
    size: Size,
    seed: int,
    engine: Engine,
    command: str,
) -> Calibrated:
    from model.sources import read_rows

    rows = read_rows("observations.csv")
    targets = targets_of(study, rows)
    desk = Desk(folder, study, account, targets, size, seed, engine, command)
    try:
        return calibrated(desk, rows, _say)
    except KeyboardInterrupt:
        kept = f"Interrupted. What is done is kept in {folder}; the same command goes on with it."
        raise KeyboardInterrupt(kept) from None


def _say(what: str) -> None:
    if sys.stderr.isatty():
        print(what, file=sys.stderr, flush=True)


def _read(typed: CalibrationTyped) -> tuple[Study, list[Account], Size, int, int | None]:
    complaints = Complaints()
    study = complaints.attempt(load_study, typed.name)
    accounts = [] if study is None else _accounts(typed, study, complaints)
    size = QUICK if typed.quick else Size()
    limits = {"waves": (1, 10), "people": (50, 10_000_000), "points": (20, 100_000)}
    changes: dict[str, int] = {}
    for name, (low, high) in limits.items():
        text = getattr(typed, name)
        number = text and complaints.attempt(whole_number, f"--{name}", text, low, high)
        changes |= {name: number} if number else {}
    seed = complaints.attempt(whole_number, "--seed", typed.seed, 0, LARGEST_SEED)
    workers = None
    if typed.workers is not None:
        workers = complaints.attempt(whole_number, "--workers", typed.workers, 0, 1024)
    complaints.tell()
    assert study is not None
    return study, accounts, dataclasses.replace(size, **changes), seed or 0, workers


def _accounts(typed: CalibrationTyped, study: Study, complaints: Complaints) -> list[Account]:
    if typed.account is not None and typed.accounts is not None:
        complaints.add("--account and --accounts exclude each other; leave one out")
    if typed.accounts is None:
        names = [typed.account or MAIN]
    elif typed.accounts == "all":
        names = account_names()
    else:
        names = [name.strip() for name in typed.accounts.split(",")]
    found = [complaints.attempt(load_account, name, study) for name in names]
    return [account for account in found if account is not None]


def _ranking(folder: Path, done: list[Calibrated]) -> Ranking:
    from experiments.outputs import Outbox

    ranking = ranked(done)
    with Outbox(folder) as outbox:
        outbox.fill({RANKING: ranking.table.write_parquet})
    return ranking


def answer(done: list[Calibrated], ranking: Ranking | None, remarks: list[str]) -> Answer:
    """Return what was found, as tables and sentences."""
    from experiments.analysis.answer import Answer
    from experiments.calibration.report import main_of
    from experiments.calibration.words import (
        posterior_in_words,
        prediction_in_words,
        ranking_in_words,
        waves_in_words,
    )

    main = main_of(done)
    sentences = [
        *waves_in_words(main), *posterior_in_words(main), *prediction_in_words(main),
        *([] if ranking is None else ranking_in_words(ranking)), *remarks,
    ]  # fmt: skip
    more = {"Predicted and seen (for display)": main.came.drop("low_50", "high_50", "remark")}
    if ranking is not None:
        kept = ["account", "free", "best_fit", "evidence", "evidence_error", "ahead",
                "probability", "selection", "selection_low", "selection_high"]  # fmt: skip
        more["Accounts"] = ranking.table.select(kept)
    table = main.learned.select(
        "parameter", "median", pl.col("low_90").alias("median_low"),
        pl.col("high_90").alias("median_high"), "learned",
    )  # fmt: skip
    return Answer(f"What the data say: {main.desk.account.title}", table, sentences, more)

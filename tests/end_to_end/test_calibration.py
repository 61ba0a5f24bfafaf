"""A small calibration from end to end: it is resumed, refuses what it must, and hides no future."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import polars as pl
import pytest

from experiments.calibration import orders
from experiments.calibration.calibrated import calibrated
from experiments.calibration.desk import QUICK, Desk
from experiments.calibration.orders import CalibrationTyped
from experiments.calibration.study import CalibrationError, load_account, load_study
from experiments.calibration.targets import targets_of
from experiments.observations import LAST_USED
from experiments.sweeps.driver import engine_for
from experiments.sweeps.verification import verified
from model import Simulation
from model.presets import load
from model.sources import read_rows

SMALL = dataclasses.replace(QUICK, people=200, points=30, draws=60, cloud=40, sets=8, luck=3)


def carried_out(folder, rows, size=SMALL, name="growth"):
    """Calibrate one account against rows of observations, in this process."""
    study = load_study("xianghubao")
    account = load_account(name, study)
    with engine_for(0, quiet=True) as engine:
        desk = Desk(folder, study, account, targets_of(study, rows), size, 1, engine, "test")
        return calibrated(desk, rows, lambda word: None)


@pytest.fixture(scope="module", autouse=True)
def hurry():
    """Measure less before a sweep, and search less for length scales: the question is another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.sweeps.pilot._SECONDS", 0.02)
        patch.setattr("experiments.calibration.emulators._STEPS", 1)
        patch.setattr("experiments.calibration.emulators._FOR_LENGTHS", 30)
        patch.setattr("experiments.calibration.member.PEOPLE", 2)
        patch.setattr("experiments.calibration.orders.QUICK", SMALL)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("calibration") / "growth"


@pytest.fixture(scope="module")
def one(folder):
    return carried_out(folder, read_rows("observations.csv"))


def everything(one):
    """Return all that a calibration settles before it looks at later observations."""
    return [
        one.matched.runs.points,
        one.matched.runs.found,
        one.matched.luck,
        *[np.array([wave.share, wave.reached, wave.inside]) for wave in one.matched.waves],
        one.desk.targets.implausibility(one.matched.runs.found, one.matched.luck),
        one.posterior.annealed.points,
        one.posterior.annealed.fit,
        one.posterior.chosen,
        np.array([one.posterior.evidence["all"].value]),
        *one.known.columns.values(),
    ]


@pytest.mark.parametrize("change", ["deleted", "altered"])
def test_nothing_that_is_fitted_knows_what_came_after_2020(one, tmp_path, change):
    rows = [dict(row) for row in read_rows("observations.csv")]
    later = [row for row in rows if row["date"] > LAST_USED.isoformat()]
    for row in later:
        row["value"] = "1000" if row["value"] else ""
    kept = [row for row in rows if row not in later] if change == "deleted" else rows
    other = carried_out(tmp_path / "growth", kept)
    for here, there in zip(everything(one), everything(other), strict=True):
        assert np.array_equal(here, there)
    assert not other.came.equals(one.came)


def test_a_finished_calibration_is_read_and_not_done_again(one, folder):
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("part-*.parquet")}
    again = carried_out(folder, read_rows("observations.csv"))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("part-*.parquet")} == stamps
    for here, there in zip(everything(one), everything(again), strict=True):
        assert np.array_equal(here, there)


def test_a_calibration_that_stopped_goes_on_to_the_same_end(one, folder, tmp_path):
    stopped = tmp_path / "growth"
    shutil.copytree(folder, stopped)
    for name in ("round-1", "forecast-with-news"):
        shutil.rmtree(stopped / name)
    (stopped / "round-1.json").unlink()
    (stopped / "posterior.json").unlink()
    shutil.rmtree(stopped / "wave-2")
    for here, there in zip(everything(one), everything(carried_out(stopped, _rows())), strict=True):
        assert np.array_equal(here, there)


def _rows():
    return read_rows("observations.csv")


def test_each_wave_is_an_ordinary_sweep(one, folder):
    faults, told = verified(folder / "wave-2", 3, 1)
    assert not faults
    assert "3 runs" in told


def test_another_calibration_in_the_same_folder_is_refused(one, folder):
    larger = dataclasses.replace(SMALL, points=50)
    with pytest.raises(CalibrationError, match=r"holds another calibration .*size"):
        carried_out(folder, _rows(), larger)


def test_the_posterior_is_written_and_lies_in_the_priors(one, folder):
    table = pl.read_parquet(folder / "posterior.parquet")
    assert table.height == SMALL.sets
    for name, prior in one.desk.study.priors_of(one.desk.account).items():
        assert table[name].is_between(prior.low, prior.high).all()


def test_without_news_there_is_nothing_to_be_known_of_it(one):
    assert one.known is one.unknown


def test_two_accounts_are_ranked_and_reported(tmp_path):
    typed = CalibrationTyped(
        "xianghubao", accounts="growth,news", workers="0", out=tmp_path, quick=True
    )  # fmt: skip
    answer = orders.carry_out(typed)
    table = pl.read_parquet(tmp_path / orders.RANKING)
    assert set(table["account"]) == {"growth", "news"}
    assert table["probability"].sum() == pytest.approx(1)
    assert table["evidence"].is_sorted(descending=True)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Which account does the evidence favour?" in page
    assert page.count('class="plot"') == 3 + 1 + 4 + 1 + 1
    assert json.loads(answer.json())["more"]["Accounts"]
    assert any("entered no fit" in sentence for sentence in answer.sentences)
    preset = load(str(tmp_path / "news" / "typical.toml"))
    study = load_study("xianghubao")
    assert preset.scenario.news_weight <= study.prior["news_weight"].high
    assert Simulation(preset.scenario.but(n_people=200, n_periods=3), seed=1).run().period == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "xianghuba"}, "did you mean xianghubao"),
        ({"account": "selecton"}, "did you mean selection"),
        ({"account": "all", "accounts": "all"}, "exclude each other"),
        ({"points": "3"}, "--points 3 is not allowed"),
    ],
)
def test_impossible_orders_are_refused_in_a_sentence(tmp_path, options, words):
    typed = CalibrationTyped(**{"name": "xianghubao", "out": tmp_path / "out", **options})
    with pytest.raises(Exception, match=words):
        orders.carry_out(typed)
    assert not (tmp_path / "out").exists()

"""What is taken from the page gives the same numbers elsewhere, and a page in one file says all."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re

import polars as pl
import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from classroom.arm import Arm
from classroom.drawing import drawn
from classroom.figures import FIGURES
from classroom.figures.looks import PICK
from classroom.limits import MOST_PERIODS, MOST_WORK
from classroom.setup import SKIPPED, Setup
from classroom.sharing.snippet import (
    PREDICTED,
    command_of,
    csv_name,
    python_of,
    toml_of,
    with_prediction,
)
from classroom.sharing.takeaway import MOST_MOMENTS, takeaway
from classroom.words import Words
from model import presets

SETUPS = {
    "as it opens": Setup(a={"n_people": 300}),
    "halfway, with a prediction": Setup(a={"n_people": 300}, at=9, prediction=123.5),
    "without a prediction": Setup(a={"n_people": 300}, prediction=SKIPPED, at=48),
    "A and B": Setup(a={"n_people": 300, "fee": 0.1}, b={"subsidy": 1 / 3}, seed=2**63, at=30),
    "steps, switches, nothing": Setup(
        a={"n_people": 300, "benefit": [(0, 2e5), (40, 1e5)], "ageing": False, "closes": None},
        at=3,
    ),
    "one plan of several": Setup(
        "market", a={"n_people": 300, "xianghubao.fee": 0.2}, b={"xianghubao.fee": 0.0}, at=40
    ),
    "a plan of the history": Setup("meituan", a={"n_people": 300}, at=5),
    "until nobody is left": Setup(a={"n_people": 30, "fee": 10.0}, at=48),
}


def arms_of(setup):
    """Return the runs of the page."""
    arms = [Arm(setup.scenario(arm), setup.seed) for arm in setup.arms]
    for arm in arms:
        arm.advance(setup.at)
    return arms


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
def test_the_snippet_writes_the_tables_of_the_page_byte_for_byte(setup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arms = arms_of(setup)
    exec(python_of(setup, [arm.look() for arm in arms]), {})
    for name, arm in zip(setup.arms, arms, strict=True):
        table = with_prediction(arm.simulation.history, setup).write_csv()
        assert (tmp_path / csv_name(setup, name)).read_text("utf-8") == table


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
def test_the_toml_file_is_the_pool_with_its_changes(setup):
    for arm in setup.arms:
        again = presets.parse(toml_of(setup, arm), "mine")
        assert again.scenario == setup.scenario(arm)
        assert command_of(setup, arm) in toml_of(setup, arm)


def test_a_prediction_is_a_column_of_the_table_and_none_is_not():
    history = arms_of(SETUPS["as it opens"])[0].simulation.history
    assert with_prediction(history, Setup(prediction=12.0))[PREDICTED].to_list() == [12.0]
    assert PREDICTED not in with_prediction(history, Setup(prediction=SKIPPED)).columns
    assert PREDICTED not in with_prediction(history, Setup()).columns


def unpacked(html, name):
    found = re.search(rf'id="{name}">([^<]+)<', html)
    return gzip.decompress(base64.b64decode(found[1])).decode()


@pytest.fixture(scope="module")
def setup():
    return Setup(a={"n_people": 300, "fee": 0.2}, b={"subsidy": 0.4}, prediction=77.0, at=5)


@pytest.fixture(scope="module")
def taken(setup):
    return takeaway(setup, Words("en"))


def test_a_page_in_one_file_has_every_moment_of_both_runs(taken, setup):
    frames = json.loads(unpacked(taken, "frames"))
    assert len(frames) == MOST_MOMENTS
    ends = [Arm(setup.scenario(arm), setup.seed) for arm in setup.arms]
    for name, arm in zip("ab", ends, strict=True):
        arm.advance(48)
        members = frames[-1]["figures"][f"members-{name}"]["data"][0]["y"]
        assert members == arm.simulation.history["members"].to_list()
        assert frames[-1]["texts"][f"sentence-{name}"] == arm.simulation.verdict.sentence


def test_a_page_in_one_file_draws_what_the_page_draws():
    """The prediction was made of A; observations, curves and colours are as chosen."""
    rules = {"n_people": 300, "n_periods": 12}
    setup = Setup(preset="xianghubao", a=rules, b={"subsidy": 0.4}, prediction=76_543.0)
    setup = setup.but(coloured_by="sentiment", revealed=1)
    words, frames = Words("en"), json.loads(unpacked(takeaway(setup, Words("en")), "frames"))
    arms = arms_of(setup.but(at=12))
    views = [arm.look() for arm in arms]
    for arm, view in zip(setup.arms, views, strict=True):
        for name in FIGURES:
            picture = json.loads(drawn(name, arm, view, views, setup, words).packed())
            assert frames[-1]["figures"][f"{name}-{arm}"]["data"] == picture["data"], name
    last = frames[-1]["figures"]
    names = {arm: {trace.get("name") for trace in last[f"members-{arm}"]["data"]} for arm in "ab"}
    assert words("figures.members.prediction_line") in names["a"] - names["b"]
    assert words("figures.observed.used") in names["a"] & names["b"]
    dots = next(trace for trace in last["people-a"]["data"] if trace.get("meta") == PICK)
    assert dots["marker"]["cmin"] == -1
    shown = [trace for trace in last["curves-a"]["data"] if trace.get("visible", True)]
    full = json.loads(drawn("curves", "a", views[0], views, setup.but(revealed=3), words).packed())
    assert len(shown) < len([trace for trace in full["data"] if trace.get("visible", True)])
    assert (
        words("board.rule", name="Subsidy", value="40%") in frames[-1]["texts"]["note-difference"]
    )


def test_a_page_in_one_file_says_how_to_get_the_same_again(taken):
    assert "run(&#39;classic_spiral&#39;, seed=1, n_people=300, fee=0.2, subsidy=0.4)" in taken
    assert "deathspiral run classic_spiral-b-1.toml --seed 1" in taken
    assert "b.subsidy=0.4&amp;prediction=77" in taken


def test_a_page_in_one_file_is_small_and_asks_no_network(taken):
    assert len(taken.encode()) < 6_000_000
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", taken)
    assert "Plotly" in unpacked(taken, "library")


def test_the_largest_page_in_one_file_is_no_larger_than_said():
    longest = {"n_people": MOST_WORK // MOST_PERIODS, "n_periods": MOST_PERIODS}
    taken = takeaway(
        Setup(preset="xianghubao", a=longest, b={}, language="zh", coloured_by="sentiment"),
        Words("zh"),
    )
    assert 6_000_000 < len(taken.encode()) < 8_000_000


def test_a_page_in_one_file_speaks_chinese():
    setup = Setup(a={"n_people": 50, "n_periods": 3}, language="zh")
    taken = takeaway(setup, Words("zh"))
    assert '<html lang="zh-CN">' in taken
    assert setup.story.title_zh in taken
    assert "互助池" in taken


def test_numbers_of_the_table_survive_the_way_through_text():
    history = arms_of(SETUPS["A and B"])[0].simulation.history
    again = pl.read_csv(io.StringIO(history.write_csv()))
    assert again["contribution"].to_list() == history["contribution"].to_list()

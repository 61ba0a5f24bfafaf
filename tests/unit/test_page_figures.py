"""What the page's figures claim is what the engine says."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("orjson", reason="the page needs the extra 'app'")

from agents.causes import CAUSE_NAMES
from classroom.arm import Arm
from classroom.figures import FIGURES, difference
from classroom.figures.difference import difference as difference_of
from classroom.figures.exits import exits
from classroom.figures.looks import ceiling
from classroom.figures.members import members
from classroom.figures.observed import observed_of
from classroom.figures.selection import selection
from classroom.figures.tipping import signs_of
from classroom.figures.who_pays import who_pays
from classroom.words import Words
from model import presets
from model.metrics import columns_of

EN, ZH = Words("en"), Words("zh")
CLASSIC = presets.load("classic_spiral").scenario.but(n_people=1000)


def arm_of(scenario, to=20, seed=1):
    arm = Arm(scenario, seed)
    arm.advance(to)
    return arm


@pytest.fixture(scope="module")
def arm():
    return arm_of(CLASSIC)


@pytest.fixture(scope="module")
def view(arm):
    return arm.look()


@pytest.fixture(scope="module")
def market():
    return arm_of(presets.load("market").scenario.but(n_people=6000), to=100)


def drawn(picture):
    """Return what a browser gets."""
    return json.loads(picture.packed())


def texts(picture):
    return [note["text"] for note in picture.figure["layout"]["annotations"]]


def trace(picture, name):
    return next(one for one in picture.figure["data"] if one.get("name") == name)


@pytest.mark.parametrize("name", ["members", "contribution", "exits", "who_pays"])
def test_the_table_has_the_engines_numbers_of_every_period(arm, view, name):
    engine = columns_of(arm.simulation, 0)
    columns = {
        "members": ["period", "members", "joined", "lapsed", "slope"],
        "contribution": ["period", "contribution", None, "expected_cost"],
        "exits": ["period", *(f"left_{cause}" for cause in CAUSE_NAMES)],
        "who_pays": ["period"]
        + [f"cross_subsidy_quartile_{q}" for q in range(1, 5)]
        + [f"cross_subsidy_age_{a}" for a in ("under_30", "30s", "40s", "50s", "60_plus")],
    }[name]
    table = FIGURES[name](view, EN).table
    for column, values in zip(columns, table.values(), strict=True):
        if column is not None:
            np.testing.assert_array_equal(values, engine[column], column)


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_of_how_many_people_and_which_luck_it_is(view, name, words):
    picture = FIGURES[name](view, words)
    assert "1,000" in picture.note
    assert picture.title
    assert len({len(column) for column in picture.table.values()}) == 1
    assert drawn(picture)["stem"] == name


def test_the_pool_tips_when_the_verdict_says_so_and_half_is_gone_when_it_is():
    view = arm_of(CLASSIC.but(n_people=10_000), to=48).look()
    signs, many = signs_of(view), view.columns["members"]
    assert signs[view.verdict.tipping_reason] == view.verdict.tipping_period
    half, peak = signs["half"], view.verdict.peak_members
    assert many[half] <= peak / 2 < many[half - 1]
    assert list(signs.values()) == sorted(signs.values())
    picture = members(view, EN)
    assert picture.figure["layout"]["shapes"][0]["x0"] == view.verdict.tipping_period
    for numeral, period in zip("①②③", signs.values(), strict=False):
        assert f"{numeral} Month {period}" in picture.note


def test_low_risks_are_most_of_those_who_leave_a_spiral():
    view = arm_of(CLASSIC.but(n_people=10_000), to=48).look()
    at, peak = signs_of(view)["low_risks"], view.verdict.peak_period
    gone = [
        view.columns[f"still_in_quartile_{q}"][peak] - view.columns[f"still_in_quartile_{q}"][at]
        for q in range(1, 5)
    ]
    assert sum(gone[:2]) > sum(gone[2:])


def test_a_stable_pool_bears_no_sign_of_tipping():
    view = arm_of(presets.load("stable").scenario, to=60).look()
    assert view.verdict.outcome == "stable"
    assert signs_of(view) == {}


def test_the_bars_of_a_period_are_all_its_exits(view):
    bars = [one["y"] for one in exits(view, EN).figure["data"]]
    gone = sum(view.columns[f"left_{cause}"] for cause in CAUSE_NAMES)
    np.testing.assert_allclose(np.sum(bars, axis=0), gone[1:])
    many = view.columns["members"]
    np.testing.assert_allclose(many[1:], many[:-1] + view.columns["joined"][1:] - gone[1:])


def test_the_selection_ledger_adds_up_to_the_change_of_the_mean_cost(view):
    picture = selection(view, EN)
    cost = view.columns["expected_cost"]
    total = trace(picture, EN("figures.selection.total"))["y"]
    np.testing.assert_allclose(total, cost - cost[0], atol=1e-6)


def test_the_healthy_pay_for_the_sick(view):
    risk, _ = who_pays(view, EN).figure["data"]
    year = view.columns["cross_subsidy_quartile_4"][-12:].mean()
    assert risk["y"][3] == pytest.approx(year)
    assert risk["y"][0] > risk["y"][3]
    assert risk["y"][3] < 0


def test_a_prediction_stays_on_the_picture_and_in_the_table(view):
    picture = members(view, EN, prediction=620)
    assert any("620" in text for text in texts(picture))
    assert set(picture.table[EN("figures.members.prediction_line")]) == {620}
    skipped = members(view, EN, prediction=-1)
    assert EN("figures.members.prediction_line") not in skipped.table


def test_axes_keep_still_while_a_run_goes_on():
    arm = Arm(CLASSIC, 1)
    ranges = []
    for to in (0, 5, 30):
        arm.advance(to)
        layout = members(arm.look(), EN).figure["layout"]
        ranges.append((layout["xaxis"]["range"], layout["yaxis"]["range"], layout["uirevision"]))
    assert ranges[0] == ranges[1] == ranges[2]


def test_two_runs_are_drawn_to_one_scale():
    few, many = (arm_of(CLASSIC.but(initial_membership=m), to=2).look() for m in (0.1, 0.95))
    alone = members(few, EN).figure["layout"]["yaxis"]["range"]
    together = [members(v, EN, among=(few, many)).figure["layout"]["yaxis"] for v in (few, many)]
    assert together[0]["range"] == together[1]["range"] != alone


def test_equal_runs_differ_by_exactly_nothing(view):
    picture = difference(view, view, EN, "B is like A.")
    many, price = (one["y"] for one in picture.figure["data"])
    assert not many.any()
    assert not np.nan_to_num(price).any()
    assert EN("figures.difference.none") in texts(picture)
    assert picture.note.startswith("B is like A.")


def test_the_difference_is_b_less_a_also_when_one_run_ended_sooner():
    a = arm_of(CLASSIC, to=20).look()
    b = arm_of(CLASSIC.but(fee=3.0), to=12).look()
    many, price = (one["y"] for one in difference_of(a, b, EN).figure["data"])
    assert many[12] == b.columns["members"][12] - a.columns["members"][12] < 0
    assert many[20] == b.columns["members"][12] - a.columns["members"][20]
    assert price[3] == b.columns["contribution"][3] - a.columns["contribution"][3]
    assert np.isnan(price[13:]).all()


def test_a_market_shows_all_its_plans(market):
    view = market.look()
    for name in ("members", "contribution"):
        assert len(FIGURES[name](view, EN).figure["data"]) == 12
    looks = [
        (one["line"]["color"], one["line"]["dash"]) for one in members(view, EN).figure["data"]
    ]
    assert len(set(looks)) == 12
    left = exits(view, EN).figure["data"]
    total = sum(c[f"left_{cause}"] for c in view.plans for cause in CAUSE_NAMES)
    np.testing.assert_allclose(np.sum([one["y"] for one in left], axis=0), total[1:])
    assert "Xiang Hu Bao" in selection(view, EN).note


CORNERS = {
    "one person": {"n_people": 1},
    "nobody in": {"initial_membership": 0, "awareness": 0, "awareness_from_neighbours": 0},
    "nobody who could be": {"entry_age_max": 1, "initial_membership": 0},
    "a hundred thousand": {"n_people": 100_000},
}


@pytest.mark.parametrize("to", [0, 2])
@pytest.mark.parametrize("corner", CORNERS)
def test_whatever_the_pool_every_figure_is_drawn(corner, to):
    view = arm_of(CLASSIC.but(**{"n_people": 300, **CORNERS[corner]}), to=to).look()
    for name, figure in FIGURES.items():
        for words in (EN, ZH):
            content = drawn(figure(view, words))
            assert content["note"], name
    assert json.loads(difference(view, view, EN).packed_table())
    if not view.columns["members"].any():
        assert EN("figures.nobody") in texts(members(view, EN))


def test_what_is_not_a_number_is_left_out_of_a_picture(view):
    view.columns["expected_cost"][3] = np.nan
    picture = FIGURES["contribution"](view, EN)
    assert list(json.loads(picture.packed_table()).values())[3][3] is None
    assert drawn(picture)["data"][-1]["y"][3] is None
    view.columns["expected_cost"][3] = 1.0


@pytest.mark.parametrize(("top", "round_one"), [(0, 1), (0.7, 0.8), (97, 100), (9500, 10_000)])
def test_axes_end_at_round_numbers(top, round_one):
    assert ceiling(np.array([top, np.nan, np.inf])) == pytest.approx(round_one)


def test_what_was_observed_of_the_real_case_stands_beside_the_line_and_nowhere_else():
    scenario = presets.load("xianghubao").scenario.but(n_people=500)
    seen = observed_of("xianghubao", "members", scenario)
    assert seen.height > 5
    assert seen["later"].any()
    view = arm_of(scenario, to=2).look()
    data = drawn(members(view, EN, observed=seen))["data"]
    points = [trace for trace in data if trace.get("name", "").startswith("observed")]
    assert sum(len(trace["x"]) for trace in points) == seen.height
    assert observed_of("", "members", CLASSIC).height == 0

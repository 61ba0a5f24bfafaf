"""The classifier on made-up histories, one for each fate, and the sentences about them."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from agents.causes import CAUSE_NAMES
from model import Scenario
from model.sentences import money, people_en, people_zh
from model.verdict import OUTCOMES, Thresholds, judge

YEARLY = Scenario(period_length=1.0)


def history(members, contribution=None, cost=None, leavers=0.0, slope=0.5, **causes):
    """Make a history of one plan from a few series; the rest is nothing."""
    n = len(members)
    cost = np.full(n, 10.0) if cost is None else np.asarray(cost, float)
    rise = np.concatenate([[0.0], np.diff(cost)])
    columns = {
        "plan": ["pool"] * n,
        "period": np.arange(n),
        "members": np.asarray(members, float),
        "contribution": np.full(n, 10.0)
        if contribution is None
        else np.asarray(contribution, float),
        "expected_cost": cost,
        "ledger_leavers": leavers * rise,
        "slope": np.broadcast_to(np.asarray(slope, float), n).copy(),
        "selection_ratio": np.full(n, 1.2),
        "open": [causes.get("plan_closed", 0) == 0] * n,
        **{f"left_{name}": np.zeros(n) for name in CAUSE_NAMES},
    }
    for name, count in causes.items():
        columns[f"left_{name}"][-1] = count
    return pl.DataFrame(columns)


def verdict(*args, scenario=YEARLY, **kwargs):
    return judge(history(*args, **kwargs), scenario)


SPIRALLING = {
    "members": [100, 80, 60, 40],
    "contribution": [10, 11, 12, 13],
    "cost": [10, 11, 12, 13],
    "leavers": 0.9,
    "price": 60,
}


def test_pool_that_stays_is_stable():
    assert verdict([100, 100, 99, 95]).outcome == "stable"


def test_pool_that_loses_a_tenth_erodes():
    assert verdict([100, 95, 92, 90]).outcome == "eroding"
    assert verdict([100, 95, 92, 90.1]).outcome == "stable"


def test_pool_at_its_peak_in_the_end_is_growing():
    assert verdict([50, 70, 90, 100]).outcome == "growing"
    assert verdict([95, 96, 97, 100]).outcome == "stable"


def test_pool_below_a_twentieth_of_its_peak_has_collapsed():
    assert verdict([100, 60, 20, 4.9]).outcome == "collapsed"
    assert verdict([100, 60, 20, 5.0]).outcome != "collapsed"
    assert verdict([100, 0, 0]).outcome == "collapsed"


def test_pool_that_closed_by_its_own_rule_has_collapsed_whatever_its_size():
    found = verdict([100, 60, 55, 0], plan_closed=55)
    assert (found.outcome, found.closed) == ("collapsed", True)


def test_half_lost_to_selection_at_a_rising_contribution_is_a_spiral():
    assert verdict(**SPIRALLING).outcome == "spiral"


@pytest.mark.parametrize(
    "change",
    [
        {"members": [100, 80, 60, 51]},  # less than half is gone
        {"contribution": [10, 11, 12, 12.4]},  # a rise of less than a quarter
        {"leavers": 0.4},  # ageing, not leavers
        {"cost": [10, 10, 10, 10]},  # no rise to explain
    ],
)
def test_no_spiral_without_each_of_its_signs(change):
    assert verdict(**{**SPIRALLING, **change}).outcome == "eroding"


def test_half_lost_to_bad_feelings_without_selection_is_a_run():
    rumour = {"members": [100, 80, 60, 40], "cost": [10, 10, 10, 10]}
    assert verdict(**rumour, sentiment=60).outcome == "run"
    assert verdict(**rumour, sentiment=20, price=40).outcome == "eroding"
    assert verdict(**{**SPIRALLING, "price": 0}, sentiment=60).outcome == "spiral"


def test_pool_nobody_ever_joined_is_stable_in_its_way():
    found = verdict([0, 0, 0], cost=[np.nan] * 3)
    assert found.outcome == "stable"
    assert found.members_lost == 0
    assert "Nobody ever joined" in found.sentence
    assert "无人加入" in found.sentence_zh


def test_loss_is_counted_from_the_peak_not_from_the_start():
    found = verdict([40, 100, 70, 60], price=40)
    assert found.peak_period == 1
    assert found.members_lost == pytest.approx(0.4)


def test_selection_is_counted_from_the_peak_on():
    leavers = np.array([0.0, 5.0, 1.0, 1.0])
    frame = history([50, 100, 60, 40], cost=[5, 10, 12, 14]).with_columns(ledger_leavers=leavers)
    assert judge(frame, YEARLY).selection_share == pytest.approx(0.5)


def test_rise_of_the_contribution_is_that_of_a_trailing_year():
    quarterly = Scenario(period_length=0.25)
    found = verdict(
        [100] + [90] * 8, contribution=[8, 9, 7, 8, 8, 20, 0, 12, 8], scenario=quarterly
    )
    assert found.contribution_rise == pytest.approx(10 / 8 - 1)


def test_rise_from_nothing_is_infinite():
    assert verdict([100, 60, 40], contribution=[0, 1, 2]).contribution_rise == np.inf


def test_tipping_is_the_first_period_in_which_the_local_map_is_steep():
    found = verdict(**SPIRALLING, slope=[0.9, 0.95, 1.0, 1.4])
    assert (found.tipping_period, found.tipping_reason) == (2, "slope")


def test_steep_map_before_the_peak_is_no_tipping():
    found = verdict([60, 100, 70, 40], slope=[1.5, 0.9, 0.8, 0.7], price=60)
    assert found.tipping_reason == "last_peak"


def test_without_a_steep_map_the_last_crest_before_the_loss_is_the_tipping():
    found = verdict([60, 100, 97, 99, 80, 60], price=40)
    assert (found.tipping_period, found.tipping_reason) == (3, "last_peak")


@pytest.mark.parametrize("members", [[100, 100, 99], [50, 90, 100]])
def test_pool_that_did_not_shrink_has_no_tipping(members):
    found = verdict(members, slope=3.0)
    assert (found.tipping_period, found.tipping_reason) == (None, "")


def test_commonest_cause_is_that_of_the_exits_since_the_peak():
    assert verdict([100, 60, 50], price=30, sentiment=20).commonest_cause == "price"
    assert verdict([100, 100, 100]).commonest_cause == ""


def test_each_plan_has_its_own_verdict():
    frame = pl.concat(
        [history([100, 100, 100]), history([100, 60, 3]).with_columns(plan=pl.lit("generous"))]
    )
    assert judge(frame, YEARLY).outcome == "stable"
    assert judge(frame, YEARLY, plan="generous").outcome == "collapsed"


def test_lines_between_the_fates_can_be_moved():
    frame = history([100, 95, 92, 85])
    assert judge(frame, YEARLY).outcome == "eroding"
    assert judge(frame, YEARLY, lines=Thresholds(lost_some=0.2)).outcome == "stable"


FATES = {
    "collapsed": {"members": [12_300, 6_000, 100], "contribution": [1, 2, 4]},
    "spiral": {**SPIRALLING, "members": [12_300, 9_000, 7_000, 4_000]},
    "run": {"members": [12_300, 9_000, 4_000], "sentiment": 60},
    "eroding": {"members": [12_300, 12_000, 10_000], "price": 60},
    "stable": {"members": [12_300, 12_300, 12_000]},
    "growing": {"members": [100, 200, 12_300]},
}


def test_every_fate_is_shown_here():
    assert set(FATES) == set(OUTCOMES)


@pytest.mark.parametrize("fate", OUTCOMES)
def test_sentences_contain_the_numbers(fate):
    found = verdict(**FATES[fate])
    assert found.outcome == fate
    periods = len(FATES[fate]["members"]) - 1
    now = FATES[fate]["members"][-1]
    assert f"{periods} periods" in found.sentence
    assert f"{periods}期" in found.sentence_zh
    assert people_en(now) in found.sentence
    assert people_zh(now) in found.sentence_zh
    assert found.sentence.endswith(".")
    assert found.sentence_zh.endswith("。")
    if fate != "growing":
        share = f"({now / 12_300:.0%})"
        assert "12,300" in found.sentence
        assert "1.23万" in found.sentence_zh
        assert share in found.sentence
        assert share.strip("()") in found.sentence_zh


@pytest.mark.parametrize("cause", CAUSE_NAMES)
def test_sentences_name_every_cause(cause):
    found = verdict([100, 70, 50], **{cause: 50})
    assert found.commonest_cause == cause
    assert "none" not in found.sentence.rsplit(":", 1)[1]
    assert "无。" not in found.sentence_zh


def test_sentence_tells_rise_and_selection_in_percent():
    found = verdict(**SPIRALLING)
    assert "rose 30%" in found.sentence
    assert "explain 90%" in found.sentence
    assert "上升30%" in found.sentence_zh
    assert "90%" in found.sentence_zh
    fallen = verdict([100, 80, 60], contribution=[10, 8, 6])
    assert "fell 40%" in fallen.sentence
    assert "下降40%" in fallen.sentence_zh
    assert "did not rise" in fallen.sentence


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [(87, "87", "87"), (12_300, "12,300", "1.23万"), (105_800_000, "105.8 million", "1.058亿")],
)
def test_people_are_counted_as_readers_count(count, english, chinese):
    assert people_en(count) == english
    assert people_zh(count) == chinese


@pytest.mark.parametrize(
    ("amount", "text"), [(0.0, "0"), (0.0314, "0.0314"), (4.5678, "4.57"), (45_678, "45,678")]
)
def test_money_has_as_many_digits_as_a_reader_needs(amount, text):
    assert money(amount) == text


@pytest.mark.parametrize("amount", [999.6, 999.94, 1000.0])
def test_money_is_never_written_with_an_exponent(amount):
    assert "e" not in money(amount)


def test_verdict_is_a_record_that_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict([1, 1]).outcome = "spiral"


def test_plan_that_closes_in_the_last_period_is_closed(textbook, crowd):
    cost = np.arange(1.0, 11.0)
    people = crowd(10, expected_cost=cost, willingness_to_pay=1.3 * cost)
    simulation = textbook(people, closes_below=7.0, n_periods=1).run()
    assert not simulation.pools[0].is_open
    assert simulation.verdict.closed

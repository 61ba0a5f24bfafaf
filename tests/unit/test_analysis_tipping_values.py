"""The search finds a tipping value that is known, and says when there is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from agents.errors import DeathspiralError
from experiments.analysis.crossing import Tried, crossing, segments
from experiments.analysis.threshold import Search, search
from experiments.analysis.threshold_orders import ThresholdOrder, carry_out
from experiments.analysis.threshold_words import answer

UNIT = Search("fee", 0.0, 1.0)


def runner(collapses, replicates=40):
    """Return what runs a rule (values, replicate → outcomes), and a list of what was asked."""
    asked = []

    def run(values, number):
        asked.append(list(values))
        outcomes = [collapses(np.asarray(values), r) for r in range(replicates)]
        return pl.DataFrame(
            {
                "fee": np.tile(values, replicates),
                "point": 0,
                "replicate": np.repeat(np.arange(replicates), len(values)),
                "status": "ok",
                "collapsed": np.concatenate(outcomes),
            }
        )

    return run, asked


def logistic(middle, width, seed=1, replicates=40):
    """Return a rule whose share is logistic in the value; each replicate tips at its own."""
    own = middle + width * logit(np.random.default_rng(seed).random(replicates))
    return lambda values, r: values > own[r]


def test_a_sharp_tipping_value_is_bracketed_as_finely_as_wanted():
    what = Search("fee", 0.0, 1.0, tolerance=1e-4)
    run, asked = runner(lambda values, r: values > 0.37123)
    found = search(what, run).estimate
    assert found.low <= 0.37123 <= found.high
    assert found.high - found.low <= 1e-4 * 1.001
    assert sum(map(len, asked)) < 60


def test_the_interval_covers_a_logistic_tipping_value_as_often_as_it_should():
    held = 0
    for seed in range(20):
        run, _ = runner(logistic(0.37, 0.05, seed))
        found = search(UNIT, run).estimate
        held += found.low <= 0.37 <= found.high
        assert found.high - found.low < 0.15
    assert held >= 17  # 19 expected of 20; fewer than 17 once in 60


def test_other_probabilities_cross_elsewhere():
    run, _ = runner(logistic(0.5, 0.05, replicates=400), 400)
    found = search(Search("fee", 0.0, 1.0, target=0.9), run).estimate
    assert found.low <= 0.5 + 0.05 * logit(0.9) <= found.high


def test_each_replicate_has_a_tipping_value_of_its_own():
    run, _ = runner(logistic(0.5, 0.04, replicates=200), 200)
    more = answer(UNIT, search(UNIT, run)).more["Tipping values of single replicates"]
    own = dict(more.iter_rows())
    for share, value in own.items():
        assert value == pytest.approx(0.5 + 0.04 * logit(share), abs=0.05)


def test_the_mean_of_a_number_may_cross_too():
    run, _ = runner(lambda values, r: 1 - expit((values - 0.6) / 0.1) + (r - 19.5) / 400)
    found = search(UNIT, run)
    assert not found.turns[0].rising
    assert found.estimate.low <= 0.6 <= found.estimate.high


def test_whole_numbers_are_tried_once_and_nothing_lies_between_them():
    what = Search("fee", 1, 40, whole=True)
    run, asked = runner(lambda values, r: values >= 24)
    found = search(what, run).estimate
    tried = [value for values in asked for value in values]
    assert (found.low, found.high) == (23, 24)
    assert len(tried) == len(set(tried))
    assert all(value == int(value) for value in tried)


def test_no_crossing_is_said_with_both_ends():
    run, asked = runner(lambda values, r: values > 2)
    found = answer(UNIT, search(UNIT, run))
    assert found.table["value"].to_list() == [None]
    assert "does not surely cross 0.5" in found.sentences[0]
    assert "0 (95 % interval 0 to 0.0876" in found.sentences[0]
    assert len(asked) == 1


def test_several_crossings_are_all_reported_and_the_first_is_refined():
    run, _ = runner(lambda values, r: (values > 0.31) & (values < 0.74))
    found = search(UNIT, run)
    assert [turn.rising for turn in found.turns] == [True, False]
    assert found.estimate.low <= 0.31 <= found.estimate.high
    assert any("crosses 2 times" in sentence for sentence in answer(UNIT, found).sentences)


def test_luck_that_blurs_a_crossing_ends_the_search():
    run, asked = runner(logistic(0.5, 0.3))
    found = search(UNIT, run)
    assert len(asked) <= 3
    assert any("limited by luck" in sentence for sentence in answer(UNIT, found).sentences)


def test_failed_runs_are_left_out_and_counted():
    run, _ = runner(lambda values, r: values > 0.5)

    def failing(values, number):
        frame = run(values, number)
        bad = (pl.col("replicate") < 3) & (pl.col("fee") > 0.2)
        return frame.with_columns(
            pl.when(bad).then(pl.lit("failed")).otherwise("status").alias("status")
        )

    found = search(UNIT, failing)
    assert found.estimate.low <= 0.5 <= found.estimate.high
    assert any("failed or empty runs left out" in s for s in answer(UNIT, found).sentences)


def test_a_crossing_is_interpolated_between_neighbours():
    values = np.array([0.0, 1.0, 2.0])
    assert crossing(values, np.array([0.0, 0.4, 0.8]), 0.5, rising=True) == (1.0, 1.25, 2.0)
    assert crossing(values, np.array([0.9, 0.7, 0.1]), 0.5, rising=False)[1] == pytest.approx(4 / 3)
    assert crossing(values, np.array([0.6, 0.7, 0.8]), 0.5, rising=True)[1] == -np.inf
    assert crossing(values, np.array([0.0, 0.1, 0.2]), 0.5, rising=True)[1] == np.inf


def test_means_that_are_not_sure_make_no_crossing():
    outcomes = np.array([[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    assert segments(Tried(np.array([0.0, 1.0]), outcomes, is_share=True), 0.5) == []


def test_everything_wrong_with_an_order_is_told_at_once():
    what = Search("sharing", 1.0, 0.0, measure="outcom", tolerance=-1.0)
    order = ThresholdOrder(what, "classic_spirl", "2", "x", ("n_people",), "many")
    with pytest.raises(DeathspiralError) as caught:
        carry_out(order)
    told = "\n".join(caught.value.sentences)
    for part in (
        "classic_spiral",
        "--seed x",
        "--set n_people lacks a value",
        "--replicates 2",
        "--workers many",
        "unknown outcome 'outcom'",
        "low must be below high",
        "--tolerance -1",
        "sharing takes no numbers",
    ):
        assert part in told


def test_what_is_searched_cannot_be_set_and_must_be_known():
    order = ThresholdOrder(Search("fee", 0.0, 1.0), "stable", changes=("fee=0.1",))
    with pytest.raises(DeathspiralError, match="that is what is searched"):
        carry_out(order)
    with pytest.raises(DeathspiralError, match="did you mean fee"):
        carry_out(ThresholdOrder(Search("feee", 0.0, 1.0), "stable"))
    with pytest.raises(DeathspiralError, match="use a share between 0 and 1"):
        carry_out(ThresholdOrder(Search("fee", 0.0, 1.0, target=2.0), "stable"))

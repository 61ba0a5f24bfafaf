"""Intervals hold what they promise, and know what is independent and what is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from experiments.analysis.intervals import (
    AnalysisError,
    binomial_interval,
    bootstrap_interval,
    mean_interval,
    summary_by,
)


def runs_of(outcomes, measure="collapsed", **columns):
    """Return a table of runs from an array (points, replicates)."""
    points, replicates = outcomes.shape
    return pl.DataFrame(
        {
            "point": np.tile(np.arange(points), replicates),
            "replicate": np.repeat(np.arange(replicates), points),
            "status": "ok",
            **{name: np.tile(values, replicates) for name, values in columns.items()},
            measure: outcomes.T.ravel(),
        }
    )


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_the_published_ones(successes, n, low, high):
    assert binomial_interval(successes, n) == pytest.approx((low, high), abs=6e-5)


def test_nothing_tried_has_no_interval():
    assert np.isnan(binomial_interval([0], [0])).all()


def test_an_interval_of_a_mean_is_students():
    low, high = mean_interval(10.0, 2.0, 16)
    assert (low, high) == pytest.approx((10 - 2.13145 / 2, 10 + 2.13145 / 2), abs=1e-5)
    assert np.isnan(mean_interval(10.0, 2.0, 1)).all()


def test_a_bootstrap_interval_covers_the_mean_about_as_often_as_it_says():
    luck = np.random.default_rng(3)
    held = 0
    for _ in range(100):
        low, high = bootstrap_interval(luck.normal(5, 1, 40), np.mean, resamples=200)
        held += low <= 5 <= high
    assert 88 <= held <= 99


def test_the_share_of_a_point_has_wilsons_interval():
    runs = runs_of(np.arange(20)[None, :] < 5, fee=[0.1])
    row = summary_by(runs, ["fee"], "collapsed").row(0, named=True)
    assert (row["n"], row["value"], row["kind"]) == (20, 0.25, "share, Wilson 95 %")
    assert (row["low"], row["high"]) == pytest.approx(binomial_interval(5, 20))


def test_runs_with_the_same_luck_do_not_make_a_share_surer():
    once = np.random.default_rng(1).random((1, 20)) < 0.4
    copies = np.repeat(once, 50, axis=0)
    one = summary_by(runs_of(once), [], "collapsed").row(0, named=True)
    many = summary_by(runs_of(copies), [], "collapsed").row(0, named=True)
    assert many["n"] == 1000
    assert (many["low"], many["high"]) == pytest.approx((one["low"], one["high"]))
    assert "effective n" in many["kind"]


def test_independent_runs_of_many_points_do_make_a_share_surer():
    runs = runs_of(np.random.default_rng(1).random((50, 20)) < 0.4)
    row = summary_by(runs, [], "collapsed").row(0, named=True)
    assert row["high"] - row["low"] < 0.12


def test_a_mean_over_points_rests_on_its_replicates():
    luck = np.random.default_rng(2).normal(0, 1, 12)
    runs = runs_of(np.arange(30.0)[:, None] + luck, "members_kept")
    row = summary_by(runs, [], "members_kept").row(0, named=True)
    assert row["n"] == 360
    assert row["kind"] == "mean, t 95 % over replicates"
    expected = mean_interval(14.5 + luck.mean(), luck.std(ddof=1), 12)
    assert (row["low"], row["high"]) == pytest.approx(expected)


def test_failed_runs_and_empty_outcomes_do_not_count():
    runs = pl.DataFrame(
        {
            "status": ["ok", "ok", "failed", "ok"],
            "fee": [0.1, 0.1, 0.1, 0.2],
            "half_life": [3.0, 5.0, None, None],
        }
    )
    table = summary_by(runs, ["fee"], "half_life")
    assert table.select("fee", "n", "value").rows() == [(0.1, 2, 4.0)]


def test_a_median_comes_with_the_spread_of_the_runs():
    runs = runs_of(np.arange(101.0)[None, :], "members_kept", fee=[0.1])
    row = summary_by(runs, ["fee"], "members_kept", 0.9, "median").row(0, named=True)
    assert (row["value"], row["low"], row["high"]) == pytest.approx((50, 5, 95))
    assert row["kind"] == "median, 5–95 % of runs"


def test_a_single_run_has_a_mean_without_interval():
    row = summary_by(runs_of(np.array([[0.5]]), "members_kept"), [], "members_kept").row(0)
    assert row[:4] == (1, 0.5, None, None)


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [("colapsed", "did you mean collapsed"), ("outcome", "is text"), ("xyz", "use a column")],
)
def test_an_outcome_that_cannot_be_summarised_is_refused(measure, sentence):
    runs = pl.DataFrame({"status": ["ok"], "collapsed": [True], "outcome": ["stable"]})
    with pytest.raises(AnalysisError, match=sentence):
        summary_by(runs, [], measure)

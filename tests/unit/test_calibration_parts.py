"""The parts of a calibration on questions whose answers are known."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr
from scipy.stats import norm

from experiments.calibration.emulators import Emulators, checked, telling
from experiments.calibration.sampling import (
    annealed,
    apart,
    first_points,
    points_of,
    region,
    rows_of,
    values_of,
)
from experiments.calibration.scores import probabilities
from experiments.calibration.study import (
    CalibrationError,
    account_names,
    load_account,
    load_study,
)
from experiments.calibration.targets import PERIODS_USED, SERIES, found_by, targets_of
from experiments.observations import LAST_USED
from model.sources import read_rows


@pytest.fixture(scope="module")
def study():
    return load_study("xianghubao")


@pytest.fixture(scope="module")
def targets(study):
    return targets_of(study, read_rows("observations.csv"))


def test_later_observations_are_refused(study):
    tomorrow = LAST_USED + datetime.timedelta(days=1)
    with pytest.raises(CalibrationError, match="for display and never enter a loss function"):
        targets_of(study, read_rows("observations.csv"), until=tomorrow)


@pytest.mark.parametrize("change", ["deleted", "altered", "broken"])
def test_targets_do_not_know_what_came_after_2020(study, targets, change):
    rows = [dict(row) for row in read_rows("observations.csv")]
    later = [row for row in rows if row["date"] > LAST_USED.isoformat()]
    assert len(later) >= 4
    for row in later:
        row |= {"value": "1" if change == "altered" else "?", "grade": "?", "period": "x"}
    kept = [row for row in rows if row not in later] if change == "deleted" else rows
    assert targets_of(study, kept) == targets


def test_every_target_is_early_enough_and_read_off_once(study, targets):
    assert len(targets.each) == len({target.name for target in targets.each}) == 23
    assert [target.variable for target in targets.each if target.bound == -1] == ["members_peak"]
    assert all(1 <= target.period <= study.last_period for target in targets.each)
    assert targets_of(study, read_rows("observations.csv"), LAST_USED) == targets


def test_errors_of_one_kind_go_together_and_of_two_kinds_do_not(targets):
    names = [target.name for target in targets.each]
    covariance = targets.covariance
    assert np.linalg.eigvalsh(covariance).min() > 0
    near, far = (covariance[names.index("members_7"), names.index(n)]
                 for n in ("members_8", "members_45"))  # fmt: skip
    assert near > far > 0
    other = names.index("contribution_per_member_48")
    assert covariance[names.index("members_45"), other] == 0


def test_a_bound_is_missed_from_one_side_only(targets):
    found = np.tile(targets.goals, (3, 1)) + np.array([[-2.0], [0.0], [2.0]])
    distance = targets.implausibility(found, np.zeros(len(targets.each)))
    bounds = targets.bounds
    assert [(bounds == sign).sum() for sign in (-1, 1)] == [1, 6]
    for row, sign in ((0, -1), (2, 1)):
        assert (distance[row, bounds == sign] == 0).all()
        assert (distance[row, bounds != sign] > 3).all()


def test_what_fits_better_is_likelier(targets):
    found = np.tile(targets.goals, (2, 1))
    found[1, targets.bounds == 0] += 0.2
    likely = targets.log_likelihood(found, np.zeros(len(targets.each)))
    assert likely[0] > likely[1] + 1


def test_luck_makes_a_misfit_forgivable(targets):
    found = np.tile(targets.goals, (1, 1)) - 0.5
    sure, unsure = (
        targets.log_likelihood(found, np.full(len(targets.each), v))[0] for v in (0.0, 0.25)
    )
    assert unsure > sure


@pytest.mark.parametrize("name", account_names())
def test_every_account_can_be_run_and_names_what_it_frees_once(study, name):
    account = load_account(name, study)
    assert account.title
    assert account.title_zh
    assert account.claim
    assert len(set(account.free)) == len(account.free) <= 16
    assert not set(account.free) & set(account.fixed)
    scenario = study.scenario_of(account, 100, until=48, news=48)
    rows = rows_of(first_points(5, len(account.free), 1), study.priors_of(account))
    assert [scenario.but(**row).n_periods for row in rows] == [48] * 5
    kinds = {item.kind for item in study.news if item.period <= 48}
    assert bool(scenario.events) == bool(kinds & set(account.news))


def test_no_news_of_2021_is_known_before_it(study):
    account = load_account("all", study)
    before = study.scenario_of(account, 100, until=72, news=48)
    after = study.scenario_of(account, 100, until=72, news=72)
    assert max(event.period for event in before.events) <= 48
    assert max(event.period for event in after.events) > 48


def test_unknown_studies_and_accounts_are_refused(study):
    with pytest.raises(CalibrationError, match="xianghubao"):
        load_study("xianghuba")
    with pytest.raises(CalibrationError, match="selection"):
        load_account("selecton", study)


def test_points_and_values_are_the_same_thing(study):
    priors = study.priors_of(load_account("all", study))
    points = first_points(50, len(priors), 3)
    values = values_of(points, priors)
    for name, prior in priors.items():
        assert prior.low <= values[name].min() <= values[name].max() <= prior.high
    assert points_of(values, priors) == pytest.approx(points, abs=1e-3)


def test_opening_members_become_a_share_of_the_candidates(study):
    priors = study.priors_of(load_account("growth", study))
    row = rows_of(first_points(1, len(priors), 3), priors)[0]
    members = row["initial_membership"] * row["population_represented"]
    assert 20e6 <= members <= 40e6
    assert "opening_members" not in row


def test_an_emulator_foretells_runs_that_it_has_not_seen():
    def surface(points):
        x = ndtr(points)
        return np.sin(4 * x[:, 0]) + x[:, 1] ** 2 + x[:, 0] * x[:, 1]

    points, other = first_points(150, 3, 1), first_points(400, 3, 2)
    luck = 0.05 * np.random.default_rng(1).standard_normal(150)
    found = (surface(points) + luck)[:, None]
    emulators = Emulators(points, found, 1)
    check = checked(points, found, ["wave"], 1, emulators)[0]
    assert check.explained > 0.9
    assert check.within > 0.9
    assert check.luck == pytest.approx(0.05, rel=0.3)
    mean, variance = emulators.both(other)
    errors = np.abs(mean[:, 0] - surface(other))
    assert np.sqrt((errors**2).mean()) < 0.03  # the luck of single runs is smoothed away
    assert (errors <= 3 * np.sqrt(variance[:, 0])).mean() > 0.9
    assert emulators.mean(other) == pytest.approx(mean)


def test_runs_to_fit_to_are_near_and_some_far():
    chosen = telling(np.arange(900.0), 300)
    assert len(set(chosen)) == 300
    assert set(range(200)) <= set(chosen)
    assert chosen.max() == 899


def test_the_region_that_is_not_ruled_out_has_the_right_size():
    """A ball around the mode of a normal prior has a known share of it."""
    start = first_points(2_000, 3, 1)
    found = region(lambda points: np.sqrt((points**2).sum(axis=1)), start, 0.5, 1)
    assert found.reached <= 0.5
    assert found.share == pytest.approx(0.0309, rel=0.2)  # chi-square, 3 degrees, at 0.25


def test_a_region_that_cannot_be_reached_says_so():
    start = first_points(100, 2, 1)
    found = region(lambda points: 5 + (points**2).sum(axis=1), start, 3.0, 1)
    assert found.reached >= 5


def test_the_sampler_finds_posterior_and_evidence_of_a_normal_model():
    """Two normal observations one after the other; prior, posterior and evidence are normal."""
    sd = np.array([0.1, 0.3])

    def fits(points):
        return np.stack([
            -0.5 * ((points[:, k] - 1) / sd[k]) ** 2 - np.log(sd[k] * np.sqrt(2 * np.pi))
            for k in (0, 1)
        ])  # fmt: skip

    found = annealed(fits, first_points(4_000, 3, 1), 1)
    for k in (0, 1):
        true = norm(0, np.sqrt(1 + sd[k] ** 2)).logpdf(1.0)
        assert found.evidence[k] == pytest.approx(true, abs=0.15)
        narrower = sd[k] ** 2 / (1 + sd[k] ** 2)
        assert found.points[:, k].mean() == pytest.approx(1 - narrower, abs=0.05)
        assert found.points[:, k].var() == pytest.approx(narrower, rel=0.25)
    assert found.points[:, 2].var() == pytest.approx(1, rel=0.15)
    assert found.first[:, 1].var() == pytest.approx(1, rel=0.15)


def test_points_that_lie_apart_are_chosen():
    points = np.concatenate([np.zeros((50, 2)) + 1e-3, np.eye(2) * 5, -np.eye(2) * 5])
    chosen = apart(points, 5)
    assert set(range(50, 54)) <= set(chosen)


def test_equal_evidence_means_equal_probability_and_error_brings_it_nearer():
    assert probabilities(np.zeros(4), np.zeros(4)) == pytest.approx(np.full(4, 0.25))
    sure, unsure = (probabilities(np.array([0.0, -3.0]), np.full(2, e)) for e in (0.0, 3.0))
    assert sure[0] == pytest.approx(1 / (1 + np.exp(-3)))
    assert sure[0] > unsure[0] > 0.5


def test_nothing_that_a_run_does_after_2020_is_compared(targets):
    periods = np.arange(73)
    series = pl.DataFrame(
        {"run": 0, "period": periods, **dict.fromkeys(SERIES, 1000000.0 + periods)}
    )
    later = pl.col("period") > PERIODS_USED
    changed = series.with_columns(
        pl.when(later).then(9e9).otherwise(pl.col(name)).alias(name) for name in SERIES
    )
    assert not series.equals(changed)
    assert (found_by(series, targets.each, 1) == found_by(changed, targets.each, 1)).all()

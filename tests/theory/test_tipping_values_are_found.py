"""The search for a tipping value, through sweeps of the engine, finds boundaries known exactly."""

from __future__ import annotations

import math

import pytest
from scipy.special import ndtr

from experiments.analysis.threshold import Search, search, sweeps
from experiments.sweeps.engines import SerialEngine
from experiments.sweeps.experiment import Experiment
from model import Scenario


@pytest.fixture
def fee_search(tmp_path):
    """Return a function that searches the fee at which an outcome crosses one half."""

    def find(measure, replicates, low, high, **rules):
        # One age and one sex: everybody has the same incidence, up to frailty.
        alike = {"age_min": 40, "age_max": 40, "female_share": 0.0, **rules}
        experiment = Experiment(
            question="Which fee?",
            scenario="alike",
            scenarios={"alike": Scenario.textbook(**alike)},
            replicates=replicates,
            factors={"fee": [low, high]},
            record={"series": False},
        )
        run = sweeps(experiment, "fee", tmp_path, SerialEngine(), "a test")
        return search(Search("fee", low, high, measure), run)

    return find


@pytest.mark.parametrize("risk_premium", [0.21, 0.5])
def test_a_pool_of_equals_tips_where_the_fee_eats_the_risk_premium(fee_search, risk_premium):
    rules = {"frailty_sd": 0.0, "n_people": 50, "n_periods": 12, "risk_premium": risk_premium}
    found = fee_search("collapsed", 6, 0.0, 0.8, **rules).estimate
    assert found.low <= risk_premium <= found.high
    assert found.high - found.low <= 0.008 * 1.001


def test_half_of_a_lognormal_pool_stays_at_the_fee_of_the_closed_form(fee_search):
    # Members above the median m: (1 + fee) E[c | c >= m] = (1 + premium) m, with
    # m = exp(-sd²/2) and E[c | c >= m] = 2 N(sd) where the mean of c is 1.
    sd, premium = 0.5, 1.5
    fee = (1 + premium) * math.exp(-(sd**2) / 2) / (2 * ndtr(sd)) - 1
    rules = {"frailty_sd": sd, "n_people": 1000, "n_periods": 30, "risk_premium": premium}
    found = fee_search("final_take_up", 10, 0.4, 0.8, **rules).estimate
    assert found.low <= fee <= found.high
    assert found.value == pytest.approx(fee, abs=0.02)


def test_a_second_search_in_the_same_folder_runs_nothing_again(fee_search, tmp_path):
    rules = {"frailty_sd": 0.0, "n_people": 50, "n_periods": 12}
    first = fee_search("collapsed", 4, 0.0, 0.8, **rules)
    parts = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    again = fee_search("collapsed", 4, 0.0, 0.8, **rules)
    assert again.estimate == first.estimate
    assert len(parts) >= 2
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("runs/*.parquet")} == {
        path: when for path, when in parts.items() if path.parent.name == "runs"
    }

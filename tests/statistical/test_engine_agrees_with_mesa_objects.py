"""Two implementations of the equations tell the same story.

The engine and the Mesa objects start from the same people, ties and rules. Where nothing is left
to chance they agree person by person; where luck decides, each has its own, and the mean over
replicates agrees within its standard error.
"""

from __future__ import annotations

import math
import statistics

import networkx as nx
import pytest

from experiments.bench import load_objects
from model import Scenario, Simulation

N_PEOPLE, N_PERIODS, N_REPLICATES = 1_000, 30, 20
MOST_STANDARD_ERRORS = 4.0
NO_CHANCE = {
    "claims": "expected",
    "attention": 1.0,
    "awareness": 1.0,
    "awareness_from_neighbours": 0.0,
    "choice_noise": 0.0,
}
# Small benefits for common illnesses, so that claims are many and luck evens out.
OFTEN_ILL = {
    "incidence_level": 50.0,
    "benefit": [(0, 3_000.0), (40, 1_000.0)],
    "risk_aversion": 5e-4,
    "perception_noise": 0.3,
    "fairness_concern_sd": 0.5,
    "initial_membership": 0.6,
    "waiting_period": 4,
    "settlement_rate": 0.5,
    "entry_age_max": 55,
    "exit_age": 58,
    "events": [{"period": 12, "news": -0.4}],
}
BY_EXPECTATION = {
    "claims": "expected",
    "initial_membership": 0.3,
    "marketing": 0.02,
    "marketing_periods": 12,
    "reference_adaptation": 0.1,
    "loss_aversion": 1.0,
}

pytestmark = pytest.mark.skipif(load_objects() is None, reason="needs the checkout's benchmarks")


@pytest.fixture(scope="module")
def ties():
    return nx.watts_strogatz_graph(N_PEOPLE, 8, 0.1, seed=3)


@pytest.fixture(scope="module", params=[OFTEN_ILL, BY_EXPECTATION], ids=["drawn", "expected"])
def replicates(request, ties):
    """Run both with 20 seeds, each pair from the same people."""
    return [outcomes(run_both(request.param, ties, seed)) for seed in range(N_REPLICATES)]


def run_both(rules, ties, seed, other_rules=None):
    """Return the series of the engine and of the objects, from the same people."""
    scenario = Scenario(n_people=N_PEOPLE, n_periods=N_PERIODS, ties="given").but(**rules)
    simulation = Simulation(scenario, seed=seed, ties=ties)
    people = simulation.sample()
    objects = load_objects()(scenario.but(**(other_rules or {})), people, ties=ties, rng=seed)
    objects.run_model()
    by_objects = objects.datacollector.get_model_vars_dataframe()
    by_engine = simulation.run().history
    return [{name: list(frame[name]) for name in by_objects} for frame in (by_engine, by_objects)]


def outcomes(both):
    """Reduce each series to what is compared: its end, its mean or its sum."""
    return [
        {
            "members at the end": series["members"][-1],
            "mean contribution": statistics.fmean(series["contribution"]),
            "incidence of members at the end": series["incidence_members"][-1],
            "mean incidence of members": statistics.fmean(series["incidence_members"]),
            "mean sentiment": statistics.fmean(series["sentiment"]),
            "left for the price": sum(series["left_price"]),
            "left aided": sum(series["left_aided"]),
        }
        for series in both
    ]


def standard_errors_apart(pairs, what):
    """Return the mean difference of pairs in its standard errors (both had the same people)."""
    differences = [objects[what] - engine[what] for engine, objects in pairs]
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return statistics.fmean(differences) / error if error else 0.0


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"waiting_period": 6, "initial_membership": 0.5, "waiting_members_owe": False},
        {"settlement_rate": 0.4, "opening_contribution": 20.0, "sentiment_value": 10.0},
        {"reentry": "never", "entry_age_max": 45, "exit_age": 50},
        {"reentry": "free", "waiting_period": 3, "events": [{"period": 5, "news": -0.4}]},
        {"willingness": "proportional", "loss_aversion": 2.0, "reference_adaptation": 0.2},
    ],
    ids=lambda rules: "-".join(rules) or "defaults",
)
def test_without_chance_the_two_agree_to_the_last_member(rules, ties):
    engine, objects = run_both({**NO_CHANCE, **rules}, ties, seed=1)
    assert engine["members"][-1] > 0
    assert engine["members"] == objects["members"]
    for series in ("contribution", "incidence_members", "sentiment"):
        assert objects[series] == pytest.approx(engine[series], rel=1e-5, abs=1e-6)
    for cause in [name for name in engine if name.startswith("left_")]:
        assert engine[cause][1:] == objects[cause][1:]


@pytest.mark.parametrize(
    "what",
    [
        "members at the end",
        "mean contribution",
        "incidence of members at the end",
        "mean incidence of members",
        "mean sentiment",
        "left for the price",
        "left aided",
    ],
)
def test_with_chance_the_means_agree_within_their_error(what, replicates):
    assert abs(standard_errors_apart(replicates, what)) < MOST_STANDARD_ERRORS


def test_the_comparison_would_see_a_rule_that_differs_a_little(ties):
    other = {"attention": 0.05}
    pairs = [outcomes(run_both(BY_EXPECTATION, ties, seed, other)) for seed in range(8)]
    assert abs(standard_errors_apart(pairs, "members at the end")) > MOST_STANDARD_ERRORS

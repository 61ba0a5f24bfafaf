"""Two scenarios with one seed share their luck: what differs is the effect of the rule."""

from __future__ import annotations

import numpy as np
import pytest

from model import Scenario, Simulation

N = 2_000
# Membership is worth so much, and costs so little, that whoever thinks of it joins.
WORTHWHILE = {
    "n_people": N,
    "n_periods": 10,
    "ties": "none",
    "initial_membership": 0.5,
    "awareness": 0.1,
    "choice_noise": 0.0,
    "entry_age_max": 120,
    "benefit": [(0, 0.0)],
    "sentiment_value": 10.0,
    "initial_sentiment": 0.5,
}
OF_MEMBERS_ONLY = {
    "attention": 0.9,
    "attention_to_change": 5.0,
    "reference_adaptation": 0.9,
    "loss_aversion": 5.0,
    "hassle_of_leaving": 50.0,
    "case_fatality": 0.9,
    "term": 4,
    "waiting_period": 3,
    "initial_tenure": 3,
    "experience_weight": 0.0,
}


def periods_of_joining(**changes):
    """Return, person by person, the period in which an outsider joined; 0 for never."""
    simulation = Simulation(Scenario().but(**{**WORTHWHILE, **changes}), seed=4)
    joined = np.zeros(N, np.int64)
    while simulation.running:
        before = simulation.people.plan < 0
        simulation.step()
        joined[before & (simulation.people.plan >= 0)] = simulation.period
    return joined


@pytest.fixture(scope="module")
def usual():
    return periods_of_joining()


@pytest.mark.parametrize("name", sorted(OF_MEMBERS_ONLY))
def test_rule_that_binds_members_only_leaves_the_luck_of_outsiders_alone(usual, name):
    assert len(set(usual)) == 11
    assert np.array_equal(periods_of_joining(**{name: OF_MEMBERS_ONLY[name]}), usual)


def test_rule_that_binds_outsiders_does_change_their_joining(usual):
    more = periods_of_joining(awareness=0.2)
    early = (usual > 0) & (more > 0)
    assert (more[early] <= usual[early]).all()  # who thought of it before thinks of it still
    assert (more != usual).sum() > 100


def test_same_people_fall_ill_whatever_the_fee():
    rules = {"n_people": N, "n_periods": 8, "incidence_level": 40.0, "period_length": 0.25}
    rules |= {"attention": 0.0, "attention_to_change": 0.0}
    runs = [Simulation(Scenario().but(**rules, fee=fee), seed=3).run() for fee in (0.0, 0.5)]
    assert runs[0].history["claims"].sum() > 50
    assert np.array_equal(runs[0].people.status, runs[1].people.status)
    assert runs[1].history["contributions"].sum() > runs[0].history["contributions"].sum()


def test_higher_risk_adds_claims_to_those_that_happen_anyway():
    rules = {"n_people": N, "n_periods": 8, "period_length": 0.25}
    rules |= {"attention": 0.0, "attention_to_change": 0.0}
    low, high = (
        Simulation(Scenario().but(**rules, incidence_level=level), seed=3).run()
        for level in (20.0, 40.0)
    )
    ill = low.people.plan < 0
    assert ill.sum() > 20
    assert (high.people.plan[ill] < 0).all()
    assert (high.people.plan < 0).sum() > ill.sum()


@pytest.mark.parametrize(
    ("change", "unmoved"),
    [
        ({"income_sd": 1.2}, ("frailty", "risk_aversion", "age_at_start", "female")),
        ({"frailty_income": 0.5}, ("frailty", "risk_aversion", "age_at_start")),
        ({"age_max": 40}, ("frailty", "income", "risk_aversion", "female")),
        ({"fairness_concern_sd": 1.0}, ("frailty", "income", "age_at_start")),
        ({"perception_noise": 0.5}, ("frailty", "income", "fairness_concern")),
        ({"female_share": 0.9}, ("frailty", "income", "age_at_start")),
    ],
)
def test_change_in_how_one_trait_is_drawn_leaves_the_others_as_they_are(change, unmoved):
    one = Simulation(Scenario(n_people=N), seed=1).people
    other = Simulation(Scenario(n_people=N, **change), seed=1).people
    for name in unmoved:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_ties_do_not_depend_on_the_traits_nor_the_traits_on_the_ties():
    base = Simulation(Scenario(n_people=N, frailty_sd=0.6), seed=1)
    frailer = Simulation(Scenario(n_people=N, frailty_sd=1.2), seed=1)
    random = Simulation(Scenario(n_people=N, frailty_sd=0.6, ties="erdos_renyi"), seed=1)
    assert np.array_equal(base.ties.neighbour, frailer.ties.neighbour)
    assert np.array_equal(base.people.frailty, random.people.frailty)
    assert not np.array_equal(base.ties.neighbour, random.ties.neighbour)

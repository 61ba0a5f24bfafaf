"""Who is listed where, and who only stands by, changes nothing for the others."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import Scenario, Simulation
from model.metrics import COLUMNS

N = 300
SUMS = (
    "members",
    "waiting",
    "joined",
    "lapsed",
    "contribution",
    "contributions",
    "benefits",
    "fee",
    "claims",
    "outstanding",
    "mean_age",
    "incidence_members",
    "incidence_leavers",
    "expected_cost",
    "consumer_surplus",
    "welfare",
    "ledger_leavers",
    "ledger_run_off",
)


def drawn_people(scenario, seed=1):
    """Return the scenario's own people as a frame that can be shuffled and added to."""
    people = Simulation(scenario, seed=seed).people
    names = ("person", "frailty", "income", "risk_aversion", "fairness_concern", "opinion")
    columns = {name: getattr(people, name) for name in names}
    columns |= {"age": people.age_at_start, "susceptibility": people.susceptibility}
    columns |= {"sex": np.where(people.female, "female", "male")}
    columns |= {"price_sensitivity": np.full(people.person.size, 1.0)}
    return pl.DataFrame(columns)


@pytest.fixture(scope="module")
def base(rich):
    """Return everything switched on but newcomers, who are drawn anew."""
    # Quantiles of everybody would notice bystanders: nobody is screened or rejected by them.
    quantiles = {"screening": 0.0, "insurer_rejects": 0.0}
    calm = {"n_people": N, "price_sensitivity_sd": 0.0, "newcomers": 0.0, "ties": "none"}
    calm |= {"population_represented": None, "opening_contribution": 100.0}
    return rich.but(**quantiles, **calm)


@pytest.fixture(scope="module")
def people(base):
    return drawn_people(base)


@pytest.mark.parametrize("age", [90.0, 61.0, 0.5])
def test_people_too_old_or_too_young_to_join_change_nothing(run, base, people, age):
    rules = {"ageing": False, "initial_membership": 0.5}
    others = people.head(150).with_columns(person=pl.col("person") + 10_000)
    others = others.with_columns(age=pl.lit(age, pl.Float32))
    together = pl.concat([people, others.select(people.columns)])
    one, other = (run(base.but(**rules), people=frame) for frame in (people, together))
    assert one.history["joined"].sum() > 50
    assert (other.people.plan[N:] == -1).all()
    of_everybody = ("insured", "sentiment", "date", "plan")
    for name in COLUMNS:
        if "quartile" not in name and name not in of_everybody:
            ours, theirs = one.history[name].to_numpy(), other.history[name].to_numpy()
            assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9, nan_ok=True), name


@pytest.mark.parametrize("row", ["first", "last"])
def test_people_to_whom_cover_is_worth_nothing_change_nothing(run, base, row):
    rng = np.random.default_rng(2)
    cost = rng.lognormal(5.0, 0.8, N)
    people = pl.DataFrame(
        {
            "person": np.arange(N),
            "age": rng.uniform(5, 50, N),
            "expected_cost_basic": cost,
            "expected_cost_generous": 1.5 * cost,
            "willingness_to_pay_basic": 2 * cost,
            "willingness_to_pay_generous": 2.8 * cost,
        }
    )
    stoics = people.head(100).with_columns(person=pl.col("person") + 10_000)
    stoics = stoics.with_columns(pl.lit(-1e12).alias(n) for n in people.columns if "pay" in n)
    outside = pl.lit(None, pl.String).alias("plan")
    inside = pl.when(pl.col("person") % 2 == 0).then(pl.lit("basic")).alias("plan")
    people, stoics = people.with_columns(inside), stoics.with_columns(outside)
    together = pl.concat([stoics, people] if row == "first" else [people, stoics])
    rules = base.but(initial_membership=0.0, sentiment_value=0.0, insurer_awareness=0.0)
    one, other = (run(rules, people=frame) for frame in (people, together))
    assert one.history["joined"].sum() > 20
    for name in SUMS:
        ours, theirs = one.history[name].to_numpy(), other.history[name].to_numpy()
        assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9, nan_ok=True), name


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_order_of_the_list_does_not_matter(run, base, people, seed):
    order = np.random.default_rng(seed).permutation(N)
    one, other = run(base, people=people), run(base, people=people[order])
    for name in ("status", "plan", "tenure", "cause", "insured", "risk_quartile"):
        assert np.array_equal(getattr(one.people, name)[order], getattr(other.people, name)), name
    for name in SUMS:
        ours, theirs = one.history[name].to_numpy(), other.history[name].to_numpy()
        assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9, nan_ok=True), name


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_order_of_the_list_does_not_matter_when_the_graph_follows_it(run, base, people, seed):
    order = np.random.default_rng(seed).permutation(N)
    graph = nx.watts_strogatz_graph(N, 6, 0.2, seed=1)
    followed = nx.Graph()
    followed.add_nodes_from(int(i) for i in order)
    followed.add_edges_from(graph.edges)
    talkative = base.but(ties="given", susceptibility=0.5)
    one = run(talkative, people=people, ties=graph)
    other = run(talkative, people=people[order], ties=followed)
    assert one.people.sentiment.std() > 0.01
    for name in ("sentiment", "neighbours_in", "status", "plan", "tenure", "cause"):
        assert np.array_equal(getattr(one.people, name)[order], getattr(other.people, name)), name


def test_people_given_as_they_would_be_drawn_live_the_same_lives(run, base, people):
    drawn, given_back = run(base), run(base, people=people)
    for name in ("status", "plan", "tenure", "cause", "sentiment"):
        assert np.array_equal(getattr(drawn.people, name), getattr(given_back.people, name)), name


def test_address_of_luck_is_the_number_of_the_person(run, base, people):
    moved = run(base, people=people.with_columns(person=pl.col("person") + 7))
    assert not np.array_equal(run(base, people=people).people.tenure, moved.people.tenure)


def test_plan_without_members_opens_with_the_cost_of_those_it_would_take_in():
    rng = np.random.default_rng(1)
    people = pl.DataFrame({"age": rng.uniform(0, 59, N), "expected_cost": rng.uniform(0, 9, N)})
    old = people.with_columns(age=pl.lit(80.0), expected_cost=pl.lit(50.0))
    scenario = Scenario.textbook(initial_membership=0.0, entry_age_max=59, fee=0.1)
    opening = Simulation(scenario, people=pl.concat([people, old])).history["contribution"][0]
    assert opening == pytest.approx(1.1 * people["expected_cost"].mean(), rel=1e-6)


def test_plan_nobody_may_enter_changes_nothing_for_the_other(run):
    lonely = {"n_people": N, "n_periods": 12, "ties": "none", "attention": 0.3}
    plan = {"name": "pool", "fee": 0.08}
    closed = {"name": "closed", "entry_age_min": 120, "entry_age_max": 120}
    one = run(Scenario().but(plans=[plan], **lonely))
    other = run(Scenario().but(plans=[plan, closed], **lonely))
    ours = other.history.filter(pl.col("plan") == "pool")
    assert one.history["lapsed"].sum() > 0
    for name in SUMS:
        assert one.history[name].equals(ours[name], null_equal=True), name

"""A person as a Mesa agent: a window on one row, that acts by the same rules as the sweeps."""

from __future__ import annotations

import numpy as np
import pytest

from agents.person import Person
from agents.population import People
from model import AdverseSelectionModel, Scenario

TURBULENT = {
    "n_people": 100,
    "n_periods": 6,
    "period_length": 0.25,
    "incidence_level": 20.0,
    "newcomers": 0.5,
    "initial_membership": 0.6,
    "perception_noise": 0.3,
    "fairness_concern_sd": 0.5,
    "attention": 0.4,
    "awareness": 0.2,
    "choice_noise": 300.0,
    "case_fatality": 0.3,
    "insurer_awareness": 0.4,
    "screening": 0.5,
    "waiting_period": 1,
    "exit_age": 60,
    "events": [{"period": 2, "news": -0.5}],
}
TWO_PLANS = [{"name": "basic", "sharing": "age_band"}, {"name": "generous", "leavers_owe": True}]


def step_through_windows(model):
    """Take a step by asking every person in turn."""
    simulation, people = model.simulation, list(model.agents_by_type[Person])
    simulation.announce()
    for phase in ("perceive", "talk", "choose", "fall_ill"):
        for person in people:
            getattr(person, phase)()
    simulation.settle()
    for phase in ("grow_older", "report"):
        for person in people:
            getattr(person, phase)()
    simulation.keep()


@pytest.mark.parametrize("claims", ["drawn", "expected"])
@pytest.mark.parametrize("ties", ["none", "complete", "watts_strogatz", "computed"])
@pytest.mark.parametrize("plans", [[{}], TWO_PLANS])
def test_asking_every_person_in_turn_is_the_sweep(claims, ties, plans):
    base = Scenario(plans=plans, claims=claims, ties=ties).but(**TURBULENT)
    one, other = (AdverseSelectionModel(base, rng=3) for _ in range(2))
    for _ in range(6):
        step_through_windows(one)
        other.step()
    a, b = one.simulation, other.simulation
    assert a.history["lapsed"].sum() > 20
    assert a.history["joined"].sum() > 5
    for name in People._fields:
        assert np.array_equal(getattr(a.people, name), getattr(b.people, name), equal_nan=True), (
            name
        )
    assert a.books == b.books
    for ours, theirs in zip(a.totals, b.totals, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True)


def test_order_in_which_people_are_asked_within_a_phase_does_not_matter():
    base = Scenario().but(**TURBULENT)
    one, other = (AdverseSelectionModel(base, rng=3) for _ in range(2))
    for _ in range(4):
        step_through_windows(one)
        other.agents_by_type[Person].shuffle(inplace=True)
        step_through_windows(other)
    for name in ("status", "sentiment", "tenure", "cause"):
        ours, theirs = (getattr(m.simulation.people, name) for m in (one, other))
        assert np.array_equal(ours, theirs), name


@pytest.fixture
def model():
    return AdverseSelectionModel(Scenario(plans=TWO_PLANS, n_people=20), rng=1)


@pytest.fixture
def person(model):
    return list(model.agents_by_type[Person])[7]


def test_window_shows_its_row(model, person):
    columns = model.simulation.people
    for name in People._fields:
        column = getattr(columns, name)
        if not column.size:  # an account that no plan keeps
            assert getattr(person, name) == 0
            continue
        expected = column[0, 7] if column.ndim == 2 else column[7]
        assert getattr(person, name) == expected, name
    assert person.row == 7
    assert person.age == int(columns.age_at_start[7])


def test_what_is_written_to_a_window_is_written_to_the_row(model, person):
    person.sentiment = 0.25
    person.expected_contribution = 12.0
    columns = model.simulation.people
    assert columns.sentiment[7] == 0.25
    assert columns.expected_contribution[:, 7].tolist()[0] == 12.0
    assert columns.sentiment[6] != 0.25


def test_window_of_a_member_shows_the_own_plan(model, person):
    columns = model.simulation.people
    columns.expected_cost[:, 7] = [3.0, 8.0]
    columns.plan[7] = 1
    assert person.expected_cost == 8.0
    columns.plan[7] = -1
    assert person.expected_cost == 3.0


def test_window_knows_status_value_and_cause_in_words(model, person):
    columns = model.simulation.people
    assert person.is_member
    assert person.status_name == "covered"
    assert person.cause_of_exit == ""
    worth = columns.willingness_to_pay[0, 7]
    cost = columns.price_weight[7] * columns.expected_contribution[0, 7]
    assert person.value_of_membership <= worth - cost + 1e-6
    columns.cause[7] = 0
    assert person.cause_of_exit == "price"


def test_what_is_no_column_is_an_ordinary_attribute(person):
    person.nickname = "zoe"
    assert person.nickname == "zoe"
    with pytest.raises(AttributeError, match="a person has no 'shoe_size'"):
        _ = person.shoe_size


def test_window_holds_no_state_of_its_own(model):
    person = next(iter(model.agents_by_type[Person]))
    own = set(vars(person)) - {"model", "unique_id", "pos", "row"}
    assert not {name for name in own if not name.startswith("_")}

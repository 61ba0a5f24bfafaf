"""The cause of an exit: the term of the value that fell most since entry, or what forced it."""

from __future__ import annotations

import numpy as np
import pytest

from agents.causes import CAUSE_NAMES, CHANCE, EXPECTATION, INSURANCE, OWN_COST, PRICE, REFERENCE
from agents.causes import SENTIMENT as FEELING
from agents.membership import cause_of_exit

FORCED = ("aged_out", "aided", "died", "ineligible", "plan_closed")


@pytest.fixture
def member(textbook, crowd):
    """A member for whom nothing has changed since entry: 10 yuan for cover worth 20."""
    tastes = {"disadvantage_aversion": 1.0, "loss_aversion": 1.0, "sentiment_value": 10.0}
    people = crowd(1, expected_cost=10.0, willingness_to_pay=20.0)
    simulation = textbook(people, **tastes)
    columns = simulation.people
    columns.expected_contribution[0, 0] = 10.0
    columns.reference_contribution[0] = 10.0
    columns.entry_contribution[0] = 10.0
    columns.entry_perceived_cost[0] = 10.0
    columns.entry_willingness[0] = 20.0
    columns.entry_insurance[0] = 0.0
    return simulation


def cause(member, insurance=0.0, to_insurer=False):
    return cause_of_exit(0, 0, insurance, to_insurer, member.people, member.rates)


def test_without_any_change_an_exit_is_chance(member):
    assert cause(member) == CHANCE


def test_contribution_that_rose_with_the_own_cost_is_the_price(member):
    member.people.expected_contribution[0, 0] = 14.0
    member.people.expected_cost[0, 0] = 14.0
    member.people.reference_contribution[0] = 14.0
    assert cause(member) == PRICE


def test_contribution_above_the_own_cost_is_unfairness_to_who_minds_it_more_than_the_price(member):
    member.people.expected_contribution[0, 0] = 14.0
    member.people.reference_contribution[0] = 14.0
    member.people.price_weight[0] = 0.5
    assert cause(member) == OWN_COST


def test_cost_that_fell_is_unfairness_even_at_the_old_contribution(member):
    member.people.perceived_cost[0, 0] = 3.0
    assert cause(member) == OWN_COST


def test_unfairness_known_at_entry_does_not_count(member):
    member.people.perceived_cost[0, 0] = 3.0
    member.people.entry_perceived_cost[0] = 3.0
    assert cause(member) == CHANCE


def test_contribution_above_the_usual_one_is_the_reference(member):
    member.people.expected_contribution[0, 0] = 14.0
    member.people.perceived_cost[0, 0] = 14.0
    member.people.price_weight[0] = 0.9
    assert cause(member) == REFERENCE


def test_feeling_that_turned_is_sentiment(member):
    member.people.sentiment[0] = -0.3
    assert cause(member) == FEELING


def test_cover_that_is_worth_less_is_expectation(member):
    member.people.willingness_to_pay[0, 0] = 15.0
    assert cause(member) == EXPECTATION


def test_better_insurance_counts_only_for_who_goes_there(member):
    assert cause(member, insurance=8.0, to_insurer=True) == INSURANCE
    assert cause(member, insurance=8.0) == CHANCE


def test_largest_fall_of_the_value_is_the_cause(member):
    member.people.sentiment[0] = -0.3  # 3 yuan
    member.people.willingness_to_pay[0, 0] = 16.0  # 4 yuan
    assert cause(member) == EXPECTATION
    member.people.sentiment[0] = -0.5
    assert cause(member) == FEELING


def test_gains_elsewhere_do_not_hide_the_cause(member):
    member.people.expected_contribution[0, 0] = 5.0
    member.people.sentiment[0] = -0.2
    assert cause(member) == FEELING


def run_to_the_end(textbook, people, **rules):
    history = textbook(people, **{"n_periods": 4, **rules}).run().history
    return {name: history[f"left_{name}"].sum() for name in CAUSE_NAMES}


def test_growing_too_old_ends_membership(textbook, crowd):
    people = crowd(3, age=[57.5, 58.5, 40.0], expected_cost=1.0, willingness_to_pay=9.0)
    rules = {"entry_age_max": 58, "exit_age": 60, "ageing": True, "n_periods": 2}
    simulation = textbook(people, **rules).run()
    assert simulation.history["left_aged_out"].to_list() == [0, 0, 1]
    assert simulation.people.plan.tolist() == [0, -1, 0]
    assert [simulation.sample()["status"][i] for i in range(3)] == ["covered", "outside", "covered"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, "aided"),
        ({"case_fatality": 1.0}, "died"),
        ({"waiting_period": 900, "initial_tenure": 1}, "ineligible"),
    ],
)
def test_illness_ends_membership(textbook, crowd, rules, expected):
    people = crowd(30, expected_cost=0.9, willingness_to_pay=99.0)
    ill = {"claims": "drawn", "benefit": [(0, 1.0)], "leaves_after_aid": True}
    left = run_to_the_end(textbook, people, **ill, **rules)
    assert left[expected] > 25
    assert sum(left.values()) == left[expected]


def test_who_was_aided_may_stay_if_the_plan_says_so(textbook, crowd):
    people = crowd(30, expected_cost=0.9, willingness_to_pay=99.0)
    simulation = textbook(people, claims="drawn", benefit=[(0, 1.0)], leaves_after_aid=False)
    simulation.run()
    assert simulation.history["claims"].sum() > 30
    assert simulation.history["members"][-1] == 30


def test_plan_below_its_minimum_size_closes_and_everybody_has_to_go(textbook, crowd):
    cost = np.arange(1.0, 11.0)
    people = crowd(10, expected_cost=cost, willingness_to_pay=1.3 * cost)
    simulation = textbook(people, closes_below=7.0).run()
    assert simulation.history["members"].to_list() == [10, 6, 0]
    assert simulation.history["left_plan_closed"].sum() > 0
    assert not simulation.pools[0].is_open
    assert not simulation.running
    assert simulation.verdict.closed
    assert simulation.verdict.outcome == "collapsed"


def test_plan_may_start_below_its_minimum_size(textbook, crowd):
    people = crowd(10, expected_cost=1.0, willingness_to_pay=99.0)
    rules = {"initial_membership": 0.0, "closes_below": 8.0, "awareness": 0.5, "n_periods": 30}
    simulation = textbook(people, **rules).run()
    assert simulation.history["members"][-1] == 10
    assert simulation.pools[0].is_open


def test_minimum_size_is_counted_in_real_people(textbook, crowd):
    people = crowd(10, expected_cost=1.0, willingness_to_pay=99.0)
    rules = {"closes_below": 500.0, "n_periods": 3}
    assert textbook(people, **rules, population_represented=1000.0).run().pools[0].is_open
    small = textbook(people, **rules, population_represented=100.0).run()
    assert small.pools[0].is_open  # never was large enough to close


def test_terms_of_the_choice_are_remembered_at_entry(textbook, crowd):
    people = crowd(2, expected_cost=3.0, willingness_to_pay=50.0, opinion=0.5, plan=["pool", None])
    rules = {"opening_contribution": 8.0, "n_periods": 1, "contribution_learning": 0.0}
    columns = textbook(people, **rules).run().people
    assert columns.plan.tolist() == [0, 0]
    assert columns.reference_contribution[1] == 8.0
    assert columns.entry_contribution[1] == 8.0
    assert columns.entry_perceived_cost[1] == 3.0
    assert columns.entry_willingness[1] == 50.0
    assert columns.entry_sentiment[1] == 0.5
    assert columns.entry_insurance[1] == 0.0
    # Nobody asked the first members: every cost is new to them.
    assert columns.entry_contribution[0] == 0.0
    assert columns.entry_willingness[0] == 50.0


def test_joiner_who_was_insured_remembers_what_that_was_worth(textbook, crowd):
    people = crowd(1, age=40.0, frailty=1.0, risk_aversion=1e-5, willingness_to_pay=1e6)
    cheap = {"insurer_awareness": 1.0, "insurer_rejects": 0.0, "insurer_loss_ratio": 1.0}
    simulation = textbook(people, **cheap, initial_membership=0.0, n_periods=1)
    simulation.people.insured[0] = True
    simulation.step()
    assert simulation.people.plan[0] == 0
    assert simulation.people.entry_insurance[0] > 0


def test_joiner_leaves_for_what_changed_since_the_entry_not_before(textbook, crowd):
    people = crowd(1, expected_cost=3.0, willingness_to_pay=12.0, opinion=0.5)
    rules = {"opening_contribution": 10.0, "sentiment_value": 8.0, "contribution_learning": 0.0}
    events = [{"period": 2, "news": -0.9}]
    simulation = textbook(people, initial_membership=0.0, events=events, n_periods=2, **rules)
    history = simulation.run().history
    assert history["joined"].to_list() == [0, 1, 0]
    assert history["left_sentiment"].to_list() == [0, 0, 1]


@pytest.mark.parametrize("ageing", [True, False])
def test_who_is_too_old_for_the_plan_goes_without_waiting_for_a_birthday(textbook, crowd, ageing):
    people = crowd(2, age=[65.5, 40.5], plan="pool", expected_cost=1.0, willingness_to_pay=9.0)
    rules = {"entry_age_max": 59, "exit_age": 60, "period_length": 1 / 24, "n_periods": 1}
    simulation = textbook(people, **rules, ageing=ageing).run()
    assert simulation.history["left_aged_out"].to_list() == [0, 1]
    assert simulation.people.plan.tolist() == [-1, 0]


def test_lowered_exit_age_binds_from_the_next_period_on(textbook, crowd):
    people = crowd(2, age=[55.2, 40.2], expected_cost=1.0, willingness_to_pay=9.0)
    simulation = textbook(people, entry_age_max=59, exit_age=60, ageing=True, period_length=0.1)
    simulation.step()
    simulation.amend(entry_age_max=45, exit_age=50)
    simulation.step()
    assert simulation.history["left_aged_out"].to_list() == [0, 0, 1]

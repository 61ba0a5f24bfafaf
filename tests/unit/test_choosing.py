"""Who thinks about it, what they choose, and what the plan lets them do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.announcement import attention
from agents.choice import awareness, pick
from agents.population import AIDED, COVERED, INELIGIBLE, LAPSED, OUTSIDE, WAITING
from model import Plan, Scenario
from model.engine_terms import rates_of


@pytest.mark.parametrize(
    ("change", "news", "expected"),
    [
        (0.0, 0.0, 0.03),
        (0.5, 0.0, 1 - 0.97 * math.exp(-0.15)),
        (0.0, -0.4, 1 - 0.97 * math.exp(-0.08)),
        (1.0, 0.4, 1 - 0.97 * math.exp(-0.38)),
    ],
)
def test_members_review_more_when_the_contribution_moves_or_news_breaks(change, news, expected):
    scenario = Scenario(attention=0.03, attention_to_change=0.3, attention_to_news=0.2)
    rates = rates_of(scenario, False, False, np.ones(1, np.float32), np.zeros(3))
    assert attention(rates.attention, change, news, rates) == pytest.approx(expected)


def test_change_of_the_contribution_is_relative_to_the_larger_of_the_two(still, crowd):
    simulation = still(crowd(10, expected_cost=4.0), opening_contribution=1.0)
    simulation.step()
    assert simulation.pools[0].last_change == pytest.approx(0.75)
    simulation.pools[0].announced = 16.0
    simulation.step()
    assert simulation.pools[0].last_change == pytest.approx(0.75)
    simulation.step()
    assert simulation.pools[0].last_change == pytest.approx(0.0)


def test_neighbours_who_are_members_make_outsiders_aware(textbook, crowd):
    rules = {"awareness": 0.1, "awareness_from_neighbours": 0.4}
    simulation = textbook(crowd(1, frailty=1.0), **rules)
    simulation.people.neighbours_in[0] = 0.25
    found = awareness(0, 0.05, simulation.people, simulation.rates)
    assert found == pytest.approx(0.1 + 0.05 + 0.4 * 0.25)


@pytest.mark.parametrize(("share", "heard"), [(0.24, 0.0), (0.25, 1.0), (0.9, 1.0)])
def test_under_the_threshold_rule_neighbours_count_from_a_share_on(textbook, crowd, share, heard):
    simulation = textbook(crowd(1, adoption_threshold=0.25), contagion="threshold", awareness=0.0)
    simulation.people.neighbours_in[0] = share
    assert awareness(0, 0.0, simulation.people, simulation.rates) == heard


def test_fashion_spreads_from_threshold_to_threshold(textbook, crowd):
    thresholds = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    rules = {"contagion": "threshold", "ties": "complete", "initial_membership": 0.0}
    rules |= {"awareness": 0.0, "opening_contribution": 0.0, "n_periods": 8}
    eager = {"expected_cost": 1.0, "willingness_to_pay": 100.0}
    whole = textbook(crowd(6, adoption_threshold=thresholds, **eager), **rules).run()
    assert whole.history["members"].to_list() == [0, 1, 2, 3, 4, 5, 6, 6, 6]
    thresholds[1] = 0.3
    broken = textbook(crowd(6, adoption_threshold=thresholds, **eager), **rules)
    assert broken.run().history["members"].to_list() == [0, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("current", [0, 1, 2])
def test_tie_leaves_things_as_they_are(current):
    assert pick(np.zeros(3), current, 0.0, 0.5) == current


def test_without_noise_the_best_is_chosen_whatever_the_luck():
    values = np.array([1.0, -math.inf, 3.0, 2.0])
    assert {pick(values, 0, 0.0, luck) for luck in (0.01, 0.5, 0.99)} == {2}


def test_with_noise_each_option_has_its_part_of_the_luck():
    noise = 2.0
    values = np.array([1.0, 0.0, 3.0])
    odds = np.exp(values / noise)
    edges = np.concatenate([[0], np.cumsum(odds) / odds.sum()])
    for option in range(3):
        low, high = edges[option] + 1e-9, edges[option + 1] - 1e-9
        assert pick(values.copy(), 1, noise, low) == option
        assert pick(values.copy(), 1, noise, high) == option


def test_option_that_is_not_on_offer_is_never_chosen():
    values = np.array([-math.inf, 0.0, -math.inf])
    picks = {pick(values.copy(), 1, 5.0, luck) for luck in np.linspace(1e-9, 1 - 1e-9, 101)}
    assert picks == {1}


def test_huge_differences_of_value_do_not_overflow():
    values = np.array([1e9, 0.0, -1e9])
    assert pick(values, 1, 1e-3, 0.999999) == 0


def test_low_risks_leave_first(textbook, crowd):
    cost = np.arange(1.0, 11.0)
    simulation = textbook(crowd(10, expected_cost=cost, willingness_to_pay=1.3 * cost))
    simulation.step()
    # Everybody pays 5.5: worth it from 5 on.
    assert simulation.people.plan.tolist() == [-1] * 4 + [0] * 6
    simulation.step()
    # Those left pay 7.5: worth it from 6 on.
    assert simulation.people.plan.tolist() == [-1] * 5 + [0] * 5


def test_locked_in_members_leave_only_at_the_end_of_a_term(textbook, crowd):
    people = crowd(40, expected_cost=1.0, willingness_to_pay=-5.0)
    simulation = textbook(people, term=4, initial_tenure=4, n_periods=6)
    tenure = simulation.people.tenure.copy()
    assert set(tenure) == {1, 2, 3, 4}
    left = np.zeros(40, int)
    while simulation.running:
        before = simulation.people.plan >= 0
        simulation.step()
        left[before & (simulation.people.plan < 0)] = simulation.period
    assert left.tolist() == [{4: 1, 3: 2, 2: 3, 1: 4}[t] for t in tenure]


def changing_mind(textbook, crowd, reentry, waiting_period=2):
    """Return what becomes of one who left and one who never joined when cover is worth a lot."""
    people = crowd(2, expected_cost=1.0, willingness_to_pay=[-5.0, -5.0], plan=["pool", None])
    rules = {"waiting_period": waiting_period, "initial_tenure": 1}
    simulation = textbook(people, reentry=reentry, **rules)
    simulation.step()
    assert simulation.people.status.tolist() == [LAPSED, OUTSIDE]
    simulation.running = True
    simulation.people.willingness_to_pay[:] = 50.0
    simulation.step()
    return simulation.people.status.tolist()


@pytest.mark.parametrize(
    ("reentry", "status"), [("never", LAPSED), ("waiting", WAITING), ("free", COVERED)]
)
def test_who_left_comes_back_as_the_plan_allows(textbook, crowd, reentry, status):
    assert changing_mind(textbook, crowd, reentry) == [status, WAITING]


def test_without_a_waiting_period_cover_begins_at_once(textbook, crowd):
    assert changing_mind(textbook, crowd, "waiting", waiting_period=0) == [COVERED, COVERED]


@pytest.mark.parametrize("detected", [0.0, 1.0])
def test_screening_keeps_out_the_frailest(textbook, crowd, detected):
    frailty = np.arange(1.0, 9.0)
    people = crowd(8, frailty=frailty, expected_cost=1.0, willingness_to_pay=50.0)
    rules = {"initial_membership": 0.0, "screening": detected, "bad_risk_share": 0.25}
    simulation = textbook(people, **rules)
    simulation.step()
    refused = (frailty > 6.25) & (detected > 0)
    assert simulation.people.status.tolist() == np.where(refused, INELIGIBLE, COVERED).tolist()
    simulation.step()  # who was refused does not try again
    assert simulation.history["members"].to_list() == [0, 8 - refused.sum(), 8 - refused.sum()]
    assert simulation.history["eligible"].to_list() == [8, 8 - refused.sum(), 8 - refused.sum()]


def test_only_the_right_ages_may_join_or_are_members_at_the_start(textbook, crowd):
    people = crowd(5, age=[17.9, 18.0, 40.0, 59.9, 60.0], expected_cost=1.0, willingness_to_pay=9.0)
    rules = {"entry_age_min": 18, "entry_age_max": 59}
    joined = textbook(people, initial_membership=0.0, **rules)
    joined.step()
    assert joined.people.plan.tolist() == [-1, 0, 0, 0, -1]
    assert textbook(people, **rules).people.plan.tolist() == [-1, 0, 0, 0, -1]
    assert joined.history["eligible"].to_list() == [3, 3]


def test_who_grows_into_the_age_may_join(textbook, crowd):
    people = crowd(1, age=17.0, expected_cost=1.0, willingness_to_pay=9.0)
    rules = {"entry_age_min": 18, "ageing": True, "period_length": 0.5, "n_periods": 5}
    simulation = textbook(people, initial_membership=0.0, **rules).run()
    # 18 at the end of period 2, so at the start of period 3.
    assert simulation.history["joined"].to_list() == [0, 0, 0, 1, 0, 0]


def test_better_plan_draws_members_over(textbook, crowd):
    plans = [Plan(name="basic"), Plan(name="generous")]
    worth = {"willingness_to_pay_basic": 4.0, "willingness_to_pay_generous": [9.0, 3.0, 9.0]}
    people = crowd(3, plan=["basic", "basic", "generous"], expected_cost=2.0, **worth)
    simulation = textbook(people, plans=plans)
    simulation.step()
    assert simulation.people.plan.tolist() == [1, 0, 1]
    history = simulation.history.filter(period=1)
    assert history["left_switched"].to_list() == [1, 0]
    assert history["joined"].to_list() == [0, 1]


def test_who_was_aided_is_gone_for_good(textbook, crowd):
    people = crowd(50, expected_cost=0.9, willingness_to_pay=50.0)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "leaves_after_aid": True}
    simulation = textbook(people, **rules, n_periods=12).run()
    assert (simulation.people.status == AIDED).sum() > 40
    assert simulation.history["joined"].sum() == 0


def switching(textbook, crowd, **rules):
    """Step once with members of the basic plan, one of them frail, who like another better."""
    plans = [Plan(name="basic"), Plan(name="generous", waiting_period=3, **rules)]
    worth = {"willingness_to_pay_basic": 4.0, "willingness_to_pay_generous": 9.0}
    people = crowd(4, plan="basic", expected_cost=2.0, frailty=[9.0, 1.0, 1.0, 1.0], **worth)
    simulation = textbook(people, plans=plans)
    simulation.step()
    return simulation.people


@pytest.mark.parametrize("reentry", ["never", "waiting", "free"])
def test_who_switches_waits_in_the_new_plan_as_anybody_who_never_was_there(
    textbook, crowd, reentry
):
    people = switching(textbook, crowd, reentry=reentry)
    assert people.plan.tolist() == [1] * 4
    assert people.status.tolist() == [WAITING] * 4


def test_who_is_refused_by_another_plan_keeps_the_own(textbook, crowd):
    people = switching(textbook, crowd, screening=1.0, bad_risk_share=0.25)
    assert people.plan.tolist() == [0, 1, 1, 1]
    assert people.status.tolist() == [COVERED, WAITING, WAITING, WAITING]

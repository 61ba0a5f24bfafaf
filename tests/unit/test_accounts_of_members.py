"""What single members pay in and get back: rewards, deposits, premiums, subsidies for some."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Plan

YOUNG, OLD = 30.0, 50.0


@pytest.fixture
def book(textbook):
    """Return a function that gives an entry of the first plan's books, period 0 first."""
    return lambda simulation, entry: [getattr(books[0], entry) for books in simulation.books]


def test_deposit_pays_contributions_until_it_is_short_and_is_then_made_whole(still, crowd, book):
    simulation = still(crowd(4, expected_cost=4.0), deposit=[(0, 9.0)], n_periods=4).run()
    # 9 → 5 → 1 → 9 (4 due: 12 paid in) → 5
    assert book(simulation, "deposits") == pytest.approx([36.0, 20.0, 4.0, 36.0, 20.0])
    assert book(simulation, "deposited") == pytest.approx([36.0, 0.0, 0.0, 48.0, 0.0])
    assert book(simulation, "charged") == book(simulation, "contributions")
    assert simulation.history["deposits"].to_list() == book(simulation, "deposits")


def test_deposit_depends_on_the_age_at_entry(still, crowd, book):
    people = crowd(age=[YOUNG, OLD, OLD], expected_cost=[4.0] * 3)
    simulation = still(people, deposit=[(0, 9.0), (51, 99.0)], n_periods=1)
    assert book(simulation, "deposits") == [27.0]
    assert still(people, deposit=[(0, 9.0), (50, 99.0)]).history["deposits"][0] == 207.0


@pytest.mark.parametrize(("refunded", "entry"), [(True, "refunded"), (False, "forfeited")])
def test_balance_of_who_leaves_is_given_back_or_kept(textbook, crowd, book, refunded, entry):
    people = crowd(5, expected_cost=6.0, willingness_to_pay=[99.0] * 3 + [1.0] * 2)
    rules = {"deposit": [(0, 9.0)], "deposit_refunded": refunded, "one_off_weight": 0.0}
    simulation = textbook(people, **rules, opening_contribution=6.0, n_periods=2).run()
    assert simulation.history["lapsed"].to_list() == [0.0, 2.0, 0.0]
    assert book(simulation, entry)[1] == 18.0
    assert simulation.history["refunds"][1] == (18.0 if refunded else 0.0)
    assert simulation.history["sponsor_cost"][1] == (0.0 if refunded else -18.0)
    assert simulation.history["deposits"][1] == pytest.approx(27.0 - 3 * 6.0)


def test_who_leaves_and_still_owes_pays_on_top(textbook, crowd, book):
    people = crowd(5, expected_cost=6.0, willingness_to_pay=[99.0] * 3 + [1.0] * 2)
    rules = {"deposit": [(0, 9.0)], "leavers_owe": True, "settlement_rate": 0.5}
    simulation = textbook(people, **rules, opening_contribution=6.0, n_periods=1).run()
    assert book(simulation, "payers")[1] == 5
    assert book(simulation, "charged")[1] == pytest.approx(book(simulation, "contributions")[1])
    assert book(simulation, "refunded")[1] == 18.0


def test_forced_exit_releases_the_balance_too(still, crowd, book):
    people = crowd(age=[59.5, 30.0], expected_cost=[2.0, 2.0])
    rules = {"ageing": True, "entry_age_max": 59, "exit_age": 60, "deposit": [(0, 9.0)]}
    simulation = still(people, **rules, n_periods=1).run()
    assert simulation.history["left_aged_out"][1] == 1
    assert book(simulation, "refunded")[1] == pytest.approx(7.0)
    assert simulation.people.balance.tolist() == pytest.approx([0.0, 7.0])


def joiners(textbook, crowd, **rules):
    people = crowd(10, expected_cost=6.0, willingness_to_pay=list(np.arange(10) + 0.5))
    rules = {"initial_membership": 0.0, "opening_contribution": 5.0, "n_periods": 1, **rules}
    return textbook(people, **rules, one_off_weight=0.1).run().history


def test_deposit_keeps_people_out_and_a_reward_draws_them_in(textbook, crowd):
    assert joiners(textbook, crowd)["joined"][1] == 5
    assert joiners(textbook, crowd, deposit=[(0, 20.0)])["joined"][1] == 3
    rewarded = joiners(textbook, crowd, joining_reward=20.0)
    assert rewarded["joined"][1] == 7
    assert rewarded["rewards"][1] == rewarded["sponsor_cost"][1] == 140.0


def test_reward_is_for_the_first_time_only(textbook, crowd):
    people = crowd(4, expected_cost=6.0, willingness_to_pay=99.0)
    simulation = textbook(people, joining_reward=20.0, initial_membership=0.0, n_periods=3)
    simulation.people.status[:2] = 3  # lapsed before
    history = simulation.run().history
    assert history["joined"].sum() == 4
    assert history["rewards"].sum() == 40.0


def test_who_would_forfeit_a_balance_stays_longer(textbook, crowd):
    people = crowd(10, expected_cost=6.0, willingness_to_pay=list(np.arange(10) + 0.5))
    rules = {"deposit": [(0, 20.0)], "opening_contribution": 5.0, "n_periods": 1}
    left = {
        refunded: textbook(people, deposit_refunded=refunded, one_off_weight=0.1, **rules)
        .run()
        .history["lapsed"][1]
        for refunded in (True, False)
    }
    assert left == {True: 5, False: 3}


def test_risk_rated_premium_is_the_expected_benefit_over_the_loss_ratio(textbook, crowd):
    people = crowd(age=[YOUNG, OLD], sex=["female", "male"], frailty=[3.0, 0.2])
    simulation = textbook(people, premium="risk_rated", target_loss_ratio=0.5, period_length=1.0)
    table = simulation.rates.incidence
    risk = 1 - np.exp(-np.array([table[1, 30], table[0, 50]]))
    assert simulation.people.share_index[0] == pytest.approx(300_000 * risk / 0.5, rel=1e-6)
    assert (simulation.pools[0].flat, simulation.pools[0].slope) == (0.0, 1.0)
    expected = simulation.people.expected_contribution[0]
    assert expected == pytest.approx(simulation.people.share_index[0])


def test_premium_by_age_is_a_yearly_amount(textbook, crowd):
    people = crowd(age=[YOUNG, OLD])
    simulation = textbook(people, premium=[(0, 100.0), (40, 500.0)], period_length=0.25)
    assert simulation.people.expected_contribution[0] == pytest.approx([25.0, 125.0])
    assert simulation.pools[0].announced == pytest.approx(75.0)


def test_insurer_with_a_fixed_premium_loses_on_those_who_stay(textbook, crowd):
    cost = np.arange(1.0, 11.0)
    people = crowd(expected_cost=cost, willingness_to_pay=1.2 * cost)
    history = textbook(people, premium=[(0, 6.0)], n_periods=3).run().history
    assert history["contribution"].to_list() == pytest.approx([6.0] * 4)
    assert history["members"].to_list() == [10, 6, 6, 6]
    assert history["excess"][1] == pytest.approx(cost[4:].sum() - 36.0)
    assert history["loss_ratio"][1] > 1


@pytest.mark.parametrize("rule", [{"year_cap": [(0, 5.0)]}, {"subsidy_for": "low_income"}])
def test_who_switches_owes_to_the_new_plan_alone(textbook, crowd, rule):
    plans = [Plan(name="old", leavers_owe=True, subsidy=0.5, **rule), Plan(name="new")]
    people = crowd(plan=["old"] * 5, expected_cost=[6.0] * 5, income=[1.0, 1.0, 9e9, 9e9, 9e9])
    worth = {
        "willingness_to_pay_old": [9.0] * 4 + [1.0],
        "willingness_to_pay_new": [1.0] * 4 + [9.0],
    }
    people = people.with_columns(**{name: pl.Series(values) for name, values in worth.items()})
    rules = {"income_median": 100.0, "settlement_rate": 0.5, "opening_contribution": 0.0}
    simulation = textbook(people, plans=plans, **rules, n_periods=1).run()
    old, new = simulation.books[1]
    assert (old.payers, new.payers) == (4, 1)
    head = min(old.incurred / 2 / 4, 5.0) if "year_cap" in rule else old.incurred / 2 / 4
    helped = 4 if "year_cap" in rule else 2
    assert old.contributions == pytest.approx(head * (4 - 0.5 * helped))


@pytest.mark.parametrize("target", ["low_risk", "low_income"])
def test_subsidy_for_some_goes_to_them(still, crowd, target):
    incomes = [90_000.0, 20_000.0, 90_000.0, 20_000.0]
    people = crowd(expected_cost=[1.0, 2.0, 3.0, 6.0], income=incomes)
    simulation = still(people, subsidy=0.5, subsidy_for=target, income_median=50_000.0)
    simulation.step()
    paid = simulation.pools[0].slope * simulation.people.share_index[0]
    helped = [1, 1, 0, 0] if target == "low_risk" else [0, 1, 0, 1]
    assert paid == pytest.approx(3.0 * (1 - 0.5 * np.array(helped)))
    assert simulation.books[1][0].subsidy == pytest.approx(3.0)
    simulation.step()
    assert simulation.people.expected_contribution[0] == pytest.approx(paid)


def test_opening_contribution_tells_the_subsidised_of_their_subsidy(still, crowd):
    people = crowd(expected_cost=[1.0, 2.0, 3.0, 6.0])
    simulation = still(people, subsidy=1.0, subsidy_for="low_risk")
    assert simulation.people.expected_contribution[0] == pytest.approx([0.0, 0.0, 3.0, 3.0])
    assert simulation.pools[0].announced == pytest.approx(1.5)


def test_members_see_what_the_cap_of_their_age_left_them(still, crowd):
    people = crowd(age=[YOUNG, YOUNG, OLD, OLD], expected_cost=[6.0] * 4)
    caps = {"year_cap": [(0, 4.0), (40, 20.0)], "deposit": [(0, 50.0)]}
    simulation = still(people, **caps, n_periods=2).run()
    assert simulation.people.expected_contribution[0] == pytest.approx([4.0, 4.0, 6.0, 6.0])
    assert simulation.people.balance == pytest.approx([42.0, 42.0, 38.0, 38.0])
    assert simulation.history["contributions"].to_list() == pytest.approx([0.0, 20.0, 20.0])


def test_deposit_may_be_asked_for_from_some_period_on(still, crowd, book):
    simulation = still(crowd(4, expected_cost=4.0), n_periods=4)
    simulation.step()
    simulation.amend(deposit=[(0, 9.0)])
    simulation.run()
    assert book(simulation, "deposits") == pytest.approx([0.0, 0.0, 36.0, 20.0, 4.0])


def test_plan_that_becomes_insurance_announces_its_premium(still, crowd):
    simulation = still(crowd(4, expected_cost=4.0), n_periods=2)
    simulation.amend(premium=[(0, 7.0)])
    simulation.run()
    assert simulation.people.expected_contribution[0] == pytest.approx([7.0] * 4)


def test_plan_without_accounts_keeps_no_columns_for_them(still, crowd):
    people = still(crowd(4, expected_cost=4.0)).people
    assert people.balance.size == people.paid.size == 0


def test_accounts_are_kept_plan_by_plan(textbook, crowd):
    plans = [Plan(name="basic"), Plan(name="prepaid", deposit=[(0, 9.0)])]
    people = crowd(plan=["basic", "prepaid"], expected_cost=[4.0, 4.0])
    simulation = textbook(people, plans=plans, attention=0.0, n_periods=1).run()
    assert [books.deposits for books in simulation.books[1]] == pytest.approx([0.0, 5.0])

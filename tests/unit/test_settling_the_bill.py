"""The bill of a period: who pays, what caps cut off, what a sponsor adds, what stays open."""

from __future__ import annotations

import numpy as np
import pytest

from agents.announcement import begin_year
from model import Plan

# Payers, the sum of their share indices, claims, and the entitlements incurred.
TEN_PAYERS = (10.0, 25.0, 2.0, 200.0)


@pytest.fixture
def house(counting_house):
    """Return a function that opens one plan with a fee of a tenth, and the given rules."""

    def opened(persons_per_row=1.0, **rules):
        return counting_house(Plan(**{"fee": 0.1, **rules}), persons_per_row=persons_per_row)

    return opened


@pytest.fixture
def settled(house):
    """Return a function that settles one bill and returns the pool and its books."""

    def settle(bill=TEN_PAYERS, **rules):
        opened = house(**rules)
        (books,) = opened.settle(bill)
        return opened.pools[0], books

    return settle


def test_benefits_and_fee_are_shared_by_the_payers(settled):
    pool, books = settled()
    assert books.benefits == 200.0
    assert books.fee == pytest.approx(20.0)
    assert books.contributions == pytest.approx(220.0)
    assert books.contribution == pool.announced == pytest.approx(22.0)


def test_case_cap_is_borne_by_the_sponsor(settled):
    _, books = settled(case_cap=4.0)  # 10 payers × 2 cases × 4 yuan
    assert books.contributions == pytest.approx(80.0)
    assert books.excess == pytest.approx(140.0)
    assert (books.benefits, books.forgone) == (200.0, 0.0)


def test_case_cap_is_borne_by_the_claimants(settled):
    _, books = settled(case_cap=4.0, excess_borne_by="claimants")
    assert books.contributions == pytest.approx(80.0)
    assert books.benefits == pytest.approx(80.0 / 1.1)
    assert books.forgone == pytest.approx(200.0 - 80.0 / 1.1)
    assert books.fee == pytest.approx(0.1 * books.benefits)
    assert books.excess == books.outstanding == 0.0


def test_cap_above_the_contribution_changes_nothing(settled):
    assert settled(case_cap=11.001)[1] == settled()[1]
    assert settled(case_cap=10.9)[1] != settled()[1]


def test_cap_is_per_real_case(settled):
    # Each simulated case stands for 5 real ones, each simulated payer for 5 real payers.
    _, books = settled(persons_per_row=5.0, case_cap=2.0)
    assert books.contribution == pytest.approx(2.0 * 2 * 5)


@pytest.mark.parametrize("bearer", ["sponsor", "claimants"])
def test_year_cap_counts_what_was_charged_since_the_year_began(house, bearer):
    opened = house(year_cap=50.0, excess_borne_by=bearer)
    charged = []
    for period in range(1, 6):
        if period in (1, 5):
            begin_year(opened.state)
        charged.append(opened.settle(TEN_PAYERS)[0].contribution)
    assert charged == pytest.approx([22.0, 22.0, 6.0, 0.0, 22.0])


def test_year_cap_ends_with_the_years_for_which_it_was_promised(house):
    opened = house(year_cap=10.0, year_cap_years=1)
    charged = []
    for _ in range(2):
        begin_year(opened.state)
        charged.append(opened.settle(TEN_PAYERS)[0].contribution)
    assert charged == pytest.approx([10.0, 22.0])


def test_years_begin_with_the_calendar_of_the_periods(still, crowd):
    people = crowd(10, expected_cost=6.0)
    rules = {"period_length": 0.25, "year_cap": 14.0, "n_periods": 9}
    simulation = still(people, **rules).run()
    one_year = [6.0, 6.0, 2.0, 0.0]
    assert simulation.history["contribution"][1:].to_list() == pytest.approx([*one_year * 2, 6.0])
    assert simulation.history["excess"][3] == pytest.approx(40.0)


def test_sponsor_pays_the_planned_share(settled):
    _, books = settled(subsidy=0.25)
    assert books.subsidy == pytest.approx(55.0)
    assert books.contributions == pytest.approx(165.0)
    assert books.benefits == 200.0


def test_sponsor_pays_everything_when_nobody_owes(settled):
    pool, books = settled((0.0, 0.0, 2.0, 200.0), subsidy=0.25)
    assert (books.contributions, books.subsidy) == (0.0, 0.0)
    assert books.excess == pytest.approx(220.0)
    assert books.contribution == 0.0
    assert pool.announced == 0.0


def test_contribution_that_was_announced_stays_when_nobody_owes(house):
    opened = house()
    (pool,) = opened.pools
    pool.announced = 7.0
    opened.settle((0.0, 0.0, 0.0, 0.0))
    assert pool.announced == 7.0
    assert pool.last_change == 0.0


def test_slow_settlement_pays_a_share_of_what_is_open(house):
    opened = house(fee=0.0, settlement_rate=0.4)
    benefits, settled_cases = [], []
    for bill in (TEN_PAYERS, (10.0, 0.0, 0.0, 0.0), (10.0, 0.0, 0.0, 0.0)):
        (books,) = opened.settle(bill)
        benefits.append(books.benefits)
        settled_cases.append(books.settled)
    assert benefits == pytest.approx([80.0, 48.0, 28.8])
    assert settled_cases == pytest.approx([0.8, 0.48, 0.288])
    assert books.outstanding == pytest.approx(43.2)


@pytest.fixture
def two_plans(counting_house):
    """Return a house of two plans whose sponsor pays three fifths of their difference."""
    rules = {"fee": 0.0, "difference_subsidy": 0.6}
    return counting_house(Plan(name="basic", **rules), Plan(name="generous", **rules))


def test_dearer_plan_is_subsidised_by_a_share_of_the_difference(two_plans):
    basic, generous = two_plans.settle((10.0, 0.0, 1.0, 100.0), (5.0, 0.0, 1.0, 200.0))
    assert basic.contribution == 10.0
    assert generous.contribution == pytest.approx(10.0 + 0.4 * 30.0)
    assert generous.subsidy == pytest.approx(0.6 * 30.0 * 5)


@pytest.mark.parametrize("why", ["closed", "empty"])
def test_plan_that_is_closed_or_empty_is_not_the_cheapest(two_plans, why):
    two_plans.pools[0].is_open = why != "closed"
    payers = 0.0 if why == "empty" else 10.0
    books = two_plans.settle((payers, 0.0, 0.0, 0.0), (5.0, 0.0, 1.0, 200.0))
    assert books[1].subsidy == 0.0


def test_pool_that_shrank_below_its_minimum_closes_and_stays_closed(house):
    opened = house(closes_below=100.0, persons_per_row=10.0)
    was_open = []
    for members in (5, 9, 10, 12, 9, 20):
        opened.count(members)
        was_open.append(opened.pools[0].is_open)
    assert was_open == [True, True, True, True, False, False]


def test_closed_pool_does_not_advertise(house):
    opened = house(marketing=0.2, marketing_periods=3)
    assert [opened.marketing(period) for period in (1, 3, 4)] == [0.2, 0.2, 0.0]
    opened.pools[0].is_open = False
    assert opened.marketing(1) == 0.0


def leaving_run(textbook, crowd, **rules):
    """Forty stay and ten leave in the third period, while earlier claims are open."""
    people = crowd(50, expected_cost=6.0, willingness_to_pay=[99.0] * 40 + [4.0] * 10)
    rules = {"settlement_rate": 0.5, "opening_contribution": 1.0, "n_periods": 4, **rules}
    return textbook(people, reentry="never", **rules).run().history


def test_leaving_before_the_bill_raises_it_for_the_stayers(textbook, crowd):
    free = leaving_run(textbook, crowd, leavers_owe=False)
    owing = leaving_run(textbook, crowd, leavers_owe=True)
    assert free["members"].to_list() == owing["members"].to_list()
    (leaving,) = [t for t, n in enumerate(free["lapsed"]) if n]
    assert free["lapsed"][leaving] == 10
    assert free["contributions"][leaving] == pytest.approx(owing["contributions"][leaving])
    # n / (n − leavers)
    ratio = free["contribution"][leaving] / owing["contribution"][leaving]
    assert ratio == pytest.approx(50 / 40)


def test_leavers_who_owe_raise_nothing_for_the_stayers(textbook, crowd):
    owing = leaving_run(textbook, crowd, leavers_owe=True)
    (leaving,) = [t for t, n in enumerate(owing["lapsed"]) if n]
    assert owing["contributions"][leaving] / 50 == pytest.approx(owing["contribution"][leaving])
    assert owing["contribution"][leaving + 1] == pytest.approx(
        owing["contributions"][leaving + 1] / 40
    )


def test_waiting_period_pays_nothing(textbook, crowd):
    people = crowd(200, expected_cost=0.9, willingness_to_pay=99.0)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "waiting_period": 3, "initial_tenure": 1}
    history = textbook(people, **rules, n_periods=2).run().history
    assert history["left_ineligible"].sum() > 150
    assert history["claims"].sum() == history["benefits"].sum() == 0


@pytest.mark.parametrize("claims", ["drawn", "expected"])
def test_first_claim_is_paid_when_the_waiting_period_is_over(textbook, crowd, claims):
    people = crowd(400, expected_cost=0.02, willingness_to_pay=99.0)
    rules = {"claims": claims, "benefit": [(0, 1.0)], "waiting_period": 3, "n_periods": 6}
    history = textbook(people, **rules, initial_membership=0.0, awareness=1.0).run().history
    assert history["joined"][1] == 400  # periods 1, 2 and 3 are waited out
    assert history["waiting"].to_list()[:5] == pytest.approx([0, 400, 400, 0, 0], abs=20)
    assert history["benefits"][:4].sum() == 0
    assert history["benefits"][4] > 0


@pytest.mark.parametrize(("owe", "payers"), [(True, 20), (False, 10)])
def test_waiting_members_owe_if_the_plan_says_so(still, crowd, owe, payers):
    people = crowd(20, expected_cost=6.0)
    simulation = still(people, waiting_period=50, waiting_members_owe=owe)
    simulation.people.status[:10] = 2  # covered already
    simulation.step()
    assert simulation.books[1][0].payers == payers
    assert simulation.books[1][0].incurred == pytest.approx(60.0)
    assert simulation.history["contribution"][1] == pytest.approx(60.0 / payers)


def test_selection_at_entry_wears_off_with_tenure(still, crowd):
    people = crowd(1, expected_cost=8.0)
    rules = {"select_start": 0.25, "select_years": 1.0, "period_length": 0.25, "n_periods": 6}
    history = still(people, **rules, initial_tenure=1).run().history
    # In its first period the member has a tenure of one period: 0.25 + 0.75 / 4.
    expected = 8.0 * np.array([0.4375, 0.625, 0.8125, 1.0, 1.0, 1.0])
    assert history["contributions"][1:].to_list() == pytest.approx(list(expected))
    assert history["contribution"][0] == pytest.approx(expected[0])


def test_newly_joined_have_the_full_effect_of_selection(textbook, crowd):
    people = crowd(1, expected_cost=8.0, willingness_to_pay=99.0)
    rules = {"select_start": 0.25, "select_years": 1.0, "period_length": 0.25, "n_periods": 2}
    history = textbook(people, **rules, initial_membership=0.0, awareness=1.0).run().history
    assert history["contributions"].to_list() == pytest.approx([0.0, 2.0, 3.5])


def test_selection_at_entry_lowers_drawn_claims_too(textbook, crowd):
    people = crowd(4_000, expected_cost=0.4, willingness_to_pay=99.0)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "attention": 0.0, "n_periods": 1}
    rules |= {"select_start": 0.5, "select_years": 50.0, "initial_tenure": 1}
    claims = textbook(people, **rules).run().history["claims"][1]
    assert claims == pytest.approx(4_000 * 0.4 * 0.51, abs=130)

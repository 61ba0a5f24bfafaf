"""The bill of a period: who pays, what caps cut off, what a sponsor adds, what stays open."""

from __future__ import annotations

import numpy as np
import pytest

from agents.pool import Bill, Pool, subsidise_differences
from model import Plan

TEN_PAYERS = Bill(payers=10.0, index=25.0, claims=2.0, incurred=200.0)


def settled(bill=TEN_PAYERS, persons_per_row=1.0, **rules):
    pool = Pool(Plan(**{"fee": 0.1, **rules}), persons_per_row)
    return pool, pool.settle(pool.draw_up(1, bill), bill)


def test_benefits_and_fee_are_shared_by_the_payers():
    pool, books = settled()
    assert books.benefits == 200.0
    assert books.fee == pytest.approx(20.0)
    assert books.contributions == pytest.approx(220.0)
    assert books.contribution == pool.announced == pytest.approx(22.0)


def test_case_cap_is_borne_by_the_sponsor():
    _, books = settled(case_cap=4.0)  # 10 payers × 2 cases × 4 yuan
    assert books.contributions == pytest.approx(80.0)
    assert books.excess == pytest.approx(140.0)
    assert (books.benefits, books.forgone) == (200.0, 0.0)


def test_case_cap_is_borne_by_the_claimants():
    _, books = settled(case_cap=4.0, excess_borne_by="claimants")
    assert books.contributions == pytest.approx(80.0)
    assert books.benefits == pytest.approx(80.0 / 1.1)
    assert books.forgone == pytest.approx(200.0 - 80.0 / 1.1)
    assert books.fee == pytest.approx(0.1 * books.benefits)
    assert books.excess == books.outstanding == 0.0


def test_cap_above_the_contribution_changes_nothing():
    assert settled(case_cap=11.001)[1] == settled()[1]
    assert settled(case_cap=10.9)[1] != settled()[1]


def test_cap_is_per_real_case():
    # Each simulated case stands for 5 real ones, each simulated payer for 5 real payers.
    _, books = settled(persons_per_row=5.0, case_cap=2.0)
    assert books.contribution == pytest.approx(2.0 * 2 * 5)


@pytest.mark.parametrize("bearer", ["sponsor", "claimants"])
def test_year_cap_counts_what_was_charged_since_the_year_began(bearer):
    pool = Pool(Plan(fee=0.1, year_cap=50.0, excess_borne_by=bearer))
    charged = []
    for period in range(1, 6):
        if period in (1, 5):
            pool.begin_year()
        charged.append(pool.settle(pool.draw_up(period, TEN_PAYERS), TEN_PAYERS).contribution)
    assert charged == pytest.approx([22.0, 22.0, 6.0, 0.0, 22.0])


def test_year_cap_ends_with_the_years_for_which_it_was_promised():
    pool = Pool(Plan(fee=0.1, year_cap=10.0, year_cap_years=1))
    charged = []
    for period in (1, 2):
        pool.begin_year()
        charged.append(pool.settle(pool.draw_up(period, TEN_PAYERS), TEN_PAYERS).contribution)
    assert charged == pytest.approx([10.0, 22.0])


def test_years_begin_with_the_calendar_of_the_periods(still, crowd):
    people = crowd(10, expected_cost=6.0)
    rules = {"period_length": 0.25, "year_cap": 14.0, "n_periods": 9}
    simulation = still(people, **rules).run()
    one_year = [6.0, 6.0, 2.0, 0.0]
    assert simulation.history["contribution"][1:].to_list() == pytest.approx([*one_year * 2, 6.0])
    assert simulation.history["excess"][3] == pytest.approx(40.0)


def test_sponsor_pays_the_planned_share():
    _, books = settled(subsidy=0.25)
    assert books.subsidy == pytest.approx(55.0)
    assert books.contributions == pytest.approx(165.0)
    assert books.benefits == 200.0


def test_sponsor_pays_everything_when_nobody_owes():
    pool, books = settled(Bill(0.0, 0.0, 2.0, 200.0), subsidy=0.25)
    assert (books.contributions, books.subsidy) == (0.0, 0.0)
    assert books.excess == pytest.approx(220.0)
    assert books.contribution == 0.0
    assert pool.announced == 0.0


def test_contribution_that_was_announced_stays_when_nobody_owes():
    pool = Pool(Plan())
    pool.announced = 7.0
    nobody = Bill(0.0, 0.0, 0.0, 0.0)
    pool.settle(pool.draw_up(1, nobody), nobody)
    assert pool.announced == 7.0
    assert pool.last_change == 0.0


def test_slow_settlement_pays_a_share_of_what_is_open():
    pool = Pool(Plan(fee=0.0, settlement_rate=0.4))
    quiet = Bill(10.0, 0.0, 0.0, 0.0)
    paid, settled_cases = [], []
    for period, bill in enumerate([TEN_PAYERS, quiet, quiet], 1):
        books = pool.settle(pool.draw_up(period, bill), bill)
        paid.append(books.benefits)
        settled_cases.append(books.settled)
    assert paid == pytest.approx([80.0, 48.0, 28.8])
    assert settled_cases == pytest.approx([0.8, 0.48, 0.288])
    assert books.outstanding == pytest.approx(43.2)


def test_dearer_plan_is_subsidised_by_a_share_of_the_difference():
    pools = [Pool(Plan(name=n, fee=0.0, difference_subsidy=0.6)) for n in ("basic", "generous")]
    bills = [Bill(10.0, 0.0, 1.0, 100.0), Bill(5.0, 0.0, 1.0, 200.0)]
    drafts = [pool.draw_up(1, bill) for pool, bill in zip(pools, bills, strict=True)]
    basic, generous = (book.close() for book in subsidise_differences(pools, drafts))
    assert basic.contribution == 10.0
    assert generous.contribution == pytest.approx(10.0 + 0.4 * 30.0)
    assert generous.subsidy == pytest.approx(0.6 * 30.0 * 5)


@pytest.mark.parametrize("why", ["closed", "empty"])
def test_plan_that_is_closed_or_empty_is_not_the_cheapest(why):
    pools = [Pool(Plan(name=n, difference_subsidy=0.6)) for n in ("basic", "generous")]
    pools[0].is_open = why != "closed"
    bills = [Bill(0.0 if why == "empty" else 10.0, 0.0, 0.0, 0.0), Bill(5.0, 0.0, 1.0, 200.0)]
    drafts = [pool.draw_up(1, bill) for pool, bill in zip(pools, bills, strict=True)]
    assert subsidise_differences(pools, drafts)[1].subsidy == 0.0


def test_pool_that_shrank_below_its_minimum_closes_and_stays_closed():
    pool = Pool(Plan(closes_below=100.0), persons_per_row=10.0)
    was_open = []
    for members in (5, 9, 10, 12, 9, 20):
        pool.close_if_small(members)
        was_open.append(pool.is_open)
    assert was_open == [True, True, True, True, False, False]


def test_closed_pool_does_not_advertise():
    pool = Pool(Plan(marketing=0.2, marketing_periods=3))
    assert [pool.marketing(t) for t in (1, 3, 4)] == [0.2, 0.2, 0.0]
    pool.is_open = False
    assert pool.marketing(1) == 0.0


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

"""Who else pays a bill: a sponsor, a reinsurer, a reserve fund; and what age caps leave."""

from __future__ import annotations

import pytest

from agents.announcement import begin_year
from model import Plan

# Payers, the sum of their share indices, claims, and the entitlements incurred.
TEN_PAYERS = (10.0, 25.0, 2.0, 200.0)
QUIET = (10.0, 25.0, 0.0, 0.0)


@pytest.fixture
def house(counting_house):
    """Return a function that opens one plan without a fee, and with the given rules."""

    def opened(**rules):
        return counting_house(Plan(**{"fee": 0.0, **rules}))

    return opened


def test_reinsurer_pays_its_share_of_the_charge_above_the_retention(house):
    (books,) = house(fee=0.1, reinsurance=0.5, retention=15.0).settle(TEN_PAYERS)
    assert books.reinsured == pytest.approx(0.5 * (22.0 - 15.0) * 10)
    assert books.contribution == pytest.approx(22.0 - 3.5)
    assert books.benefits == 200.0


def test_charge_below_the_retention_is_not_reinsured(house):
    (books,) = house(reinsurance=0.5, retention=20.0).settle(TEN_PAYERS)
    assert (books.reinsured, books.contributions) == (0.0, 200.0)


def test_reinsurance_comes_before_the_subsidy(house):
    (books,) = house(reinsurance=1.0, retention=10.0, subsidy=0.5).settle(TEN_PAYERS)
    assert (books.reinsured, books.subsidy, books.contributions) == (100.0, 50.0, 50.0)


def test_reserve_is_filled_by_a_surcharge_and_then_left_alone(house):
    opened = house(reserve_loading=0.5, reserve_full=15.0)
    bills = [opened.settle(TEN_PAYERS)[0] for _ in range(3)]
    assert [b.contribution for b in bills] == pytest.approx([30.0, 25.0, 20.0])
    assert [b.reserve for b in bills] == pytest.approx([100.0, 150.0, 150.0])


def test_reserve_absorbs_a_share_of_every_change_of_the_bill(house):
    opened = house(smoothing=0.75, reserve_full=100.0)
    opened.state.reserve[0], opened.state.smoothed[0] = 500.0, 20.0
    bills = [opened.settle(bill)[0] for bill in ((10.0, 0, 4.0, 400.0), QUIET)]
    # 20 → 40 a head is asked as 25, 25 → 0 as 18.75; the reserve pays and gains the rest.
    assert [b.contribution for b in bills] == pytest.approx([25.0, 18.75])
    assert [b.to_reserve for b in bills] == pytest.approx([-150.0, 187.5])
    assert bills[1].reserve == pytest.approx(537.5)


def test_empty_reserve_smooths_nothing_upward(house):
    opened = house(smoothing=1.0, reserve_full=50.0)
    assert opened.settle(TEN_PAYERS)[0].contribution == 20.0
    assert opened.settle(QUIET)[0].contribution == 20.0  # saved for the next bad period
    assert opened.settle(TEN_PAYERS)[0].contribution == 20.0
    assert opened.settle((10.0, 0.0, 4.0, 500.0))[0].contribution == pytest.approx(30.0)


def test_full_reserve_takes_no_more(house):
    opened = house(smoothing=1.0, reserve_full=5.0)
    opened.settle(TEN_PAYERS)
    assert opened.settle(QUIET)[0].contribution == 5.0
    assert opened.settle(QUIET)[0].contribution == 0.0


@pytest.mark.parametrize("bearer", ["sponsor", "claimants"])
def test_reserve_pays_before_whoever_bears_the_excess(house, bearer):
    opened = house(case_cap=6.0, reserve_full=100.0, excess_borne_by=bearer)
    opened.state.reserve[0] = 50.0
    (books,) = opened.settle(TEN_PAYERS)  # members pay 120 of 200
    assert (books.to_reserve, books.reserve) == (-50.0, 0.0)
    expected = (30.0, 200.0, 0.0) if bearer == "sponsor" else (0.0, 170.0, 30.0)
    assert (books.excess, books.benefits, books.forgone) == pytest.approx(expected)


OLD_AND_YOUNG = (10.0, 10.0, 2.0, 200.0, 0.0, 6.0, 4.0)  # six below 40, four from 40 on


@pytest.mark.parametrize("bearer", ["sponsor", "claimants"])
def test_yearly_cap_of_an_age_binds_those_of_that_age(house, bearer):
    opened = house(year_cap=[(0, 15.0), (40, 1000.0)], excess_borne_by=bearer)
    (books,) = opened.settle(OLD_AND_YOUNG)
    assert books.contributions == pytest.approx(6 * 15.0 + 4 * 20.0)
    assert books.excess + books.forgone == pytest.approx(30.0)
    assert (books.excess > 0) == (bearer == "sponsor")
    paid = opened.pools[0].slope * opened.terms.relativity[0]
    assert (paid[39], paid[40]) == pytest.approx((15.0, 20.0))
    assert opened.pools[0].announced == pytest.approx(17.0)


def test_yearly_cap_of_an_age_counts_what_was_charged_since_the_year_began(house):
    opened = house(year_cap=[(0, 15.0), (40, 50.0)])
    charged = []
    for period in range(1, 5):
        if period in (1, 4):
            begin_year(opened.state)
        charged.append(opened.settle(OLD_AND_YOUNG)[0].contributions)
    assert charged == pytest.approx([170.0, 80.0, 40.0, 170.0])


def test_yearly_cap_of_an_age_ends_with_the_years_for_which_it_was_promised(house):
    opened = house(year_cap=[(0, 15.0), (40, 50.0)], year_cap_years=1)
    charged = []
    for _ in range(2):
        begin_year(opened.state)
        charged.append(opened.settle(OLD_AND_YOUNG)[0].contributions)
    assert charged == pytest.approx([170.0, 200.0])


def test_subsidy_for_some_lowers_what_they_pay_and_nothing_else(house):
    # Ten pay alike; four of them get half of it from the sponsor.
    (books,) = house(subsidy=0.5, subsidy_for="low_risk").settle((10.0, 8.0, 2.0, 200.0, 10.0))
    assert (books.contributions, books.subsidy) == pytest.approx((160.0, 40.0))


def test_premiums_stay_whatever_the_claims_and_the_insurer_keeps_or_bears_the_rest(house):
    opened = house(premium=[(0, 300.0)])
    (good,), (bad,) = (opened.settle((10.0, 250.0, 2.0, due)) for due in (200.0, 400.0))
    assert good.contributions == bad.contributions == 250.0
    assert (good.fee, good.excess, bad.fee, bad.excess) == (50.0, 0.0, 0.0, 150.0)
    assert opened.pools[0].slope == 1.0


def test_subsidised_premium_is_paid_in_part_by_the_sponsor(house):
    opened = house(premium=[(0, 300.0)], subsidy=0.2)
    (books,) = opened.settle((10.0, 250.0, 2.0, 200.0))
    assert (books.contributions, books.subsidy, books.fee) == pytest.approx((200.0, 50.0, 50.0))
    assert opened.pools[0].slope == pytest.approx(0.8)


def test_premium_cannot_be_capped_or_shared():
    rules = {"premium": [(0, 300.0)], "year_cap": 100.0, "sharing": "age_band"}
    with pytest.raises(ValueError, match=r"year_cap = 100.0 cannot.*\n.*sharing = age_band cannot"):
        Plan(**rules)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"year_cap": [(0, 1.0), (40, 2.0)], "sharing": "age_band"}, "needs sharing = equal"),
        ({"year_cap": [(0, 0.0)]}, "must be positive"),
        ({"year_cap": [(age, 1.0) for age in range(9)]}, "at most 8 steps|9 steps; at most 8"),
        ({"deposit": [(5, 9.0)]}, "begin at age 0"),
        ({"premium": [(30, 9.0)]}, "begin at age 0"),
        (
            {"subsidy_for": "low_risk", "sharing": "age_band", "sharing_mix": 0.5},
            "sharing_mix = 1",
        ),
    ],
)
def test_rules_about_money_that_contradict_each_other_are_told(rules, sentence):
    with pytest.raises(ValueError, match=sentence):
        Plan(**rules)

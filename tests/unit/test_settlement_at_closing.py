"""A plan that closes settles what it owes, in the books of its last period."""

from __future__ import annotations

import pytest

from model import Plan

SLOW = {"settlement_rate": 0.5, "closes": 3, "n_periods": 5}


@pytest.fixture
def closed(still, crowd):
    """Return a function that lets ten members at 6 yuan each live to the end of their plan."""

    def run(way="run", **rules):
        simulation = still(crowd(10, expected_cost=6.0), **{**SLOW, **rules})
        if way == "step":
            while simulation.running:
                simulation.step()
        return simulation.run()

    return run


def entries(simulation, *names):
    return {name: [getattr(books[0], name) for books in simulation.books] for name in names}


@pytest.mark.parametrize("way", ["run", "step"])
def test_sponsor_settles_the_claims_outstanding_at_closing(closed, way):
    books = entries(closed(way), "contributions", "closing", "benefits", "outstanding")
    assert books["contributions"] == pytest.approx([0.0, 30.0, 45.0, 52.5])
    assert books["closing"] == pytest.approx([0.0, 0.0, 0.0, 52.5])
    assert sum(books["benefits"]) == pytest.approx(180.0)
    assert books["outstanding"][-1] == 0.0


def test_claimants_may_have_to_forgo_them(closed):
    simulation = closed(claims_after_closing="forgone")
    books = entries(simulation, "closing", "forgone", "outstanding", "benefits")
    assert books["closing"][-1] == books["outstanding"][-1] == 0.0
    assert books["forgone"][-1] == pytest.approx(52.5)
    assert sum(books["benefits"]) == pytest.approx(180.0 - 52.5)
    assert simulation.history["sponsor_cost"].sum() == 0.0


@pytest.mark.parametrize("way", ["run", "step"])
def test_contributions_are_given_back_to_present_members(closed, way):
    simulation = closed(way, refunds_contributions=True)
    books = entries(simulation, "repaid", "contributions")
    assert books["repaid"] == pytest.approx([0.0, 0.0, 0.0, 127.5])
    assert sum(books["contributions"]) == pytest.approx(127.5)
    assert simulation.history["refunds"].to_list() == pytest.approx([0.0, 0.0, 0.0, 127.5])
    assert not simulation.people.paid.any()


def test_who_left_before_gets_nothing_back(textbook, crowd):
    people = crowd(10, expected_cost=6.0, willingness_to_pay=[99.0] * 6 + [7.0] * 4)
    rules = {"closes": 3, "refunds_contributions": True, "n_periods": 4, "fee": 0.5}
    simulation = textbook(people, **rules, opening_contribution=5.0, reentry="never").run()
    assert simulation.history["lapsed"].to_list() == [0.0, 0.0, 4.0, 0.0]
    assert simulation.history["refunds"][-1] == pytest.approx(6 * 3 * 9.0)


def test_sponsor_pays_the_last_periods_if_it_promised_to(closed):
    simulation = closed(free_periods_at_closing=2, settlement_rate=1.0)
    assert simulation.history["contributions"].to_list() == pytest.approx([0.0, 60.0, 0.0, 0.0])
    assert simulation.history["subsidy"].to_list() == pytest.approx([0.0, 0.0, 60.0, 60.0])


def test_reserve_pays_outstanding_claims_and_the_rest_goes_back_to_members(closed):
    simulation = closed(reserve_loading=1.0, reserve_full=6.0)
    books = entries(simulation, "reserve", "to_reserve", "returned", "closing")
    assert books["reserve"] == pytest.approx([0.0, 30.0, 60.0, 0.0])
    assert books["to_reserve"][-1] == pytest.approx(-52.5)
    assert books["returned"] == pytest.approx([0.0, 0.0, 0.0, 7.5])
    assert books["closing"][-1] == 0.0


def test_deposits_are_released_at_closing(closed):
    simulation = closed(deposit=[(0, 100.0)])
    books = entries(simulation, "deposits", "refunded")
    assert books["deposits"][-1] == 0.0
    assert books["refunded"][-1] == pytest.approx(1000.0 - 127.5)


@pytest.mark.parametrize("way", ["run", "step"])
def test_plan_that_falls_below_its_minimum_size_is_settled_in_its_last_period(textbook, crowd, way):
    people = crowd(10, expected_cost=6.0, willingness_to_pay=[99.0] * 4 + [5.5] * 6)
    rules = {"closes_below": 5.0, "settlement_rate": 0.5, "reentry": "never", "n_periods": 6}
    simulation = textbook(people, **rules, opening_contribution=5.0)
    if way == "step":
        while simulation.running:
            simulation.step()
    simulation.run()
    history = simulation.history
    assert history["members"][-1] == 0
    assert history["left_plan_closed"].sum() == 4
    assert history["outstanding"][-1] == 0.0
    assert history["sponsor_cost"][-1] > 0


def test_plan_that_opens_later_is_not_taken_for_one_that_closed(textbook, crowd):
    plans = [Plan(name="old", closes=2), Plan(name="new", opens=3, settlement_rate=0.5)]
    people = crowd(6, expected_cost=6.0, willingness_to_pay=99.0)
    rules = {"n_periods": 4, "opening_contribution": 6.0}
    simulation = textbook(people, plans=plans, **rules).run()
    new = [books[1] for books in simulation.books]
    assert [b.closing for b in new] == [0.0] * 5
    assert new[4].outstanding > 0
    assert simulation.history["members"][-1] == 6

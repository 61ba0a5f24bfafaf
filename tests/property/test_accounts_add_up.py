"""Whatever the rules: the books balance, and every split of a sum adds up to the sum."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.causes import CAUSE_NAMES, CHOSEN
from agents.errors import BooksError
from agents.ledger import Books, refuse_unless_balanced
from agents.population import COVERED, WAITING
from agents.tallies import AGE_BANDS
from model import Plan, Scenario, Simulation

LEDGER = ("leavers", "joiners", "ageing", "run_off", "luck")
QUARTILES = [f"cross_subsidy_quartile_{q}" for q in range(1, 5)]
BANDS = [f"cross_subsidy_age_{band}" for band in AGE_BANDS]
amounts = st.floats(0.0, 1e9, allow_subnormal=False)


def by_plan(history):
    return [frame for _, frame in history.group_by("plan", maintain_order=True)]


INCOME = ("contributions", "subsidy", "excess", "reinsured", "closing")
OUTGO = ("benefits", "fee", "to_reserve")
SPONSORED = ("subsidy", "excess", "reinsured", "closing", "rewards", "repaid")


def by_books(simulation):
    """Return each plan's history, rules, and books as columns."""
    plans = simulation.scenario.plans
    for k, (frame, plan) in enumerate(zip(by_plan(simulation.history), plans, strict=True)):
        mine = [dataclasses.asdict(books[k]) for books in simulation.books]
        columns = {name: np.array([book[name] for book in mine]) for name in mine[0]}
        yield frame, plan, columns


def total(frame, columns):
    return frame.select(pl.sum_horizontal(columns)).to_series().to_numpy()


def close(one, other, scale):
    """Whether two columns agree to rounding, measured on the scale of what they sum."""
    return np.all(np.abs(one - other) <= 1e-6 * (1 + np.abs(scale)))


@settings(max_examples=60)
@given(data=st.data())
def test_income_equals_outgo_and_claims_are_paid_forgone_or_outstanding(data, scenarios, run):
    simulation = run(data.draw(scenarios()))
    for frame, plan, books in by_books(simulation):
        income = sum(books[name] for name in INCOME)
        outgo = sum(books[name] for name in OUTGO)
        assert close(income, outgo, outgo)
        going_on = frame["open"].to_numpy()  # what is settled at closing bears no fee
        if plan.premium is None:
            on_benefits = books["benefits"][going_on] * plan.fee
            assert books["fee"][going_on] == pytest.approx(on_benefits, rel=1e-6, abs=1e-6)
        due = frame["outstanding"].shift(1, fill_value=0.0) + frame["benefits_incurred"]
        left = (due - frame["outstanding"] - frame["benefits"]).to_numpy()
        assert (
            left >= -1e-6 * (1 + due.to_numpy())
        ).all()  # what claimants forgo is never negative
        if plan.excess_borne_by == "sponsor" and plan.claims_after_closing == "sponsor":
            assert close(left, 0.0, due.to_numpy())
        for column in ("contributions", "subsidy", "excess", "benefits", "outstanding", "reserve"):
            assert (frame[column] >= -1e-9 * (1 + frame["benefits_incurred"].max())).all()


@settings(max_examples=60)
@given(data=st.data())
def test_sponsor_reserve_and_deposits_account_for_every_yuan(data, scenarios, run):
    simulation = run(data.draw(scenarios()))
    scale = simulation.scenario.persons_per_row
    for frame, plan, books in by_books(simulation):
        paid = sum(books[name] for name in SPONSORED) - books["forfeited"]
        assert close(frame["sponsor_cost"].to_numpy(), paid * scale, paid)
        held = np.cumsum(books["to_reserve"] - books["returned"])
        assert close(books["reserve"], held, held)
        taken = books["charged"] + books["refunded"] + books["forfeited"]
        held = np.cumsum(books["deposited"] - taken)
        assert close(books["deposits"], held, np.cumsum(books["deposited"]))
        if plan.deposit is not None and not plan.leavers_owe:  # a switcher owes two plans
            assert close(books["charged"], books["contributions"], 10 * books["contributions"])
        if plan.closes and simulation.period >= plan.closes:
            assert books["outstanding"][-1] == books["reserve"][-1] == books["deposits"][-1] == 0
        elif not frame["open"][-2:].any():
            assert books["outstanding"][-1] == 0


@given(
    rules=st.fixed_dictionaries(
        {
            "fee": st.floats(0, 10),
            "settlement_rate": st.floats(0.001, 1),
            "subsidy": st.floats(0, 1),
            "case_cap": st.none() | st.floats(1e-6, 1e6),
            "year_cap": st.none() | st.floats(1e-6, 1e6),
            "excess_borne_by": st.sampled_from(["sponsor", "claimants"]),
            "reinsurance": st.floats(0, 1),
            "retention": st.floats(0, 1e6),
            "reserve_loading": st.floats(0, 10),
            "reserve_full": st.floats(0, 1e6),
            "smoothing": st.floats(0, 1),
        }
    ),
    bills=st.lists(
        st.tuples(st.integers(0, 10**6).map(float), amounts, st.floats(0, 1e6), amounts),
        min_size=1,
        max_size=5,
    ),
)
def test_any_bill_can_be_settled(counting_house, rules, bills):
    house = counting_house(Plan(**rules))
    for bill in bills:
        (books,) = house.settle(bill)  # fails if it does not balance
        assert books.contributions >= 0
        if rules["year_cap"] is not None:
            assert house.state.charged_this_year[0] <= rules["year_cap"] * (1 + 1e-9)
        if rules["case_cap"] is not None and books.payers:
            assert books.contribution <= rules["case_cap"] * books.settled * (1 + 1e-9)


def test_cap_used_up_to_the_last_fen_still_balances(counting_house):
    luck = random.Random(1)
    for _ in range(200):
        house = counting_house(Plan(fee=0.08, year_cap=188.0, excess_borne_by="claimants"))
        for _ in range(7):
            payers = float(luck.randint(10**7, 10**8))
            (books,) = house.settle((payers, 1.0, 1e3, luck.uniform(1e9, 8e9)))
            assert books.benefits >= 0
        assert house.state.charged_this_year[0] <= 188.0 * (1 + 1e-12)


BALANCED = Books(
    3,
    "pool",
    payers=10,
    contributions=108.0,
    benefits=100.0,
    fee=8.0,
    incurred=150.0,
    outstanding_before=20.0,
    outstanding=70.0,
)
ENTRIES = [field.name for field in dataclasses.fields(Books)][2:]


@pytest.mark.parametrize(
    "entry",
    [
        *("contributions", "subsidy", "excess", "benefits", "fee", "incurred", "outstanding"),
        *("reinsured", "closing", "to_reserve", "reserve", "returned", "deposits_before"),
        *("deposited", "charged", "refunded", "forfeited", "deposits"),
    ],
)
def test_books_with_one_wrong_entry_are_refused(entry):
    book = np.array([getattr(BALANCED, name) for name in ENTRIES], float)
    refuse_unless_balanced(3, ["pool"], book[None])
    book[ENTRIES.index(entry)] += 0.01
    with pytest.raises(BooksError, match=r"the books of pool do not balance in period 3: .* yuan"):
        refuse_unless_balanced(3, ["pool"], book[None])


@pytest.mark.parametrize("way", ["step", "run"])
def test_run_stops_at_broken_books(way):
    simulation = Simulation(Scenario(n_people=100, claims="expected"), seed=1)
    simulation.terms.subsidy[0] = float("nan")  # a defect, put in from outside
    with pytest.raises(BooksError, match="do not balance in period 1"):
        getattr(simulation, way)()
    assert issubclass(BooksError, ArithmeticError)


@settings(max_examples=60)
@given(data=st.data())
def test_ledger_explains_every_change_of_the_expected_cost(data, scenarios, run):
    for frame in by_plan(run(data.draw(scenarios())).history):
        cost = frame["expected_cost"].to_numpy()
        alive = (frame["members"] > 0).to_numpy()
        both = alive[1:] & alive[:-1]
        explained = total(frame, [f"ledger_{part}" for part in LEDGER])[1:]
        assert explained[both] == pytest.approx(np.diff(cost)[both], rel=1e-6, abs=1e-6)
        assert not explained[~both].any()


@settings(max_examples=60)
@given(data=st.data())
def test_members_of_today_are_those_of_yesterday_less_leavers_and_plus_joiners(
    data, scenarios, run
):
    for frame in by_plan(run(data.draw(scenarios())).history):
        left = total(frame, [f"left_{cause}" for cause in CAUSE_NAMES])
        change = frame["members"].diff().to_numpy()[1:]
        assert change == pytest.approx((frame["joined"].to_numpy() - left)[1:])
        assert frame["lapsed"].to_numpy() == pytest.approx(
            total(frame, [f"left_{cause}" for cause in CHOSEN])
        )
        assert (frame["waiting"] <= frame["members"]).all()
        assert (frame["members"] <= frame["eligible"]).all()


@settings(max_examples=60)
@given(data=st.data())
def test_cross_subsidies_by_risk_and_by_age_have_the_same_sum(data, scenarios, run):
    for frame in by_plan(run(data.draw(scenarios())).history):
        by_risk, by_age = total(frame, QUARTILES), total(frame, BANDS)
        scale = total(frame.select(pl.col(QUARTILES).abs()), QUARTILES)
        assert close(by_risk, by_age, scale + frame["contributions"].to_numpy())


STATIC = {
    "claims": "expected",
    "ageing": False,
    "attention": 0.0,
    "attention_to_change": 0.0,
    "attention_to_news": 0.0,
    "awareness": 0.0,
    "awareness_from_neighbours": 0.0,
    "select_years": 0.0,
    "newcomers": 0.0,
    "initial_membership": 0.8,
    "n_people": 200,
    "n_periods": 4,
}


@settings(max_examples=60)
@given(data=st.data())
def test_cross_subsidies_sum_to_contributions_less_loaded_expected_benefits(data, scenarios, run):
    scenario = data.draw(scenarios(**STATIC))
    simulation = run(scenario)
    # Nobody comes or goes, so those who are measured are those who paid.
    for plan, frame in zip(scenario.plans, by_plan(simulation.history), strict=True):
        frame = frame[1:]
        if plan.closes or plan.closes_below or plan.waiting_period:
            continue
        expected = frame["expected_cost"].fill_nan(0.0) * frame["members"]
        gap = (frame["contributions"] - (1 + plan.fee) * expected).to_numpy()
        scale = frame["contributions"].to_numpy() + expected.to_numpy()
        assert close(total(frame, QUARTILES), gap, scale)
        assert close(total(frame, BANDS), gap, scale)


@pytest.mark.parametrize("sharing", ["equal", "age_band", "expected_cost"])
def test_cross_subsidies_leave_out_waiting_members_who_do_not_owe(sharing):
    rules = {"waiting_period": 12, "waiting_members_owe": False, "sharing": sharing}
    scenario = Scenario().but(**STATIC, **rules, sharing_mix=0.5, fee=0.1)
    simulation = Simulation(scenario, seed=1)
    long_in = np.arange(200) % 2 == 0  # far from the end of the waiting period, on either side
    simulation.people.tenure[:] = np.where(long_in, 20, 2)
    simulation.people.status[simulation.people.plan >= 0] = WAITING
    simulation.people.status[long_in & (simulation.people.plan >= 0)] = COVERED
    simulation.step()
    row = simulation.history[1:]
    gap = row["contributions"][0] - 1.1 * row["expected_cost"][0] * row["members"][0]
    assert 0 < row["waiting"][0] < row["members"][0]
    tolerance = 1e-6 * row["contributions"][0]
    assert total(row, QUARTILES)[0] == pytest.approx(gap, abs=tolerance)
    assert total(row, BANDS)[0] == pytest.approx(gap, abs=tolerance)


@settings(max_examples=60)
@given(data=st.data())
def test_surplus_not_reached_is_the_first_best_less_the_welfare(data, scenarios, run):
    for frame in by_plan(run(data.draw(scenarios())).history):
        loss = (frame["first_best"] - frame["welfare"]).to_numpy()
        assert close(frame["deadweight_loss"].to_numpy(), loss, frame["first_best"].to_numpy())
        assert (loss >= -1e-6 * (1 + frame["first_best"].to_numpy())).all()

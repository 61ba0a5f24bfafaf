"""What is recorded of a period, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Scenario, Simulation
from model.metrics import COLUMNS

LEDGER = [f"ledger_{part}" for part in ("leavers", "joiners", "ageing", "run_off", "luck")]
COST = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])


def ledger(simulation, period):
    row = simulation.history.filter(period=period).row(0, named=True)
    return {name.removeprefix("ledger_"): row[name] for name in LEDGER if abs(row[name]) > 1e-6}


@pytest.fixture
def leaving(textbook, crowd):
    """Eight people of whom the two cheapest leave in period 1."""
    worth = [0.0, 0.0, *[99.0] * 6]
    age = [20.0, 30.0, 40.0, 50.0, 25.0, 35.0, 45.0, 55.0]
    people = crowd(8, expected_cost=COST, willingness_to_pay=worth, age=age)
    return textbook(people, fee=0.25, n_periods=3).run()


def test_every_column_has_a_unit_and_a_meaning(leaving):
    assert list(leaving.history.columns) == list(COLUMNS)
    assert all(unit and meaning for unit, meaning in COLUMNS.values())


def test_first_row_is_the_opening(leaving):
    row = leaving.history.row(0, named=True)
    assert row["members"] == row["eligible"] == 8
    assert row["contribution"] == pytest.approx(1.25 * 4.5)
    assert row["expected_cost"] == pytest.approx(4.5)
    assert row["joined"] == row["lapsed"] == row["claims"] == row["contributions"] == 0


def test_row_of_a_period_counts_and_sums(leaving):
    row = leaving.history.row(1, named=True)
    assert row["members"] == 6
    assert row["lapsed"] == 2
    assert row["take_up"] == pytest.approx(6 / 8)
    assert row["benefits"] == pytest.approx(33.0)
    assert row["fee"] == pytest.approx(8.25)
    assert row["contributions"] == pytest.approx(41.25)
    assert row["contribution"] == pytest.approx(41.25 / 6)
    assert row["loss_ratio"] == pytest.approx(1 / 1.25)
    assert row["mean_age"] == pytest.approx((40 + 50 + 25 + 35 + 45 + 55) / 6)


def test_selection_is_measured_by_incidence(leaving):
    row = leaving.history.row(1, named=True)
    incidence = leaving.people.incidence.astype(float)
    assert row["incidence_leavers"] == pytest.approx(incidence[:2].mean())
    assert row["incidence_members"] == pytest.approx(incidence[2:].mean())
    assert row["incidence_eligible"] == pytest.approx(incidence.mean())
    assert row["selection_ratio"] == pytest.approx(incidence[2:].mean() / incidence.mean())
    assert np.isnan(row["incidence_joiners"])


def test_share_that_is_still_in_is_told_by_quartile_of_risk(leaving):
    shares = [leaving.history[f"still_in_quartile_{q}"][1] for q in range(1, 5)]
    assert shares == [0.0, 1.0, 1.0, 1.0]


def test_cross_subsidy_is_what_a_group_pays_beyond_its_loaded_cost(leaving):
    paid = 41.25 / 6
    by_risk = [leaving.history[f"cross_subsidy_quartile_{q}"][1] for q in range(1, 5)]
    pairs = [0.0, 2 * paid - 1.25 * 7, 2 * paid - 1.25 * 11, 2 * paid - 1.25 * 15]
    assert by_risk == pytest.approx(pairs, abs=1e-6)
    # Members under 30: the one who costs 5; in their 50s: those who cost 4 and 8.
    assert leaving.history["cross_subsidy_age_under_30"][1] == pytest.approx(paid - 6.25)
    assert leaving.history["cross_subsidy_age_50s"][1] == pytest.approx(2 * paid - 15.0)


def test_welfare_is_worth_less_loaded_cost_and_first_best_leaves_out_who_should_not_be_in(leaving):
    row = leaving.history.row(1, named=True)
    assert row["welfare"] == pytest.approx(6 * 99 - 41.25)
    assert row["first_best"] == pytest.approx(6 * 99 - 41.25)
    assert row["deadweight_loss"] == pytest.approx(0.0, abs=1e-6)
    opening = leaving.history.row(0, named=True)
    assert opening["deadweight_loss"] == pytest.approx(1.25 * 3.0)
    assert opening["relative_welfare"] == pytest.approx(1 - 3.75 / (6 * 99 - 41.25))
    assert row["consumer_surplus"] == pytest.approx(6 * 99 - 41.25)


def test_people_and_money_are_told_for_the_population_that_is_represented(crowd):
    people = crowd(8, expected_cost=COST)
    one, many = (
        Simulation(
            Scenario.textbook(n_periods=3, risk_premium=0.3, population_represented=n),
            people=people,
            seed=1,
        ).run()
        for n in (None, 8_000.0)
    )
    for name, (unit, _) in COLUMNS.items():
        scale = 1000.0 if unit in ("people", "yuan", "cases") and "ledger" not in name else 1.0
        if one.history[name].dtype.is_numeric():
            ours, theirs = one.history[name].to_numpy(), many.history[name].to_numpy()
            assert theirs == pytest.approx(scale * ours, nan_ok=True, abs=1e-9), name


@pytest.mark.parametrize(("length", "window"), [(1.0, 1), (0.25, 4), (1 / 24, 24)])
def test_contribution_of_a_year_is_the_sum_over_its_periods(still, crowd, length, window):
    people = crowd(3, expected_cost=2.0)
    simulation = still(people, period_length=length, n_periods=30).run()
    year = simulation.history["contribution_year"].to_numpy()
    assert year[1:] == pytest.approx(2.0 * np.minimum(np.arange(1, 31), window))


def test_ledger_books_exits_of_the_healthy_as_selection(leaving):
    assert ledger(leaving, 1) == {"leavers": pytest.approx(5.5 - 4.5)}


def test_ledger_books_entries_as_joiners(textbook, crowd):
    plan = [None, None, *["pool"] * 6]
    people = crowd(8, expected_cost=COST, willingness_to_pay=99.0, plan=plan)
    simulation = textbook(people, n_periods=2).run()
    assert ledger(simulation, 1) == {"joiners": pytest.approx(4.5 - 5.5)}


def test_ledger_books_birthdays_and_ageing_out_as_ageing(textbook, crowd):
    people = crowd(2, age=[40.5, 58.5], frailty=1.0, sex="male", willingness_to_pay=1e6)
    rules = {"ageing": True, "exit_age": 60, "entry_age_max": 59, "n_periods": 2}
    simulation = textbook(people, **rules).run()
    assert set(ledger(simulation, 1)) == {"ageing"}
    assert ledger(simulation, 1)["ageing"] > 0
    assert simulation.history["left_aged_out"][2] == 1
    assert set(ledger(simulation, 2)) == {"ageing"}
    assert ledger(simulation, 2)["ageing"] < 0


def test_ledger_books_the_end_of_selection_and_of_waiting_as_run_off(still, crowd):
    people = crowd(4, expected_cost=8.0)
    select = {"select_start": 0.5, "select_years": 4.0, "initial_tenure": 1}
    fading = still(people, **select, n_periods=5).run()
    assert ledger(fading, 1) == {"run_off": pytest.approx(1.0)}
    assert ledger(fading, 5) == {}
    waiting = still(people, waiting_period=2, initial_tenure=1, n_periods=2).run()
    assert ledger(waiting, 1) == {"run_off": pytest.approx(8.0)}


def test_ledger_books_illness_as_luck(still, crowd):
    people = crowd(4, expected_cost=[1.0, 1.0, 1.0, 999.0])
    rules = {"claims": "drawn", "benefit": [(0, 1000.0)], "leaves_after_aid": True}
    simulation = still(people, **rules, n_periods=1).run()
    assert simulation.people.plan.tolist() == [0, 0, 0, -1]
    assert ledger(simulation, 1) == {"luck": pytest.approx(1.0 - 250.5)}


def test_ledger_tells_selection_from_ageing_when_both_happen(textbook, crowd):
    age = [30.5, 40.5, 50.5, 55.5]
    worth = [0.0, 1e6, 1e6, 1e6]
    people = crowd(4, age=age, frailty=1.0, sex="female", willingness_to_pay=worth)
    simulation = textbook(people, ageing=True, n_periods=1, exit_age=121, entry_age_max=59).run()
    costs = simulation.people.expected_cost[0].astype(float)
    before = simulation.history["expected_cost"][0]
    table = simulation.rates.incidence[1, [30, 40, 50, 55]]
    opening = 300_000 * -np.expm1(-table)
    expected = {
        "leavers": opening[1:].mean() - before,
        "ageing": costs[1:].mean() - opening[1:].mean(),
    }
    assert ledger(simulation, 1) == pytest.approx(expected, rel=1e-4)


def test_history_of_two_plans_has_a_row_for_each(textbook, crowd):
    from model import Plan

    plans = [Plan(name="basic"), Plan(name="generous")]
    people = crowd(3, plan=["basic", "basic", "generous"], expected_cost=1.0)
    history = textbook(people, plans=plans, attention=0.0, awareness=0.0, n_periods=2).run().history
    assert history.select("period", "plan", "members").rows() == [
        (t, plan, n) for t in range(3) for plan, n in (("basic", 2.0), ("generous", 1.0))
    ]


def test_sample_shows_people_as_they_are(leaving):
    frame = leaving.sample()
    assert frame["status"].to_list() == ["lapsed"] * 2 + ["covered"] * 6
    assert frame["plan"].to_list() == [None] * 2 + ["pool"] * 6
    assert frame["cause"].to_list() == ["price"] * 2 + [None] * 6
    assert frame["expected_cost"].to_list() == COST.tolist()
    assert set(frame["sex"]) <= {"female", "male"}
    assert leaving.sample(3)["person"].to_list() == [0, 3, 7]
    assert frame.schema["plan"] == pl.String

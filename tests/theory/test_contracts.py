"""P11: menus of contracts with the types of Azevedo and Gottlieb (2017)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import contracts, populations

if TYPE_CHECKING:
    from conftest import Column, Run

# log variance of moral hazard, mean coverage with {0, .9} and with {.6, .9}
TABLE = [(0.28, 0.6553, 0.6214), (0.98, 0.6319, 0.6127)]
N = 2**16


@cache
def people_of(variance: float, drawn: bool = False) -> contracts.Types:
    return contracts.types(N, variance, np.random.default_rng(8) if drawn else None)


@pytest.mark.parametrize(("variance", "voluntary", "mandate"), TABLE)
def test_solver_gives_the_authors_mean_coverage(
    variance: float, voluntary: float, mandate: float
) -> None:
    types = people_of(variance)
    free = contracts.equilibrium(types, (0.0, 0.9))
    compulsory = contracts.equilibrium(types, (0.6, 0.9))
    assert free.mean_coverage == pytest.approx(voluntary, abs=0.005)
    assert compulsory.mean_coverage == pytest.approx(mandate, abs=0.005)


def test_solver_gives_the_price_and_take_up_of_the_pure_pool() -> None:
    types = people_of(0.28)
    pool = contracts.pure_pool(types, 0.9)
    best = contracts.first_best(types, (0.0, 0.9))
    assert pool.prices[1] == pytest.approx(5430.3, abs=30)
    assert pool.shares[1] == pytest.approx(0.7216, abs=0.005)
    assert best.shares[1] == pytest.approx(0.8811, abs=0.005)
    assert best.surplus - pool.surplus == pytest.approx(199, abs=10)
    with_behavioural = contracts.equilibrium(types, (0.0, 0.9))
    assert with_behavioural.prices[1] == pytest.approx(5382.9, abs=30)
    assert with_behavioural.shares[1] == pytest.approx(0.7291, abs=0.005)


def test_planner_with_prices_alone_puts_everyone_into_the_only_contract() -> None:
    assert contracts.second_best(people_of(0.98), (0.0, 0.9)).mean_coverage == pytest.approx(
        0.9, abs=0.005
    )


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize(("variance", "voluntary", "mandate"), TABLE)
def test_one_pool_reaches_the_authors_mean_coverage(
    run: Run, column: Column, variance: float, voluntary: float, mandate: float, drawn: bool
) -> None:
    people = populations.insurance_menu(people_of(variance, drawn), {"pool": 0.9}, slots=2)
    simulation = run(people, 30)
    captives = people.height - N
    buyers = (column(simulation, "members", 30)[-1] - captives) / N
    assert 0.9 * buyers == pytest.approx(voluntary, abs=0.005)


@pytest.mark.parametrize(("variance", "voluntary", "mandate"), TABLE)
def test_two_compulsory_plans_reach_the_authors_mean_coverage(
    run: Run, column: Column, variance: float, voluntary: float, mandate: float
) -> None:
    from model.plan import Plan

    types = people_of(variance)
    menu = {"low": 0.6, "high": 0.9}
    people = populations.insurance_menu(types, menu)
    plans = [
        Plan(name=name, opening_contribution=float(types.cost(x).mean()))
        for name, x in menu.items()
    ]
    simulation = run(people, 40, plans=plans)
    captives = (people.height - N) / 2
    shares = [(column(simulation, "members", 40, plan=name)[-1] - captives) / N for name in menu]
    assert sum(shares) == pytest.approx(1.0, abs=1e-9)
    assert 0.6 * shares[0] + 0.9 * shares[1] == pytest.approx(mandate, abs=0.005)


def test_pure_pool_has_the_published_price_take_up_and_loss(
    run: Run, column: Column, take_up: Column
) -> None:
    people = populations.insurance_menu(people_of(0.28), {"pool": 0.9}, behavioural=0.0)
    simulation = run(people, 30)
    assert take_up(simulation, "members", 30)[-1] == pytest.approx(0.7216, abs=0.005)
    assert column(simulation, "contribution", 30)[-1] == pytest.approx(5430.3, abs=30)
    assert take_up(simulation, "deadweight_loss", 30)[-1] == pytest.approx(199, abs=10)

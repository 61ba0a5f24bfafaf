"""S1: lemons (Akerlof), no trade (Hendren), separation (Rothschild and Stiglitz)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import populations, screening

if TYPE_CHECKING:
    from conftest import Column, Run

CEILING = 5.0


def test_prices_of_lemons_fall_as_published() -> None:
    assert screening.akerlof_prices(1.5, 3) == pytest.approx([2, 1.5, 1.125, 0.84375])
    assert screening.akerlof_volume(1.5) == 0
    assert screening.akerlof_volume(2.1) == 1


@pytest.mark.parametrize("multiple", [1.5, 2.1])
def test_pool_of_lemons_unravels_unless_buyers_value_quality_twice_as_much(
    run: Run, column: Column, take_up: Column, multiple: float
) -> None:
    """A seller of quality q is a member of cost CEILING - multiple q who values it CEILING - q.

    A member stays while CEILING - q >= contribution, that is while q is within the price
    CEILING - contribution, and that price is then the multiple of the mean quality on offer.
    """
    quality = 2 * populations.quantiles(10_000)
    people = populations.frame(CEILING - multiple * quality, CEILING - quality)
    simulation = run(people, 40)
    price = CEILING - column(simulation, "contribution", 40)
    expected = screening.akerlof_prices(multiple, 41)[1:]
    assert price[:30] == pytest.approx(expected[:30], abs=0.005)
    volume = screening.akerlof_volume(multiple)
    assert take_up(simulation, "members", 40)[-1] == pytest.approx(volume, abs=0.003)


def test_no_contract_trades_below_a_risk_aversion_of_log_two() -> None:
    assert screening.smallest_price_ratio() == pytest.approx(2.0, abs=1e-6)
    assert screening.no_trade(np.log(2) - 0.001)
    assert not screening.no_trade(np.log(2) + 0.001)


@pytest.mark.parametrize("stake", [0.6, 1.0, 2.5])
def test_full_cover_can_fail_where_some_contract_would_trade(
    run: Run, take_up: Column, stake: float
) -> None:
    risk = populations.quantiles(20_000)
    people = populations.frame(risk, np.log1p(risk * np.expm1(stake)) / stake)
    members = take_up(run(people, 60), "members", 60)[-1]
    assert (members > 0.01) == screening.full_cover_pool_trades(stake)
    assert screening.full_cover_pool_trades(stake) <= (not screening.no_trade(stake))


def test_separating_contract_and_its_existence_are_the_published_ones() -> None:
    assert screening.separating_coverage(0.1, 0.3, 2.0) == pytest.approx(0.408546, abs=1e-6)
    assert screening.existence_threshold(0.1, 0.3, 2.0) == pytest.approx(0.243566, abs=1e-6)

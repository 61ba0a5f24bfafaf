"""P9: two plans and a subsidised difference (Cutler and Reber 1998)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from model.theory import populations
from model.theory.plans import TwoPlans

if TYPE_CHECKING:
    from conftest import Column, Run

    from model import Simulation

COLLEGE = TwoPlans()
TABLE = [(0.9, 0.8276), (0.8, 0.6429), (0.7, 0.4444), (0.6, 0.2308), (0.5, 0.0), (0.0, 0.0)]
REFORM = (0.8276, 0.5793, 0.4243, 0.3330, 0.2378, 0.1834)
N = 10_000


def run_plans(
    run: Run, subsidy: float, periods: int, *, share: float = 0.5, kappa: float = 1.0, n: int = N
) -> Simulation:
    from model.plan import Plan

    return run(
        populations.two_plans(n, cutoff=1 - share),
        periods,
        plans=[Plan(name="generous"), Plan(name="basic")],
        difference_subsidy=subsidy,
        attention=kappa,
        awareness=kappa,
    )


@pytest.mark.parametrize(("subsidy", "share"), TABLE)
def test_generous_plan_keeps_the_published_share(
    run: Run, take_up: Column, subsidy: float, share: float
) -> None:
    assert COLLEGE.share_generous(subsidy) == pytest.approx(share, abs=5e-5)
    simulation = run_plans(run, subsidy, 40)
    generous = take_up(simulation, "members", 40, plan="generous")[-1]
    assert generous == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize(("subsidy", "survives"), [(0.48, False), (0.52, True)])
def test_generous_plan_dies_at_half_a_subsidy_although_everyone_belongs_in_it(
    run: Run, take_up: Column, subsidy: float, survives: bool
) -> None:
    assert COLLEGE.critical_subsidy() == pytest.approx(0.5)
    assert COLLEGE.generous_is_efficient()
    generous = take_up(run_plans(run, subsidy, 60), "members", 60, plan="generous")[-1]
    assert generous == pytest.approx(COLLEGE.share_generous(subsidy), abs=0.005)
    assert (generous > 0.01) == survives


def test_nobody_goes_without_cover(run: Run, take_up: Column) -> None:
    simulation = run_plans(run, 0.0, 30)
    basic = take_up(simulation, "members", 30, plan="basic")
    assert basic[-1] == pytest.approx(1.0, abs=0.005)


def test_members_of_the_generous_plan_pay_their_share_of_the_difference(
    run: Run, column: Column
) -> None:
    for subsidy in (0.0, 0.8):
        simulation = run_plans(run, subsidy, 1, share=0.6)
        generous = column(simulation, "contribution", 1, plan="generous")[0]
        basic = column(simulation, "contribution", 1, plan="basic")[0]
        # At the opening the mean sickness is 0.7 in the generous plan and 0.2 in the basic one.
        assert basic == pytest.approx(0.8 * 0.2, abs=1e-4)
        assert generous - basic == pytest.approx((1 - subsidy) * (0.7 - 0.16), abs=1e-4)


def test_last_plan_with_members_has_no_difference_to_subsidise(run: Run, column: Column) -> None:
    simulation = run_plans(run, 0.3, 30)
    assert column(simulation, "members", 30, plan="generous")[-1] == 0
    assert column(simulation, "contribution", 30, plan="basic")[-1] == pytest.approx(0.4, abs=1e-3)


def test_voucher_reform_follows_the_published_path(run: Run, take_up: Column) -> None:
    assert COLLEGE.path(0.8276, 0.0, 0.3, 5) == pytest.approx(REFORM, abs=1e-4)
    simulation = run_plans(run, 0.0, 5, share=0.8276, kappa=0.3, n=200_000)
    generous = take_up(simulation, "members", 5, plan="generous")
    assert generous == pytest.approx(REFORM, abs=0.005)


def test_equal_contribution_halves_the_generous_plan_within_three_rounds(
    run: Run, take_up: Column
) -> None:
    """E2, Harvard: a pattern, not a point; a proportional subsidy of 0.6 lets the plan live."""
    reform = take_up(run_plans(run, 0.0, 3, share=0.8276, kappa=0.3), "members", 3, plan="generous")
    assert reform[3] < 0.5 * reform[0]
    kept = take_up(run_plans(run, 0.6, 40, share=0.8276, kappa=0.3), "members", 40, plan="generous")
    assert kept[-1] == pytest.approx(0.2308, abs=0.02)

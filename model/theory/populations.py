"""People with a known distribution of cost and willingness to pay, as polars frames.

Every builder takes ``rng``. ``None`` puts the people on the midpoints of a quantile grid, which
makes a run with expected claims deterministic; a generator draws them at random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import special

from model.theory.contracts import BEHAVIOURAL, Types

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0  # steps of a rank-1 lattice with low discrepancy
CAPTIVE = 100.0  # worth of cover to people who never leave; the families below cost about 1


def quantiles(n: int, rng: np.random.Generator | None = None) -> Floats:
    """Return ``n`` quantile levels: midpoints of a grid, or sorted uniform draws."""
    if rng is None:
        return (np.arange(n) + 0.5) / n
    return np.sort(rng.random(n))


def frame(cost: Floats, wtp: Floats) -> pl.DataFrame:
    """Return the columns ``expected_cost`` and ``willingness_to_pay`` [yuan per period]."""
    return pl.DataFrame({"expected_cost": cost, "willingness_to_pay": wtp})


def uniform(
    n: int, *, risk_premium: float, extra: float = 0.0, rng: np.random.Generator | None = None
) -> pl.DataFrame:
    """Return people with cost U[0, 1] who value cover at ``(1 + risk_premium) cost + extra``."""
    cost = quantiles(n, rng)
    return frame(cost, (1 + risk_premium) * cost + extra)


def exponential(
    n: int, *, risk_premium: float, extra: float = 0.0, rng: np.random.Generator | None = None
) -> pl.DataFrame:
    """Return people with cost Exp(mean 1) who value cover at ``(1 + risk_premium) cost + extra``.

    On the grid each cost is the conditional mean of its quantile cell, not the midpoint, so
    that the infinite tail keeps its weight: the mean is exactly 1.
    """
    if rng is None:
        edges = 1 - np.arange(n + 1) / n
        # The integral of -ln(1 - u) over a cell: x - x ln x at the two edges of 1 - u.
        primitive = edges - special.xlogy(edges, edges)
        cost = n * (primitive[:-1] - primitive[1:])
    else:
        cost = -np.log1p(-quantiles(n, rng))
    return frame(cost, (1 + risk_premium) * cost + extra)


def pareto(
    n: int, *, shape: float, risk_premium: float, rng: np.random.Generator | None = None
) -> pl.DataFrame:
    """Return people with cost Pareto(``shape``), smallest cost 1; cell means on the grid."""
    if rng is None:
        edges = 1 - np.arange(n + 1) / n
        power = 1 - 1 / shape
        primitive = edges**power / power
        cost = n * (primitive[:-1] - primitive[1:])
    else:
        cost = (1 - quantiles(n, rng)) ** (-1 / shape)
    return frame(cost, (1 + risk_premium) * cost)


def lognormal_cara(
    n: int,
    *,
    aversion_times_loss: float,
    sigma: float,
    median: float = 0.0015,
    loss: float = 300_000.0,
    rng: np.random.Generator | None = None,
) -> pl.DataFrame:
    """Return people with a lognormal loss probability and the exact CARA value of full cover.

    Parameters
    ----------
    n
        Number of people.
    aversion_times_loss
        Absolute risk aversion times the loss [1].
    sigma
        Standard deviation of the log probability [1].
    median
        Median loss probability per period [1].
    loss
        Loss and benefit [yuan].
    rng
        Random generator; None for the quantile grid.
    """
    probability = median * np.exp(sigma * special.ndtri(quantiles(n, rng)))
    value = np.log1p(probability * np.expm1(aversion_times_loss)) / aversion_times_loss
    return frame(loss * probability, loss * value)


def bivariate_lognormal(
    n: int,
    *,
    correlation: float,
    mean_log_wtp: float = float(np.log(1.5)),
    rng: np.random.Generator | None = None,
) -> pl.DataFrame:
    """Return people whose log cost and log willingness to pay are correlated normals.

    Log cost is standard normal; log willingness to pay has standard deviation 1. Without a
    generator the pairs are a rank-1 lattice in the unit square.
    """
    level = quantiles(n, rng)
    other = (np.arange(n) * GOLDEN + 0.5) % 1.0 if rng is None else rng.random(n)
    z_wtp, z_rest = special.ndtri(level), special.ndtri(np.clip(other, 0.5 / n, 1 - 0.5 / n))
    log_cost = correlation * z_wtp + np.sqrt(1 - correlation**2) * z_rest
    return frame(np.exp(log_cost), np.exp(mean_log_wtp + z_wtp))


def two_type(
    n: int,
    *,
    share_high: float = 0.1,
    cost_high: float = 5.0,
    cost_low: float = 1.0,
    wtp_high: float = 6.0,
    wtp_low: float = 1.4,
) -> pl.DataFrame:
    """Return ``n`` people of whom the first ``share_high`` are high risks."""
    n_high = round(share_high * n)
    counts = [n_high, n - n_high]
    return frame(np.repeat([cost_high, cost_low], counts), np.repeat([wtp_high, wtp_low], counts))


def two_type_with_spread(
    n: int,
    *,
    share_high: float = 0.1,
    cost_high: float = 5.0,
    cost_low: float = 1.0,
    wtp_low: float = 1.8,
    half_width: float = 0.5,
    rng: np.random.Generator | None = None,
) -> pl.DataFrame:
    """Return captive high risks and low risks whose willingness to pay is spread evenly."""
    high = np.arange(n) < round(share_high * n)
    if rng is not None:
        high = rng.random(n) < share_high
    wtp = np.full(n, CAPTIVE)
    level = quantiles(int(n - high.sum()), rng)
    wtp[~high] = wtp_low + half_width * (2 * level - 1)
    return frame(np.where(high, cost_high, cost_low), wtp)


def two_plans(
    n: int,
    *,
    cost_generous: float = 1.0,
    cost_basic: float = 0.8,
    extra_value: float = 0.3,
    cutoff: float = 0.5,
) -> pl.DataFrame:
    """Return people for the two-plan spiral; those sicker than ``cutoff`` start in the generous.

    Sickness is U[0, 1]; everybody keeps some cover, the generous plan is worth
    ``extra_value * sickness`` more than the basic one.
    """
    sickness = quantiles(n)
    return pl.DataFrame(
        {
            "plan": np.where(sickness >= cutoff, "generous", "basic"),
            "expected_cost_generous": cost_generous * sickness,
            "expected_cost_basic": cost_basic * sickness,
            "willingness_to_pay_generous": 10.0 + extra_value * sickness,
            "willingness_to_pay_basic": np.full(n, 10.0),  # above any price: nobody goes without
        }
    )


def linear_market(
    n: int,
    *,
    demand: tuple[float, float] = (0.940, -0.00070),
    average_cost: tuple[float, float] = (391.690, 0.155),
) -> pl.DataFrame:
    """Return people whose demand and average cost are the two given straight lines in price.

    ``demand`` is the (intercept, slope) of take-up, ``average_cost`` that of AC(p). The cost of
    the person at the margin is ``MC(p) = AC(p) + AC' D(p) / D'``. People beyond the intercept
    of demand would take cover only at a negative price; their willingness to pay is 0.
    """
    (d0, d1), (a0, a1) = demand, average_cost
    take_up = quantiles(n)
    price = (take_up - d0) / d1
    return frame(a0 + a1 * price + a1 * take_up / d1, np.maximum(price, 0.0))


def insurance_menu(
    people: Types,
    menu: dict[str, float],
    *,
    behavioural: float = BEHAVIOURAL,
    slots: int | None = None,
) -> pl.DataFrame:
    """Return types facing a menu of named contracts, and zero-cost people captive to each one.

    Everybody starts in the last contract. With more than one contract, cover is compulsory: a
    large sum is added to the value of each, which leaves the choice among them unchanged.

    Parameters
    ----------
    people
        The types.
    menu
        Coverage by name of plan, ascending [1].
    behavioural
        Total mass of captive people relative to the types [1].
    slots
        Contracts over which that mass is spread, those without a plan (no cover) included;
        None for the size of the menu.
    """
    n = len(people.aversion)
    captives = round(behavioural * n / (slots or len(menu)))
    compulsion = 0.0 if len(menu) == 1 else 2.0**18
    names = list(menu)
    columns: dict[str, object] = {
        "plan": [names[-1]] * n + [name for name in names for _ in range(captives)]
    }
    for name, coverage in menu.items():
        own = np.repeat([other == name for other in names], captives)
        suffix = f"_{name}" if len(menu) > 1 else ""
        columns[f"expected_cost{suffix}"] = np.append(people.cost(coverage), np.zeros(len(own)))
        columns[f"willingness_to_pay{suffix}"] = np.append(
            people.value(coverage) + compulsion, np.where(own, 2.0**19, 0.0)
        )
    return pl.DataFrame(columns)

"""Measures: what is known of each period and plan, as a frame with named columns and units."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents import ledger
from agents import tallies as t
from agents.causes import CAUSE_NAMES, CHOSEN
from agents.record import FEE, FLAT, SLOPE
from model.selection import split_change

if TYPE_CHECKING:
    from model.looks import Looks

Array = np.ndarray[Any, Any]

COLUMNS: dict[str, tuple[str, str]] = {
    "period": ("periods", "0 is the opening, t the end of period t"),
    "date": ("date", "day on which the period ends, if the scenario has a start date"),
    "plan": ("name", "the plan"),
    "open": ("yes or no", "whether the plan exists at the end of the period"),
    "members": ("people", "waiting and covered"),
    "waiting": ("people", "members in their waiting period"),
    "joined": ("people", "entries this period"),
    "lapsed": ("people", "exits by choice this period"),
    **{f"left_{cause}": ("people", f"exits this period, cause: {cause}") for cause in CAUSE_NAMES},
    "eligible": ("people", "members and those the plan would take in"),
    "take_up": ("1", "members ÷ eligible"),
    "insured": ("people", "hold commercial insurance instead"),
    "contribution": ("yuan per member per period", "paid on average; row 0: announced"),
    "contribution_year": ("yuan per member per year", "paid over the trailing year"),
    "contributions": ("yuan", "paid by all"),
    "benefits": ("yuan", "paid to claimants"),
    "fee": ("yuan", "kept by the operator"),
    "subsidy": ("yuan", "sponsor's planned share"),
    "excess": ("yuan", "left to the sponsor by caps, fixed premiums or lack of payers"),
    "rewards": ("yuan", "paid by the sponsor to who joined for the first time"),
    "sponsor_cost": ("yuan", "all that the sponsor paid, less deposits that it kept"),
    "reserve": ("yuan", "reserve fund at the end"),
    "deposits": ("yuan", "members' deposits at the end"),
    "refunds": ("yuan", "given back: deposits, and at closing contributions and the reserve"),
    "claims": ("cases", "cases that became known"),
    "aided": ("cases", "cases settled this period"),
    "benefits_incurred": ("yuan", "what these cases are entitled to"),
    "outstanding": ("yuan", "entitlements not settled yet"),
    "loss_ratio": ("1", "benefits ÷ (contributions + subsidy)"),
    "mean_age": ("years", "of members"),
    "incidence_members": ("1/year", "mean own incidence of members"),
    "incidence_leavers": ("1/year", "of those who chose to leave this period"),
    "incidence_joiners": ("1/year", "of those who joined this period"),
    "incidence_eligible": ("1/year", "of the eligible"),
    "selection_ratio": ("1", "incidence of members ÷ of the eligible"),
    "expected_cost": ("yuan per member per period", "mean expected cost of members now"),
    **{
        f"still_in_quartile_{q}": ("1", f"members ÷ eligible in risk quartile {q} (4: highest)")
        for q in range(1, 5)
    },
    **{
        f"cross_subsidy_quartile_{q}": ("yuan", f"paid beyond loaded expected cost, quartile {q}")
        for q in range(1, 5)
    },
    **{
        f"cross_subsidy_age_{band}": ("yuan", f"paid beyond loaded expected cost, age {band}")
        for band in t.AGE_BANDS
    },
    "hoover": ("1", "share of contributions that redistribution moves (Hoover index)"),
    "consumer_surplus": ("yuan", "worth of cover less contributions, members"),
    "welfare": ("yuan", "worth of cover less loaded expected cost, members"),
    "first_best": ("yuan", "the same if exactly those gain cover who should"),
    "deadweight_loss": ("yuan", "first best less welfare"),
    "relative_welfare": ("1", "welfare ÷ first best"),
    "sentiment": ("1", "mean of everybody"),
    "assortativity": ("1", "correlation of sentiment over ties, last period's"),
    "ledger_leavers": ("yuan", "change of expected_cost by those who chose to leave"),
    "ledger_joiners": ("yuan", "by those who joined"),
    "ledger_ageing": ("yuan", "by birthdays and ageing out"),
    "ledger_run_off": ("yuan", "by waiting periods ending and selection at entry wearing off"),
    "ledger_luck": ("yuan", "by those whom illness removed"),
    "slope": ("1", "slope of the local map of the contribution; 1 or more tips"),
}
"""Column of a history: unit and meaning."""


def history_of(simulation: Looks) -> pl.DataFrame:
    """Return a run's history: a row a period and plan, columns as in `COLUMNS`."""
    names = [plan.name for plan in simulation.scenario.plans]
    dates = _dates(simulation, simulation.period + 1)
    frames = [
        pl.DataFrame({**columns_of(simulation, k), "date": dates})
        .with_columns(pl.lit(name).alias("plan"))
        .select(*COLUMNS)
        for k, name in enumerate(names)
    ]
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).sort("period", maintain_order=True)


def columns_of(simulation: Looks, k: int) -> dict[str, Array]:
    """Return plan k's numbers, a value a period: `COLUMNS` without ``date`` and ``plan``."""
    scenario, record = simulation.scenario, simulation.record.until(simulation.period)
    mine, everybody, scale = record.totals[:, k], record.totals[:, 0], scenario.persons_per_row
    books, terms = record.books[:, k], record.terms[:, k]
    contribution = np.zeros(len(mine))
    np.divide(
        books[:, ledger.CONTRIBUTIONS],
        books[:, ledger.PAYERS],
        out=contribution,
        where=books[:, ledger.PAYERS] > 0,
    )
    contribution[0] = simulation.opening[k]
    return {
        "period": np.arange(len(mine)),
        "open": record.open[:, k],
        **_counts(mine, everybody, scale),
        "contribution": contribution,
        "contribution_year": _trailing_year(contribution, scenario.period_length),
        **_money(books, scale),
        **_mix(mine),
        **_cross_subsidies(mine, terms, scale),
        **_welfare(mine, terms, scale),
        **_feelings(everybody),
        **split_change(mine),
        "slope": _slope(mine, contribution),
    }


def _ratio(above: Array, below: Array) -> Array:
    """Divide; NaN where there is nothing to divide by."""
    quotient = np.full(above.shape, np.nan)
    np.divide(above, below, out=quotient, where=below != 0)
    return quotient


def _dates(simulation: Looks, n: int) -> pl.Series:
    start, length = simulation.scenario.start_date, simulation.scenario.period_length
    days = (
        []
        if start is None
        else [start + datetime.timedelta(days=round(p * length * 365.25)) for p in range(n)]
    )
    return pl.Series(days or [None] * n, dtype=pl.Date)


def _counts(mine: Array, everybody: Array, scale: float) -> dict[str, Array]:
    causes = {f"left_{name}": mine[:, t.CAUSES + i] * scale for i, name in enumerate(CAUSE_NAMES)}
    lapsed: Array = sum((causes[f"left_{name}"] for name in CHOSEN), np.zeros(len(mine)))
    return {
        "members": mine[:, t.MEMBERS] * scale,
        "waiting": mine[:, t.WAITING_MEMBERS] * scale,
        "joined": mine[:, t.JOINED] * scale,
        "lapsed": lapsed,
        **causes,
        "eligible": mine[:, t.ELIGIBLE] * scale,
        "take_up": _ratio(mine[:, t.MEMBERS], mine[:, t.ELIGIBLE]),
        "insured": everybody[:, t.INSURED] * scale,
    }


_MONEY = {
    "contributions": ledger.CONTRIBUTIONS,
    "benefits": ledger.BENEFITS,
    "fee": ledger.FEE,
    "subsidy": ledger.SUBSIDY,
    "excess": ledger.EXCESS,
    "claims": ledger.CLAIMS,
    "aided": ledger.SETTLED,
    "benefits_incurred": ledger.INCURRED,
    "outstanding": ledger.OUTSTANDING,
    "rewards": ledger.REWARDS,
    "reserve": ledger.RESERVE,
    "deposits": ledger.DEPOSITS,
}
_REFUNDS = (ledger.REFUNDED, ledger.REPAID, ledger.RETURNED)
_SPONSORED = (
    ledger.SUBSIDY,
    ledger.EXCESS,
    ledger.REINSURED,
    ledger.CLOSING,
    ledger.REWARDS,
    ledger.REPAID,
)


def _money(books: Array, scale: float) -> dict[str, Array]:
    income = books[:, ledger.CONTRIBUTIONS] + books[:, ledger.SUBSIDY]
    sponsored = books[:, _SPONSORED].sum(axis=1) - books[:, ledger.FORFEITED]
    return {
        **{name: books[:, entry] * scale for name, entry in _MONEY.items()},
        "refunds": books[:, _REFUNDS].sum(axis=1) * scale,
        "sponsor_cost": sponsored * scale,
        "loss_ratio": _ratio(books[:, ledger.BENEFITS], income),
    }


def _trailing_year(contribution: Array, period_length: float) -> Array:
    """Return contributions of the last year; the first year counts what there is so far."""
    window = max(round(1 / period_length), 1)
    paid = np.concatenate([[0.0], np.cumsum(contribution[1:])])
    back = np.maximum(np.arange(len(paid)) - window, 0)
    year: Array = paid - paid[back]
    return year / period_length if window == 1 else year


def _mix(mine: Array) -> dict[str, Array]:
    members, eligible = mine[:, t.MEMBERS], mine[:, t.ELIGIBLE]
    of_members = _ratio(mine[:, t.INCIDENCE], members)
    of_eligible = _ratio(mine[:, t.ELIGIBLE_INCIDENCE], eligible)
    return {
        "mean_age": _ratio(mine[:, t.AGE], members),
        "incidence_members": of_members,
        "incidence_leavers": _ratio(mine[:, t.LEFT_INCIDENCE], mine[:, t.LEFT_CHOOSING]),
        "incidence_joiners": _ratio(mine[:, t.JOINED_INCIDENCE], mine[:, t.JOINED]),
        "incidence_eligible": of_eligible,
        "selection_ratio": _ratio(of_members, of_eligible),
        "expected_cost": _ratio(mine[:, t.COST], members),
    }


def _cells(mine: Array) -> Array:
    """Return the cells, shape (periods, age bands, quartiles, N_IN_CELL)."""
    shape = (len(mine), t.N_BANDS, t.N_QUARTILES, t.N_IN_CELL)
    cells: Array = mine[:, t.CELLS :].reshape(shape)
    return cells


def _cross_subsidies(mine: Array, terms: Array, scale: float) -> dict[str, Array]:
    """Return what groups of members pay beyond their loaded expected cost at today's prices."""
    cells = _cells(mine)
    flat, slope, fee = (terms[:, column, None, None] for column in (FLAT, SLOPE, FEE))
    gap = (flat * cells[..., 3] + slope * cells[..., 4] - (1 + fee) * cells[..., 1]) * scale
    members, eligible = cells[..., 0].sum(axis=1), cells[..., 2].sum(axis=1)
    still_in = _ratio(members, eligible)
    quartiles, bands = gap.sum(axis=1), gap.sum(axis=2)
    return {
        **{f"still_in_quartile_{q + 1}": still_in[:, q] for q in range(t.N_QUARTILES)},
        **{f"cross_subsidy_quartile_{q + 1}": quartiles[:, q] for q in range(t.N_QUARTILES)},
        **{f"cross_subsidy_age_{name}": bands[:, b] for b, name in enumerate(t.AGE_BANDS)},
        "hoover": _ratio(mine[:, t.GAPS], 2 * mine[:, t.COST]),
    }


def _welfare(mine: Array, terms: Array, scale: float) -> dict[str, Array]:
    paid = terms[:, FLAT] * mine[:, t.PAYING] + terms[:, SLOPE] * mine[:, t.INDEX]
    welfare = mine[:, t.WORTH] - (1 + terms[:, FEE]) * mine[:, t.FULL_COST]
    first_best = mine[:, t.FIRST_BEST]
    return {
        "consumer_surplus": (mine[:, t.WORTH] - paid) * scale,
        "welfare": welfare * scale,
        "first_best": first_best * scale,
        "deadweight_loss": (first_best - welfare) * scale,
        "relative_welfare": _ratio(welfare, first_best),
    }


def _feelings(everybody: Array) -> dict[str, Array]:
    ends = everybody[:, t.TIE_ENDS]
    mean = _ratio(everybody[:, t.TIE_SUM], ends)
    variance = _ratio(everybody[:, t.TIE_SQUARES], ends) - mean**2
    covariance = _ratio(everybody[:, t.TIE_PRODUCTS], ends) - mean**2
    uniform = variance <= 1e-12
    return {
        "sentiment": _ratio(everybody[:, t.SENTIMENT], everybody[:, t.PEOPLE]),
        "assortativity": np.where(uniform, np.nan, _ratio(covariance, variance)),
    }


def _slope(mine: Array, contribution: Array) -> Array:
    """Return the slope of the local map at the contribution that was just settled.

    Φ(p) is the contribution that follows if p is announced: proportional to the mean cost of
    those who want the plan at p. Φ′ = p · d ln E[cost | wants] / dp.
    """
    mean = _ratio(mine[:, t.STAYING_COST], mine[:, t.STAYING])
    spread = mine[:, t.LEANING_COST] - mean * mine[:, t.LEANING]
    slope: Array = contribution * _ratio(spread, mine[:, t.STAYING] * mean)
    return slope

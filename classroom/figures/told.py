"""What figures say alike: periods, numbers of people, plans, and of how many a run is."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import axis
from classroom.period_words import moment_of, period_key
from model.plan_files import plan_file, plan_names
from model.sentences import people_en, people_zh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]
_DAYS_OF_A_YEAR = 365.25
MANY = 1_000_000


def of_run(view: View, words: Words) -> str:
    """Say of how many people and which luck a run is."""
    n, each = view.scenario.n_people, view.scenario.persons_per_row
    which = "run" if each == 1 else "run_scaled"
    return words(f"figures.{which}", n=f"{n:,}", each=f"{each:,.4g}", seed=view.seed)


def people(count: float, words: Words) -> str:
    """Write a number of people."""
    return people_zh(count) if words.language == "zh" else people_en(count)


def moment(view: View, period: int, words: Words) -> str:
    """Name a period at the beginning of a sentence: Month 48."""
    name = moment_of(view.scenario, period, words)
    return name[0].upper() + name[1:]


def clock(view: View, words: Words) -> str:
    """Return what the time axis counts: months."""
    return words(f"figures.clock.{period_key(view.scenario)}")


def yuan(view: View, words: Words) -> str:
    """Return the unit of an amount of all for a period: yuan a month."""
    return words(f"periods.{period_key(view.scenario)}.each")


def yuan_each(view: View, words: Words) -> str:
    """Return the unit of an amount of each member for a period."""
    return words("figures.per_member", each=yuan(view, words))


def under_pointer(view: View, words: Words) -> str:
    """Return how the pointer names a period."""
    name = words(f"periods.{period_key(view.scenario)}.at", n="%{x}")
    return f"<b>{name[0].upper()}{name[1:]}</b><br>"


def time_axis(view: View, words: Words) -> dict[str, Any]:
    """Return the time axis: from the opening to the horizon, in years if the run has dates."""
    scenario = view.scenario
    spare = 0.015 * scenario.n_periods
    ends = axis(clock(view, words), -spare, scenario.n_periods + spare)
    if scenario.start_date is None:
        return ends
    periods, names = _years(scenario.start_date, scenario.period_length, scenario.n_periods)
    return ends | {"title": {"text": ""}, "tickvals": periods, "ticktext": names}


@functools.lru_cache(maxsize=64)
def _years(
    start: datetime.date, length: float, n_periods: int
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return the periods at which years begin, and the years."""
    last = start.year + int(n_periods * length) + 1
    begins = {
        year: (datetime.date(year, 1, 1) - start).days / _DAYS_OF_A_YEAR / length
        for year in range(start.year, min(last, datetime.MAXYEAR) + 1)
    }
    seen = {year: at for year, at in begins.items() if -0.5 <= at <= n_periods}
    return tuple(seen.values()), tuple(f"{year}" for year in seen)


def amounts(
    what: str, unit: str, low: float, high: float, words: Words, ticks: int = 6
) -> dict[str, Any]:
    """Return an upright axis of numbers of people or of money, in millions if they are many."""
    ends = axis(f"{what} [{unit}]", low, high)
    if high < MANY:
        return ends
    large = 1e4 if words.language == "zh" else 1e6
    step = (high - low) / ticks
    power = 10.0 ** np.floor(np.log10(step))
    step = power * next(round_one for round_one in (1, 2, 5, 10) if round_one * power >= step)
    at = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    unit = words("figures.many", unit=unit)
    ends["title"]["text"] = f"{what} [{unit}]"
    return ends | {
        "tickvals": at,
        "ticktext": [f"{tick / large:,.4g}".replace("-", "−") for tick in at.tolist()],
    }


def of_plan(view: View, words: Words) -> list[str]:
    """Say of which plan a figure is, if there are several."""
    titles = plan_titles(view, words)
    return [words("figures.of_plan", plan=titles[0])] if len(titles) > 1 else []


def plan_titles(view: View, words: Words) -> list[str]:
    """Return what the plans of a run are called."""
    return [_title(plan.name, words.language) for plan in view.scenario.plans]


@functools.cache
def _title(name: str, language: str) -> str:
    if name not in plan_names():
        return name
    file = plan_file(name)
    return file.title_zh if language == "zh" else file.title


def all_plans(view: View, name: str) -> Array:
    """Return a column summed over the plans."""
    total: Array = np.sum([columns[name] for columns in view.plans], axis=0)
    return total


def scale_of(view: View, among: Sequence[View]) -> Sequence[View]:
    """Return the views that share a scale: those named, or the view alone."""
    return among or (view,)


def while_alive(columns: dict[str, Array], name: str) -> Array:
    """Return a column as long as anybody paid, not a number after that."""
    members = columns["members"]
    payers = np.maximum(members, np.concatenate([members[:1], members[:-1]]))
    alive: Array = np.where(payers > 0, columns[name], np.nan)
    return alive


def over_a_year(view: View, values: Array) -> Array:
    """Return means of what is a number over the last year, or since the opening; row 0 as it is."""
    window = max(round(1 / view.scenario.period_length), 1)
    known = np.isfinite(values[1:])
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values[1:], 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    now = np.arange(1, values.size)
    first = np.maximum(now - window, 0)
    n = count[now] - count[first]
    means = np.full(n.shape, np.nan)
    np.divide(total[now] - total[first], n, out=means, where=n > 0)
    return np.concatenate([values[:1], means])

"""Sliders: the values at which a control stops.

What is allowed reaches further, often too far to aim at; any other value can be typed.
"""

from __future__ import annotations

import itertools
import math
from decimal import Decimal

from classroom.controls.kinds import WHOLE, Kind, kind_of

# Lower end, upper end and step, in the unit of the page: percent for a share.
RANGES: dict[str, tuple[float, float, float]] = {
    "age_max": (0, 100, 1),
    "age_min": (0, 100, 1),
    "age_mode": (0, 100, 1),
    "attention_to_change": (0, 3, 0.1),
    "attention_to_news": (0, 3, 0.1),
    "awareness": (0, 50, 1),
    "awareness_from_neighbours": (0, 50, 1),
    "case_cap": (10, 500, 10),
    "choice_noise": (0, 50, 1),
    "closes": (6, 120, 6),
    "closes_below": (0, 10_000, 200),
    "disadvantage_aversion": (0, 5, 0.1),
    "entry_age_max": (0, 100, 1),
    "entry_age_min": (0, 100, 1),
    "exit_age": (0, 121, 1),
    "fairness_concern_sd": (0, 2, 0.1),
    "family_size": (1, 10, 1),
    "fee": (0, 200, 2),
    "frailty_sd": (0, 2, 0.1),
    "free_periods_at_closing": (0, 24, 1),
    "hassle_of_joining": (0, 100, 5),
    "hassle_of_leaving": (0, 100, 5),
    "incidence_level": (0, 5, 0.1),
    "income_elasticity": (0, 2, 0.1),
    "income_median": (20_000, 200_000, 5_000),
    "income_reference": (20_000, 200_000, 5_000),
    "income_sd": (0, 2, 0.1),
    "initial_tenure": (1, 60, 1),
    "insurer_benefit": (50_000, 1_000_000, 50_000),
    "insurer_loss_ratio": (10, 120, 5),
    "joining_reward": (0, 500, 10),
    "loss_aversion": (0, 3, 0.1),
    "loyalty": (0, 200, 10),
    "loyalty_years": (1, 20, 1),
    "marketing_periods": (0, 60, 1),
    "n_neighbours": (0, 30, 1),
    "n_periods": (12, 240, 12),
    "newcomers": (0, 50, 1),
    "news_weight": (0, 5, 0.1),
    "one_off_weight": (0, 20, 1),
    "opening_contribution": (0, 200, 5),
    "opens": (0, 60, 1),
    "penalty_for_none": (0, 200, 5),
    "perception_noise": (0, 2, 0.1),
    "price_sensitivity": (0, 5, 0.1),
    "price_sensitivity_sd": (0, 2, 0.1),
    "reserve_full": (0, 1000, 20),
    "reserve_loading": (0, 100, 5),
    "retention": (0, 200, 5),
    "risk_aversion": (0, 20, 0.5),
    "risk_aversion_sd": (0, 2, 0.1),
    "risk_premium": (0, 300, 10),
    "select_years": (0, 10, 0.5),
    "sentiment_value": (0, 200, 5),
    "target_loss_ratio": (10, 120, 5),
    "term": (1, 36, 1),
    "waiting_period": (0, 24, 1),
    "year_cap_years": (0, 20, 1),
}
# Stops that are not evenly spaced.
LISTS: dict[str, tuple[float, ...]] = {
    "n_people": (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
    "period_length": (1 / 52, 1 / 24, 1 / 12, 1 / 4, 1 / 2, 1),
    "population_represented": (1e5, 1e6, 1e7, 3e7, 1e8, 1.5e8, 3e8, 1e9),
}


def stops(name: str, own: float | None) -> tuple[float, ...]:
    """Return where a number's slider stops, rising; none if it has no bounds that one could show.

    Parameters
    ----------
    name : str
        A number's name.
    own : float or None
        A value that is to be among the stops.
    """
    kind = kind_of(name)
    evenly = [*LISTS[name]] if name in LISTS else _evenly(name, kind, own)
    inside = [stop for stop in evenly if kind.low <= stop <= kind.high]
    if own is None:
        return tuple(inside)
    gap = min((b - a for a, b in itertools.pairwise(inside)), default=0.0)
    # The own value replaces a neighbour that could not be told from it.
    return tuple(sorted({own, *(stop for stop in inside if abs(stop - own) > gap / 4)}))


def _evenly(name: str, kind: Kind, own: float | None) -> list[float]:
    low, high, step = RANGES.get(name) or _range(kind, own)
    scaled = (
        Decimal(str(low)) + i * Decimal(str(step)) for i in range(round((high - low) / step) + 1)
    )
    exact = [value.scaleb(-kind.power) for value in scaled]
    return [int(value) if kind.name == WHOLE else float(value) for value in exact]


def _range(kind: Kind, own: float | None) -> tuple[float, float, float]:
    """Return a slider for a number that nobody has said one for."""
    scale, width = 10**kind.power, kind.high - kind.low
    if width <= 2:
        parts = 20 if width <= 1 else 10
        low, high = math.ceil(kind.low * parts) / parts, math.floor(kind.high * parts) / parts
        return low * scale, high * scale, scale / parts
    reach = 10.0 ** math.ceil(math.log10(max(4 * abs(own or 0), 10)))
    high = min(kind.high, reach) * scale
    return max(kind.low * scale, 0.0), high, high / 10 if kind.name == WHOLE else high / 20

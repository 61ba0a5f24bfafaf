"""What factors and measures are called on a figure: words, unit, meaning."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.parameters import number, shown

if TYPE_CHECKING:
    import polars as pl

    from experiments.sweeps.experiment import Experiment
    from model import Scenario

_FAMILY = re.compile(r"(.+)_(age|quartile)_(.+)")


@dataclass(frozen=True)
class Words:
    """A quantity as a figure names it."""

    name: str
    label: str
    unit: str
    meaning: str

    @property
    def axis(self) -> str:
        """The title of an axis: words and unit."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label

    def at(self, value: Any) -> str:
        """Name one of its values, with the unit if it is not a pure number."""
        unit = self.unit if self.unit != "1" and not isinstance(value, str | None) else ""
        return " ".join(filter(None, (self.label, value_words(value), unit)))


def measure_words(name: str) -> Words:
    """Return the words of an outcome, or of a recorded column of the history."""
    from experiments.sweeps.outcomes import OUTCOMES, SWITCH
    from model.metrics import COLUMNS

    unit, meaning = OUTCOMES[name] if name in OUTCOMES else COLUMNS[name]
    if unit == SWITCH:
        return Words(name, f"Share of runs that {_done(name)}", "%", meaning)
    return Words(name, plain(name).capitalize(), unit, meaning)


def is_share(name: str) -> bool:
    """Tell whether an outcome is yes or no, so that its mean is a share of the runs."""
    from experiments.sweeps.outcomes import OUTCOMES, SWITCH

    return OUTCOMES.get(name, ("",))[0] == SWITCH


def factor_words(name: str) -> Words:
    """Return the words of a factor: a parameter, a plan's rule, ``plan.rule`` or ``preset``."""
    from experiments.sweeps.factors import field_of
    from model.quantities import unit_of

    plan, _, rule = name.rpartition(".")
    field = field_of(name)
    label = plain(rule).capitalize() + (f", plan {plan}" if plan else "")
    if field is None:
        meaning = "row of the table" if name == "label" else "the scenario that points depart from"
        return Words(name, "" if name == "label" else label, "", meaning)
    return Words(name, label, unit_of(field), field.description or "")


def scenario_of(experiment: Experiment) -> Scenario:
    """Return the scenario that points depart from; the first possible point if it is impossible."""
    from agents.errors import ScenarioError

    try:
        return experiment.base.scenario
    except ScenarioError:
        for point in range(experiment.n_points):
            with contextlib.suppress(ScenarioError):
                return experiment.scenario_at(point)
        raise


def base_value(name: str, experiment: Experiment) -> str:
    """Write a factor's value in the scenario that points depart from."""
    if name == "preset":
        return experiment.scenario
    scenario, (plan, _, rule) = scenario_of(experiment), name.rpartition(".")
    if not plan and rule in type(scenario).model_fields:
        return shown(getattr(scenario, rule))
    values = [shown(getattr(p, rule)) for p in scenario.plans if plan in ("", p.name)]
    return values[0] if len(set(values)) == 1 else "differs by plan"


def family_of(name: str) -> tuple[str, str, str] | None:
    """Split a measure of one group of people: what it measures, by what, and which group.

    Returns
    -------
    tuple of str or None
        Such as ("kept", "quartile", "1") or ("total_cross_subsidy", "age", "30s"); None for a
        measure of everybody.
    """
    found = _FAMILY.fullmatch(name)
    return (found[1], found[2], found[3]) if found else None


def family_label(name: str) -> str:
    """Name a measure of groups of people without the group, or a measure of everybody."""
    family = family_of(name)
    if family is None:
        return measure_words(name).label
    stem, by, _ = family
    what = {"kept": "Final take-up"}.get(stem, plain(stem).capitalize())
    return f"{what} by {'age' if by == 'age' else 'risk quartile'}"


def plain(name: str) -> str:
    """Write a name as words."""
    counted = f"number of {name[2:]}" if name.startswith("n_") else name
    return counted.replace("_", " ")


def value_words(value: Any) -> str:
    """Write a factor's value for a legend, a tick or a table."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return number(float(f"{value:.4g}")).replace("-", "−")
    if isinstance(value, str) and value.startswith("[["):  # a schedule, as a table has it
        return shown(json.loads(value))
    return plain(str(value))


def amount(value: float | None) -> str:
    """Write a result with three significant digits; a dash for what is not known."""
    if value is None or value != value:
        return "–"
    for least, factor, word in ((999.5e6, 1e9, " billion"), (999.5e3, 1e6, " million")):
        if abs(value) >= least:
            return f"{value / factor:.3g}{word}"
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def percent(share: float | None) -> str:
    """Write a share as a percentage; a dash for what is not known."""
    if share is None or share != share:
        return "–"
    text = f"{100 * share:.1f}" if 0 < share < 0.1 or 0.9 < share < 1 else f"{100 * share:.0f}"
    return f"{text.removesuffix('.0')} %"


def measured(name: str, value: float | None) -> str:
    """Write a value of a measure: a percentage if it is a share of runs, else a number."""
    return percent(value) if is_share(name) else amount(value)


def spread(name: str, row: dict[str, Any]) -> str:
    """Write a value with its interval: ``40 % (22 to 61)``."""
    value = measured(name, row["value"])
    if row["low"] is None or row["high"] is None:
        return f"{value} (no interval: n = {row['n']:,})"
    low, high = (measured(name, row[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{value} ({low} to {high})"


_BANDS = {
    "share, Wilson": "{} interval of the share (Wilson)",
    "mean, t": "{} interval of the mean (Student)",
}


def band_words(table: pl.DataFrame) -> str:
    """Say what the intervals of a summary are, in the words of a reader."""
    kinds = table["kind"].drop_nulls().unique(maintain_order=True).to_list()
    return "; ".join(_band(kind) for kind in kinds)


def _band(kind: str) -> str:
    for known, words in _BANDS.items():
        if kind.startswith(known):
            level, _, remark = kind.removeprefix(known).strip().partition(" %")
            return words.format(f"{level} %") + remark
    return kind


def meanings(names: Iterable[str]) -> str:
    """Say what measures are, a sentence each, where their name does not say it."""
    found = {}
    for name in names:
        family, words = family_of(name), measure_words(name)
        label = words.label if family is None else family_label(name)
        found[label] = words.meaning if family is None else words.meaning.rpartition(", ")[0]
    return " ".join(f"{label}: {meaning}." for label, meaning in found.items())


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def wrapped(text: str, width: int) -> str:
    """Break a text into lines, as figures want them."""
    import textwrap

    return "<br>".join(textwrap.wrap(text, width, break_long_words=False))


def one_or_range(counts: Iterable[int]) -> str:
    """Write counts: ``20`` if all are the same, or ``18 to 20``."""
    seen = sorted(set(counts))
    if not seen:
        return "0"
    return f"{seen[0]:,}" if len(seen) == 1 else f"{seen[0]:,} to {seen[-1]:,}"


def _done(name: str) -> str:
    return {"collapsed": "collapsed", "closed": "closed by their own rule"}.get(name, plain(name))

"""Checks of a design, of what is recorded and of the figures of an experiment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from experiments.sweep_report.kinds import complaints_about
from experiments.sweeps.designs import SAMPLED, Design, number_of_points
from experiments.sweeps.factors import PRESET, Factor, cell_of, field_of, is_number, is_whole
from experiments.sweeps.faults import Faults, Key, unknown
from experiments.sweeps.outcomes import OUTCOMES, SERIES_BY_DEFAULT
from model.metrics import COLUMNS

MOST_RUNS = 10_000_000
_OWN_KEYS = {
    "samples": SAMPLED,
    "second_order": ("saltelli",),
    "levels": ("morris",),
    "seed": SAMPLED,
    "rows": ("table",),
    "file": ("table",),
}
SERIES = tuple(name for name in COLUMNS if name not in ("period", "date", "plan"))
"""Columns of the history that a sweep can keep."""


def check_design(values: dict[str, Any], faults: Faults) -> None:
    """Check that a design has what it needs, and that its size can be."""
    given = values.get("design", {})
    try:
        design = Design.model_validate(given)
    except ValidationError:
        return
    factors = values.get("factors", {})
    factors = factors if isinstance(factors, dict) else {}
    _check_keys(design, given, faults)
    _check_sizes(design, faults)
    for name, factor in factors.items():
        if isinstance(factor, Factor):
            _check_factor(design, name, factor, faults)
    if design.kind == "table" and factors:
        faults.add(("factors",), "[factors] a table has rows in their place; leave one out")
    elif design.kind != "table" and values.get("factors", {}) == {}:
        sentence = "[factors] are missing: say what is varied, such as fee = [0.0, 0.1]"
        faults.add(("factors",), sentence)
    replicates = values.get("replicates", 1)
    ready = all(isinstance(factor, Factor) for factor in factors.values())
    if ready and not faults.found and isinstance(replicates, int):
        n_runs = number_of_points(design, factors) * replicates
        if n_runs > MOST_RUNS:
            faults.add(
                ("replicates",),
                f"the experiment has {n_runs:,} runs; at most {MOST_RUNS:,} are supported: "
                "lower replicates, steps or samples",
            )


def _check_keys(design: Design, given: dict[str, Any], faults: Faults) -> None:
    for key in given:
        if key in _OWN_KEYS and design.kind not in _OWN_KEYS[key]:
            kinds = ", ".join(_OWN_KEYS[key])
            sentence = f"[design] {key} says nothing to a {design.kind} design, only to {kinds}"
            faults.add(("design", key), sentence)


def _check_sizes(design: Design, faults: Faults) -> None:
    kind, samples = design.kind, design.samples
    if kind in SAMPLED and samples is None:
        faults.add(("design",), f"[design] samples is missing: say how many, for {kind}")
    elif kind in ("sobol", "saltelli") and samples is not None and samples & (samples - 1):
        low = 1 << (samples.bit_length() - 1)
        sentence = f"[design] samples = {samples} must be a power of two for {kind}"
        faults.add(("design", "samples"), f"{sentence}, such as {low} or {2 * low}")
    if kind == "morris" and design.levels % 2:
        sentence = f"[design] levels = {design.levels} must be even, such as 4"
        faults.add(("design", "levels"), sentence)
    if kind == "table" and not design.rows and design.file is None:
        faults.add(("design",), "[design] rows are missing: a table needs rows, or a file of them")
    labels = Counter(str(row["label"]) for row in design.rows or [] if "label" in row)
    for label, times in labels.items():
        if times > 1:
            sentence = f"[design] {times} rows have the label {label!r}; rename all but one"
            faults.add(("design", "rows"), sentence)


def _check_list(key: Key, name: str, factor: Factor, faults: Faults) -> None:
    values = factor.values or []
    if not values:
        faults.add(key, f"[factors] {name} has no values; list at least one")
    if factor.model_fields_set - {"values"}:
        faults.add(key, f"[factors] {name} has listed values and ends; leave one of them out")
    for value, times in Counter(str(cell_of(value)) for value in values).items():
        if times > 1:
            faults.add(key, f"[factors] {name} lists {value} {times} times; leave one of them")


def _check_factor(design: Design, name: str, factor: Factor, faults: Faults) -> None:
    key = ("factors", name)
    if factor.values is not None:
        _check_list(key, name, factor, faults)
        return
    if field_of(name) is None and name != PRESET:
        return  # nobody knows it, which is said elsewhere
    if not is_number(name):
        faults.add(key, f"[factors] {name} has no lowest and highest value; list its values")
        return
    if factor.low is None or factor.high is None:
        faults.add(key, f"[factors] {name} needs low and high, or a list of values")
        return
    if factor.low >= factor.high:
        sentence = f"[factors] {name}.low = {factor.low:g} must be below high = {factor.high:g}"
        faults.add((*key, "low"), sentence)
    elif factor.scale == "log" and factor.low <= 0:
        sentence = f"[factors] {name}.low = {factor.low:g} must be positive on a log scale"
        faults.add((*key, "low"), sentence)
    elif factor.steps is not None:
        values = factor.spaced(is_whole(name))
        if len(set(values)) < len(values):
            faults.add(
                (*key, "steps"),
                f"[factors] {name}.steps = {factor.steps} is too many: only "
                f"{len(set(values))} of the values differ",
            )
    if factor.steps is None and design.kind not in SAMPLED:
        faults.add(key, f"[factors] {name}.steps is missing: say how many values")


def check_record(values: dict[str, Any], faults: Faults) -> None:
    """Check that what is to be recorded exists."""
    for name in _recorded(values):
        if name not in SERIES:
            sentence = f"[record] {unknown(name, SERIES, 'series')}"
            faults.add(("record", "series"), sentence)


def check_figures(values: dict[str, Any], names: Collection[str], faults: Faults) -> None:
    """Check that figures show what there is.

    Parameters
    ----------
    values : dict
        The keys of the experiment.
    names : collection of str
        What is varied, with ``label`` for a table.
    """
    figures = values.get("figure")
    series = [name for name in _recorded(values) if name in SERIES]
    for number, figure in enumerate(figures if isinstance(figures, list) else []):
        if isinstance(figure, dict) and isinstance(figure.get("kind"), str):
            options = {key: value for key, value in figure.items() if key != "kind"}
            for sentence in complaints_about(figure["kind"], options, names, OUTCOMES, series):
                faults.add(("figure", number), f"[[figure]] {number + 1}: {sentence}")


def _recorded(values: dict[str, Any]) -> list[Any]:
    record = values.get("record", {})
    wanted = record.get("series", True) if isinstance(record, dict) else []
    if isinstance(wanted, bool):
        return list(SERIES_BY_DEFAULT) if wanted else []
    return wanted if isinstance(wanted, list) else []

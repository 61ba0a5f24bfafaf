"""Figures of what an analysis found: which factors matter, and where cases lie."""

from __future__ import annotations

from typing import Any

import polars as pl

from experiments.sweep_report import figures, figures_box
from experiments.sweep_report.builders_parts import key_of, what_of
from experiments.sweep_report.defaults import SHARE
from experiments.sweep_report.drawings import Drawing, Panel, Source
from experiments.sweep_report.kinds import measures_of
from experiments.sweep_report.words import Words, meanings, measure_words, percent, plain

_MOST_FACTORS = 15
_INDICES = {
    "first": "first order (the factor alone)",
    "total": "total (with its interactions)",
    "mu star": "μ*: mean size of the effect",
    "mu": "μ: mean effect, with its sign",
    "sigma": "σ: spread of the effect (interactions, curvature)",
}
_IN_UNITS = ("mu star", "mu", "sigma", "swing")
"""Indices in the unit of the outcome; others are parts of its variance or pure numbers."""


def sensitivity(source: Source) -> Drawing:
    """Draw which factors matter, and how sure that is."""
    from experiments.analysis.sensitivity import sensitivity as answer_of

    names = measures_of(source.options, SHARE)
    panels, tables = [], []
    sentences: list[str] = []
    for name in names:
        answer = answer_of(source.results, name)
        measure = measure_words(name)
        table = _ranked(answer.table).with_columns(measure=pl.col("index"))
        indices = table["index"].unique(maintain_order=True).to_list()
        words = [Words(index, index, _unit(index, measure), "") for index in indices]
        heading = Words(
            "index", f"What moves {_lower(measure.label)}", _unit(indices[0], measure), ""
        )
        legend = [_INDICES.get(index, index) for index in indices]
        rows = table.rename({"factor": "row"})
        figure = figures.dots(rows, words, legend, heading)
        band = "Bar: 95 % interval (bootstrap)"
        note = source.note(f"n = {_runs(source, name):,} runs", band)
        panels.append(Panel(key_of(names, name), measure.label, figure, note))
        tables.append(table.with_columns(outcome=pl.lit(name)))
        fresh = [sentence for sentence in answer.sentences if sentence not in sentences]
        sentences += [f"For {_lower(measure.label)}:"] if sentences and fresh else []
        sentences += fresh
    text = f"{' '.join(sentences)} {meanings(names)}"
    title = f"Which factors matter: {what_of(names).lower()}"
    return Drawing("sensitivity", title, text, panels, pl.concat(tables, how="diagonal_relaxed"))


def _lower(label: str) -> str:
    return f"the {label[0].lower()}{label[1:]}" if label.startswith("Share") else label.lower()


def _unit(index: str, measure: Words) -> str:
    if index not in _IN_UNITS:
        return "1"
    return "1, share of runs" if measure.unit == "%" else measure.unit


def _ranked(table: pl.DataFrame) -> pl.DataFrame:
    """Return the factors that matter most, by their largest index, first to last."""
    size = table.group_by("factor").agg(pl.col("value").abs().max().alias("size"))
    order = size.sort("size", "factor", descending=[True, False]).head(_MOST_FACTORS)
    return order.select("factor").join(table, on="factor", maintain_order="left_right")


def _runs(source: Source, name: str) -> int:
    from experiments.analysis.intervals import known_runs

    return known_runs(source.results.runs, name).height


def box(source: Source) -> Drawing:
    """Draw the region in which cases are most common."""
    from experiments.analysis.conditions import condition
    from experiments.analysis.discovery import discover

    case = condition(str(source.options.get("condition", SHARE)))
    answer = discover(source.results, case)
    title = f"Where runs are {plain(str(case))}"
    if "Boxes" not in answer.more or not answer.table.height:
        return Drawing("box", title, " ".join(answer.sentences), [], answer.table)
    panels = []
    for row in answer.more["Boxes"].iter_rows(named=True):
        limits = answer.table.filter(pl.col("box") == row["box"])
        ranges = {name: _range(source, name) for name in limits["factor"]}
        labels = {name: source.words(name).axis for name in limits["factor"]}
        figure = figures_box.limits_of(limits, ranges, labels)
        note = source.note(_quality(row))
        panels.append(Panel(f"{row['box']}", f"Box {row['box']}", figure, note))
    text = "Dark: the part of each factor's range that lies in the box; pale: the whole range. "
    text += "A factor that is not named may have any value. " + " ".join(answer.sentences)
    return Drawing("box", title, text, panels, answer.table)


def _quality(row: dict[str, Any]) -> str:
    density, coverage = (
        f"{percent(row[name])} ({percent(row[f'{name}_low'])} to {percent(row[f'{name}_high'])})"
        for name in ("density", "coverage")
    )
    size = f"{row['points']:,} points, n = {row['runs']:,} runs"
    return f"{size}; density {density}, coverage {coverage}"


def _range(source: Source, name: str) -> tuple[float, float] | list[str]:
    values = source.results.design[name].drop_nulls()
    if values.dtype.is_numeric():
        known = values.to_numpy()
        return float(known.min()), float(known.max())
    words = {True: "yes", False: "no"}
    return sorted({str(words.get(value, value)) for value in values})

"""Figures over the periods: median and band of recorded columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from experiments.analysis.intervals import AnalysisError
from experiments.parameters import period_name
from experiments.sweep_report import figures
from experiments.sweep_report.builders_parts import (
    MOST_LINES,
    evenly,
    key_of,
    left_out,
    values_of,
    what_of,
)
from experiments.sweep_report.drawings import Drawing, Panel, Source
from experiments.sweep_report.kinds import LABEL, measures_of
from experiments.sweep_report.summaries import BAND, series_bands
from experiments.sweep_report.words import (
    meanings,
    measure_words,
    plain,
    scenario_of,
)

MOST_PANELS = 12
"""Panels of one column, a value each."""


def series(source: Source) -> Drawing:
    """Draw recorded columns over the periods.

    Up to six values of a factor share a panel. More have a panel each if they are names, or if one
    column is drawn; of more numbers, six are drawn.
    """
    names = measures_of(source.options, *source.results.experiment.record.series)
    by = source.options.get("by")
    table = series_bands(source.results, names, by, source.at) if names else pl.DataFrame()
    if not table.height:
        raise AnalysisError("no run of this figure recorded a column over its periods")
    values = [] if by is None else values_of(source, by)
    numeric = by is not None and source.design[by].dtype.is_numeric()
    apart = len(values) > MOST_LINES and (len(names) == 1 or not numeric)
    shown = evenly(values, MOST_PANELS if apart else MOST_LINES)
    if by is not None:
        table = table.filter(pl.col(by).is_in(shown, nulls_equal=True))
    panels = (_apart if apart else _together)(source, table, names, shown)
    low, high = (f"{100 * q:g}" for q in BAND)
    text = (
        f"Line: median of the runs in each period; band: the {low} % and {high} % quantiles of the "
        "runs, so nine runs of ten lie inside. What exists per member only is shown for runs that "
        "still have members."
    )
    text += f"{left_out(by, shown, values)}{source.pooled(by)} {meanings(names)}"
    text += source.meanings(by)
    over = f", by {plain(by)}" if by and by != LABEL else ""
    return Drawing("series", f"{what_of(names)} over time{over}", text, panels, table)


def _together(
    source: Source, table: pl.DataFrame, names: list[str], values: Sequence[Any]
) -> list[Panel]:
    by = source.options.get("by")
    words = None if by is None else source.words(by)
    order = pl.Series(values).to_frame("value") if by is not None else None
    panels = []
    for name in names:
        mine, measure = table.filter(pl.col("measure") == name), measure_words(name)
        if by is not None and order is not None:
            mine = order.rename({"value": by}).join(
                mine, on=by, nulls_equal=True, maintain_order="left_right"
            )
        figure = figures.over_time(mine, measure, _clock(source), words)
        panels.append(Panel(key_of(names, name), measure.label, figure, _note(source, mine)))
    return panels


def _apart(
    source: Source, table: pl.DataFrame, names: list[str], values: Sequence[Any]
) -> list[Panel]:
    by = source.options["by"]
    words = source.words(by)
    panels: list[Panel] = []
    for name in names:
        every = table.filter(pl.col("measure") == name)
        first = every.filter(pl.col(by).eq_missing(values[0])) if by == LABEL else None
        for value in values:
            mine = every.filter(pl.col(by).eq_missing(value))
            drawn = figures.Shared(every, first)
            figure = figures.over_time(mine, measure_words(name), _clock(source), None, drawn)
            title = words.at(value)
            note = _note(source, mine)
            if first is not None:
                note.insert(2, f"Grey: median of “{values[0]}”.")
            panels.append(Panel(f"{len(panels) + 1}", title, figure, note, brief=True))
    return panels


def _note(source: Source, table: pl.DataFrame) -> list[str]:
    low, high = (f"{100 * q:g}" for q in BAND)
    most = int(max(table["n"], default=0))
    band = f"Line: median; band: {low} % to {high} % quantile of the runs"
    return source.note(f"n = up to {most:,} runs a line", band)


def _clock(source: Source) -> str:
    return period_name(scenario_of(source.results.experiment).period_length)

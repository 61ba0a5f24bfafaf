"""How each kind of figure is made from results: aggregate, draw, say in words what is drawn."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from experiments.analysis.intervals import AnalysisError
from experiments.sweep_report import figures
from experiments.sweep_report.builders_analysis import box, sensitivity
from experiments.sweep_report.builders_parts import (
    MOST_LINES,
    key_of,
    named,
    silent,
    summary,
    thinned,
    what_of,
)
from experiments.sweep_report.builders_rows import bars
from experiments.sweep_report.builders_series import series
from experiments.sweep_report.defaults import SHARE
from experiments.sweep_report.drawings import Drawing, Panel, Source
from experiments.sweep_report.figures_map import phase_map
from experiments.sweep_report.figures_parts import counts
from experiments.sweep_report.kinds import LABEL, measures_of
from experiments.sweep_report.summaries import (
    cloud,
    parts_of,
    verdict_shares,
)
from experiments.sweep_report.words import (
    band_words,
    is_share,
    listed,
    meanings,
    measure_words,
    plain,
)


def lines(source: Source) -> Drawing:
    """Draw measures along a factor."""
    x, by = source.options["x"], source.options.get("by")
    words = None if by is None else source.words(by)
    names = measures_of(source.options, SHARE)
    kept, remark = thinned(source, by, MOST_LINES)
    panels, tables = [], []
    for name in names:
        table = summary(kept, [x] if by is None else [by, x], name)
        measure = measure_words(name)
        figure = figures.lines(table, source.words(x), measure, words)
        note = source.note(f"n = {counts(table)} runs a dot", f"Band: {band_words(table)}")
        panels.append(Panel(key_of(names, name), measure.label, figure, note))
        tables.append(named(table, name))
    over = f"{plain(x)}, by {plain(by)}" if by else plain(x)
    title = f"{what_of(names)} over {over}"
    text = "Each dot is the mean of the runs at that value; the band is its 95 % interval."
    text += f"{remark}{source.pooled(x, by)}{silent(kept, names)} {meanings(names)}"
    text += source.meanings(x, by)
    return Drawing("lines", title, text, panels, pl.concat(tables))


def over_two(source: Source) -> Drawing:
    """Draw a map of measures over two factors."""
    x, y = source.options["x"], source.options["y"]
    names = measures_of(source.options, SHARE)
    curves = _boundary(source)
    panels, tables = [], []
    for name in names:
        table = summary(source.runs, [x, y], name)
        measure = measure_words(name)
        figure = phase_map(table, source.words(x), source.words(y), measure, curves)
        band = f"Interval of a cell: {band_words(table)}" if is_share(name) else ""
        note = source.note(f"n = {counts(table)} runs a cell", band)
        panels.append(Panel(key_of(names, name), measure.label, figure, note))
        tables.append(named(table, name))
    text = "Each cell is the mean of the runs at that pair of values."
    if any(map(is_share, names)):
        text += (
            " The black line is where the share is one half; dots mark cells whose 95 % interval "
            "holds one half: on which side they lie is not settled."
        )
    if curves is not None:
        text += f" Red on white: {listed(curves['label'].unique(maintain_order=True).to_list())}."
    text += f"{source.pooled(x, y)}{silent(source.runs, names)} {meanings(names)}"
    text += source.meanings(x, y)
    title = f"{what_of(names)} over {plain(x)} and {plain(y)}"
    return Drawing("map", title, text, panels, pl.concat(tables))


def _boundary(source: Source) -> pl.DataFrame | None:
    name = source.options.get("boundary")
    if name is None:
        return None
    from experiments.sweep_report.boundary import boundary

    curves: pl.DataFrame = boundary(str(name), source.results.experiment)
    return curves


def outcomes(source: Source) -> Drawing:
    """Draw shares of the verdicts along a factor."""
    x = source.options["x"]
    table = verdict_shares(source.runs, x)
    if not table.height:
        raise AnalysisError("no run of this figure is done yet")
    figure = figures.verdicts(table, source.words(x))
    note = source.note(f"n = {counts(table)} runs a bar")
    text = (
        "Each bar is all runs at that value, cut by the verdict on the pool; runs that failed are "
        f"counted too.{source.pooled(x)}{source.meanings(x)}"
    )
    panel = Panel("", "Verdicts", figure, note)
    over = "in each row" if x == LABEL else f"over {plain(x)}"
    return Drawing("outcomes", f"What became of the pools {over}", text, [panel], table)


def scatter(source: Source) -> Drawing:
    """Draw measures against every factor of a sampled design."""
    names = measures_of(source.options, SHARE)
    factors = [n for n in source.results.experiment.factor_names if n not in source.at]
    panels, tables = [], []
    for name in names:
        which = "share (Wilson)" if is_share(name) else "mean (Student)"
        band = f"95 % interval of the {which} over points"
        for factor in factors:
            points, parts = (f(source.runs, factor, name) for f in (cloud, parts_of))
            words, measure = source.words(factor), measure_words(name)
            figure = figures.cloud(points, parts, words, measure)
            note = source.note(f"n = {counts(parts)} points a dark dot", f"Band: {band}")
            title = f"{measure.label} against {plain(factor)}"
            panels.append(Panel(f"{name}-{factor}".replace(".", "-"), title, figure, note))
            cells = pl.col(factor).cast(pl.String).alias("at")
            tables.append(
                named(parts.with_columns(cells, factor=pl.lit(factor)).drop(factor), name)
            )
    text = (
        "Pale dots are points of the design (at most 600, evenly chosen), each the mean of its "
        "replicates. The dark line is the mean over a tenth of the points at a time, or over all "
        "with the same value, whatever the other factors are; the band is its 95 % interval. A "
        f"flat line says that the factor alone does not matter.{source.pooled(*factors)} "
        f"{meanings(names)}"
    )
    return Drawing(
        "scatter", f"{what_of(names)} against each factor", text, panels, pl.concat(tables)
    )


BUILDERS: dict[str, Callable[[Source], Drawing]] = {
    "lines": lines,
    "map": over_two,
    "series": series,
    "bars": bars,
    "scatter": scatter,
    "outcomes": outcomes,
    "sensitivity": sensitivity,
    "box": box,
}
"""Kind of figure: what makes it."""

"""Figures with a row of dots for each point, measure or factor."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from experiments import style
from experiments.analysis.intervals import summary_by
from experiments.sweep_report import figures
from experiments.sweep_report.builders_parts import evenly, left_out, named, silent, what_of
from experiments.sweep_report.defaults import KEPT, SHARE
from experiments.sweep_report.drawings import Drawing, Panel, Source
from experiments.sweep_report.figures_parts import counts
from experiments.sweep_report.kinds import LABEL, measures_of
from experiments.sweep_report.words import (
    Words,
    band_words,
    family_label,
    family_of,
    meanings,
    measure_words,
    plain,
    value_words,
)

MOST_ROWS = 40
"""Rows of a figure of dots."""


def bars(source: Source) -> Drawing:
    """Draw measures of each point beside its name."""
    names = measures_of(source.options, SHARE, KEPT)
    points = source.design.with_columns(row=pl.Series(point_names(source.design), dtype=pl.String))
    shown = points.filter(pl.col("point").is_in(evenly(points["point"].to_list(), MOST_ROWS)))
    remark = left_out("point", shown["point"].to_list(), points["point"].to_list())
    tables = []
    for name in names:
        table = summary_by(source.runs, ["point"], name)
        table = shown.select("point", "row").join(table, on="point", maintain_order="left")
        tables.append(named(table.drop("point"), name))
    table = pl.concat(tables)
    panels = []
    families = _families(names)
    for key, group in families:
        mine = table.filter(pl.col("measure").is_in(group))
        words, heading, legend = _family_words(group)
        figure = figures.dots(mine, words, legend, heading)
        note = source.note(f"n = {counts(mine)} runs a dot", f"Bar: {band_words(mine)}")
        panels.append(Panel(key if len(families) > 1 else "", heading.label, figure, note))
    text = "Each dot is the mean over the replicates, the bar its 95 % interval; rows are in the "
    text += f"order of the design.{remark}{silent(source.runs, names)} {meanings(names)}"
    which = "row" if LABEL in points.columns else "point"
    return Drawing("bars", f"{what_of(names)}, {which} by {which}", text, panels, table)


def point_names(design: pl.DataFrame) -> list[str]:
    """Return a name for every point: its label, or the values of what is varied."""
    if LABEL in design.columns:
        return [str(label) for label in design[LABEL]]
    varied = [n for n in design.columns if n != "point" and design[n].n_unique() > 1]
    if not varied:
        return [f"point {point}" for point in design["point"]]
    rows = design.select(varied).iter_rows(named=True)
    return [", ".join(f"{plain(k)} {value_words(v)}" for k, v in row.items()) for row in rows]


def _families(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Put measures of groups of people together that are the same measure."""
    families: dict[str, list[str]] = {}
    for name in names:
        family = family_of(name)
        families.setdefault("-".join(family[:2]) if family else name, []).append(name)
    return list(families.items())


def _family_words(group: list[str]) -> tuple[list[Words], Words, list[str]]:
    words = [measure_words(name) for name in group]
    family = family_of(group[0])
    if family is None or len(group) == 1:
        return words, words[0], []
    stem, by, _ = family
    known = style.AGE_BANDS if by == "age" else style.QUARTILES
    parts = [found[2] for found in map(family_of, group) if found]
    heading = Words(stem, family_label(group[0]), words[0].unit, "")
    return words, heading, [known[part][0] if part in known else part for part in parts]

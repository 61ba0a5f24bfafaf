"""What the makers of figures share: summaries in the design's order, thinning, headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from experiments.analysis.intervals import AnalysisError, known_runs, summary_by
from experiments.sweep_report.drawings import Source
from experiments.sweep_report.words import family_label, listed, measure_words, plain

MOST_LINES = 6
"""Lines in one figure; of a factor with more values, so many are drawn."""


def summary(runs: pl.DataFrame, by: list[str], name: str) -> pl.DataFrame:
    """Return a measure by factors with its interval, names in the order of the design.

    Raises
    ------
    AnalysisError
        If no run has such an outcome.
    """
    table = summary_by(runs, by, name)
    if not table.height:
        raise AnalysisError(f"no run of this figure has the outcome {name!r} yet")
    return _in_order(table, runs, by)


def _in_order(table: pl.DataFrame, runs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Put names into the order of the design; numbers are in theirs."""
    places = []
    for name in by:
        if table.schema[name].is_numeric():
            places.append(name)
            continue
        first = runs.group_by(name).agg(pl.col("point").min().alias(f"{name} first"))
        table = table.join(first, on=name, how="left", nulls_equal=True)
        places.append(f"{name} first")
    kept = [name for name in table.columns if not name.endswith(" first")]
    return table.sort(places, nulls_last=True).select(kept)


def silent(runs: pl.DataFrame, names: Sequence[str]) -> str:
    """Say how many runs went well and yet have nothing to say about a measure."""
    going = runs.filter(pl.col("status") == "ok")
    empty = {name: known_runs(going, name).height - going.height for name in names}
    return "".join(
        f" {measure_words(name).label}: {-missing:,} of {going.height:,} runs have none and are "
        "left out."
        for name, missing in empty.items()
        if missing
    )


def values_of(source: Source, factor: str) -> list[Any]:
    """Return a factor's values, numbers in order."""
    values = source.design[factor].unique(maintain_order=True)
    return list(values.sort(nulls_last=True) if values.dtype.is_numeric() else values)


def evenly(values: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many values, evenly spread, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    return [values[round(i * (len(values) - 1) / (most - 1))] for i in range(most)]


def thinned(source: Source, by: str | None, most: int) -> tuple[pl.DataFrame, str]:
    """Return the runs at so many values of a factor, and a sentence if that leaves some out."""
    if by is None:
        return source.runs, ""
    values = values_of(source, by)
    shown = evenly(values, most)
    kept = source.runs.filter(pl.col(by).is_in(shown, nulls_equal=True))
    return kept, left_out(by, shown, values)


def left_out(by: str | None, shown: Sequence[Any], values: Sequence[Any]) -> str:
    """Say how many values are drawn, if not all are."""
    if by is None or len(shown) == len(values):
        return ""
    return f" {len(shown)} of {len(values):,} values of {plain(by)} are drawn, evenly spread."


def key_of(names: Sequence[str], name: str) -> str:
    """Return what tells the panel of a measure from others."""
    return name if len(names) > 1 else ""


def named(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a table with the name of its measure, ready to be put below others."""
    return table.with_columns(
        pl.lit(name).alias("measure"),
        *(pl.col(c).cast(pl.Float64) for c in ("value", "low", "high")),
    )


def what_of(names: Sequence[str]) -> str:
    """Return measures as the beginning of a heading."""
    labels = list(dict.fromkeys(family_label(name) for name in names))
    if len(labels) > 3:
        return f"{labels[0]} and {len(labels) - 1} other outcomes"
    return listed([labels[0], *(f"{label[0].lower()}{label[1:]}" for label in labels[1:])])

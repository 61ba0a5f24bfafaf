"""The figures that a report of a sweep can hold, and what each wants to be told.

Nothing heavy is imported, so that an experiment can be checked wherever it is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["lines", "map", "series", "bars", "scatter", "outcomes", "sensitivity", "box"]

LABEL = "label"
"""The factor of a table: which row it is."""


@dataclass(frozen=True)
class Takes:
    """What a kind of figure shows, and the options it has besides those of every figure."""

    meaning: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


OPTIONS = {
    "title": "heading of the figure",
    "caption": "what to see in it, in words",
    "at": "a table of factor = value: only these points",
    "measure": "an outcome; for series, a column of the history",
    "measures": "several of them, a panel each",
    "x": "factor on the horizontal axis",
    "y": "factor on the vertical axis",
    "by": "factor with a line for each of its values",
    "condition": "what counts as a case: collapsed, or members_kept < 0.5",
    "boundary": "name of a theoretical boundary drawn over the map",
}
"""Option of a figure: what it says."""

EVERY_FIGURE = ("title", "caption", "at")
_MEASURES = ("measure", "measures")

KINDS: dict[str, Takes] = {
    "lines": Takes("an outcome along a factor, with its interval", ("x",), (*_MEASURES, "by")),
    "map": Takes("an outcome over two factors", ("x", "y"), (*_MEASURES, "boundary")),
    "series": Takes("recorded columns over the periods, median and band", (), (*_MEASURES, "by")),
    "bars": Takes("outcomes of each row of a table or point, with intervals", (), _MEASURES),
    "scatter": Takes("an outcome against each factor", (), _MEASURES),
    "outcomes": Takes("shares of the verdicts along a factor", ("x",)),
    "sensitivity": Takes("which factors matter, with intervals", (), _MEASURES),
    "box": Takes("the region in which runs of one sort are most common", (), ("condition",)),
}
"""Kind of figure: what it shows and takes."""

assert set(KINDS) == set(get_args(Kind))


def measures_of(options: Mapping[str, Any], *otherwise: str) -> list[str]:
    """Return the measures a figure asks for, or others if it does not say."""
    given = options.get("measures", options.get("measure", list(otherwise)))
    return [given] if isinstance(given, str) else list(given)


def complaints_about(
    kind: str,
    options: Mapping[str, Any],
    factors: Collection[str],
    outcomes: Collection[str],
    series: Collection[str],
) -> list[str]:
    """Return a sentence for everything that is wrong with a figure of an experiment.

    Parameters
    ----------
    kind : str
        What the figure shows.
    options : mapping
        Everything else that the figure says.
    factors : collection of str
        What is varied; with ``label`` if the design is a table.
    outcomes, series : collection of str
        Outcome columns, and the columns of the history that are recorded.
    """
    if kind not in KINDS:
        return [_unknown(kind, KINDS, "kind of figure")]
    takes = KINDS[kind]
    known = (*takes.needs, *takes.may, *EVERY_FIGURE)
    what = f"option of a figure of kind {kind}"
    problems = [_unknown(name, known, what) for name in options if name not in known]
    problems += [
        f"a figure of kind {kind} lacks {name}: {OPTIONS[name]}"
        for name in takes.needs
        if name not in options
    ]
    return [*problems, *_names(options, factors), *_measures(kind, options, outcomes, series)]


def _names(options: Mapping[str, Any], factors: Collection[str]) -> Iterator[str]:
    at = options.get("at", {})
    if not isinstance(at, Mapping):
        yield f"at = {at!r} is not allowed: use a table of factor = value"
        at = {}
    axes = [options[name] for name in ("x", "y", "by") if name in options]
    for name in [*axes, *at]:
        if name not in factors:
            yield _unknown(str(name), factors, "factor of this experiment")
    if len(set(map(str, axes))) < len(axes):
        yield f"x, y and by must be different factors; got {', '.join(map(str, axes))}"


def _measures(
    kind: str, options: Mapping[str, Any], outcomes: Collection[str], series: Collection[str]
) -> Iterator[str]:
    if "measure" in options and "measures" in options:
        yield "measure and measures say the same thing; leave one out"
    what = "recorded series" if kind == "series" else "outcome"
    known = series if kind == "series" else outcomes
    for name in measures_of(options):
        if name not in known:
            yield _unknown(str(name), known, what)
    if kind == "series" and not series:
        yield "a figure of kind series needs recorded columns; name them in [record] series"


def _unknown(name: str, known: Collection[str], what: str) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
    return f"{name!r} is no {what}; {hint}"

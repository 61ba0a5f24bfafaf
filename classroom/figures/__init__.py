"""The page's figures: each a function of a view and words that returns a picture.

All of `FIGURES` take ``view``, ``words`` and ``among``, the views that are drawn to one scale; some
take more. `difference` takes two views.
"""

from __future__ import annotations

from collections.abc import Callable

from classroom.figures.contribution import contribution
from classroom.figures.curves import curves
from classroom.figures.difference import difference
from classroom.figures.exits import exits
from classroom.figures.members import members
from classroom.figures.people import people
from classroom.figures.selection import selection
from classroom.figures.who_pays import who_pays
from classroom.picture import Picture

__all__ = ["FIGURES", "difference"]

FIGURES: dict[str, Callable[..., Picture]] = {
    "members": members,
    "people": people,
    "exits": exits,
    "contribution": contribution,
    "curves": curves,
    "selection": selection,
    "who_pays": who_pays,
}
"""The figures of one run, in the order in which they are looked at."""

"""The picture of a sweep, with a caption that says of how many runs it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.controls.parameter_words import label_of
from classroom.many_runs.axes import outside, told_now
from classroom.many_runs.figures_line import line_of
from classroom.many_runs.figures_map import map_of
from classroom.many_runs.sweep import SHARES, Harvest
from classroom.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.words import Words


def picture_of(harvest: Harvest, results: Sequence[Any], outcome: str, words: Words) -> Picture:
    """Draw what has come of a sweep so far; the table has every run, once all are done.

    Parameters
    ----------
    harvest : Harvest
        The sweep.
    results : sequence
        What its calls returned; None where one is not done.
    outcome : str
        One of `classroom.many_runs.sweep.OUTCOMES`.
    words : Words
        The visitor's.
    """
    sweep = harvest.sweep
    draw = line_of if len(sweep.spans) == 1 else map_of
    labels = [label_of(span.name, words) for span in sweep.spans]
    title = words(
        "sweep.title", outcome=words(f"sweep.outcome.{outcome}.label"), over=" × ".join(labels)
    )
    over = all(row is not None for row in results)
    return Picture(
        "sweep_" + "_".join(span.name for span in sweep.spans),
        title,
        note_of(harvest, outcome, words),
        draw(harvest, results, outcome, words),
        harvest.table(results) if over else {},
    )


def note_of(harvest: Harvest, outcome: str, words: Words) -> str:
    """Say what is drawn, of how many runs and people, and with which seeds."""
    sweep, base = harvest.sweep, harvest.sweep.base()
    two, share = len(sweep.spans) == 2, outcome in SHARES
    people, own = f"{base.n_people:,}", sweep.setup.scenario().n_people
    parts = [
        words("sweep.note.map" if two else "sweep.note.line", n=len(sweep.seeds)),
        words(f"sweep.note.{'share' if share else 'median'}"),
        words("sweep.note.meaning", meaning=words(f"sweep.outcome.{outcome}.meaning")),
        words("sweep.note.people", people=people),
        *([words("sweep.note.fewer", own=f"{own:,}")] if own > base.n_people else []),
        words("sweep.note.seeds", seed=sweep.setup.seed),
        *([words("sweep.note.only_a")] if sweep.setup.b is not None and two else []),
        *(words("sweep.note.outside", now=told_now(sweep, k, words)) for k in outside(sweep)),
        *(
            [words("sweep.note.refused", n=len(harvest.refused), why=_why(harvest))]
            if harvest.refused
            else []
        ),
    ]
    return words("sweep.note.between").join(parts)


def _why(harvest: Harvest) -> str:
    return next(iter(harvest.refused.values())).rstrip(".。")

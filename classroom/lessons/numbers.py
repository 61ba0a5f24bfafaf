"""Numbers as answers: which can be, and how near to the model's is near enough."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from classroom.lessons.answers_rules import RUNS

if TYPE_CHECKING:
    from classroom.lessons.chapters import Question
    from classroom.words import Words

HIGHEST = {
    "bargain": 100,
    "held_by_penalty": 100,
    "leavers_part": 100,
    "runs_that_shrink": RUNS,
    "still_want": 100,
}
"""The most that a measure can find; others know no bound. None finds less than 0."""


def possible(question: Question, said: Any) -> bool:
    """Return whether an answer is one of the choices, or a number that there can be."""
    if question.kind == "choice":
        return said in question.options
    if isinstance(said, bool) or not isinstance(said, int | float):
        return False
    return math.isfinite(said) and 0 <= said <= HIGHEST.get(question.measure, math.inf)


def bounds_of(question: Question, words: Words) -> dict[str, Any]:
    """Return the highest number that can be an answer, and the sentence for what cannot."""
    if question.kind != "number":
        return {"highest": None, "bounds": ""}
    highest = HIGHEST.get(question.measure)
    name = "any" if highest is None else "bounded"
    return {"highest": highest, "bounds": words(f"answers.{name}", highest=highest)}


def nearness_of(question: Question, words: Words) -> str:
    """Say how far from the model's number an answer may be."""
    tolerance = question.tolerance
    written = f"{tolerance:.0%}" if tolerance < 1 else f"{tolerance:.0f}"
    return words("answers.nearness", tolerance=written.replace("%", " %"))

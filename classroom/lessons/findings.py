"""A finding: what the model answers to a question, and over how many other runs it holds."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import Protocol

from classroom.lessons.chapters import Question
from classroom.setup import Setup


@dataclass(frozen=True)
class Finding:
    """The model's answer: the name of a choice or a number, and numbers to explain it with."""

    answer: str | float
    facts: dict[str, float] = field(default_factory=dict)


class Measure(Protocol):
    """A function that finds an answer by running a setup."""

    def __call__(self, setup: Setup) -> Finding:
        """Return the model's answer in a setup."""


MEASURES: dict[str, Measure] = {}
"""The functions that find answers, by name; `classroom.lessons.answers` fills it."""


def measure(function: Measure) -> Measure:
    """Register a function that finds an answer, under its own name."""
    MEASURES[function.__name__] = function  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class Reply:
    """What a visitor said, what the model says, and what it says in other runs."""

    said: str | float | None
    """None if the visitor passed."""
    finding: Finding
    right: bool | None
    """None if the visitor passed."""
    others: dict[str, float]
    """``seeds`` and ``same``, or ``seeds``, ``low`` and ``high``; empty if nothing was run."""


def found(question: Question, setup: Setup) -> Finding:
    """Return what the model answers; who asks the same again does not wait."""
    rules = json.dumps(setup.a), json.dumps(setup.b)
    return _found(question.measure, setup.preset, setup.seed, *rules, setup.at)


@functools.lru_cache(maxsize=4096)
def _found(name: str, preset: str, seed: int, a: str, b: str, at: int) -> Finding:
    setup = Setup(preset=preset, seed=seed, a=json.loads(a), b=json.loads(b), at=at)
    return MEASURES[name](setup)


def reply_to(question: Question, setup: Setup, said: str | float | None) -> Reply:
    """Ask the model, and compare."""
    finding = found(question, setup)
    right = None if said is None else agrees(question, said, finding.answer)
    return Reply(said, finding, right, _others(question, setup, finding))


def agrees(question: Question, said: str | float, answer: str | float) -> bool:
    """Return whether an answer is the model's, as near as the question wants it."""
    if isinstance(said, str) or isinstance(answer, str):
        return said == answer
    off, tolerance = abs(said - answer), question.tolerance
    return off <= (tolerance * abs(answer) if tolerance < 1 else tolerance)


def _others(question: Question, setup: Setup, finding: Finding) -> dict[str, float]:
    if not question.seeds:
        return {}
    seeds = range(1, question.seeds + 1)
    answers = [found(question, setup.but(seed=seed)).answer for seed in seeds]
    if question.kind == "choice":
        return {"seeds": question.seeds, "same": sum(one == finding.answer for one in answers)}
    numbers = [float(one) for one in answers]
    return {"seeds": question.seeds, "low": min(numbers), "high": max(numbers)}

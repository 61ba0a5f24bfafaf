"""What can go wrong for a user, as a small tree; each error is also a builtin.

DeathspiralError
├── ScenarioError (ValueError)   a parameter or rule that cannot be
├── PeopleError (ValueError)     a frame of people that cannot be read as people
├── TiesError (ValueError)       a graph that does not fit the people
└── BooksError (ArithmeticError) books that do not balance: a defect of ours, never hidden
"""

from __future__ import annotations

from collections.abc import Sequence


class DeathspiralError(Exception):
    """Anything this library raises on purpose."""


class _Sentences(DeathspiralError):
    """An error with one sentence for each thing that is wrong."""

    def __init__(self, sentences: str | Sequence[str]) -> None:
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__("\n".join(self.sentences))


class ScenarioError(_Sentences, ValueError):
    """A scenario, a plan or a preset that contradicts its own declaration."""


class PeopleError(_Sentences, ValueError):
    """A frame of people with a missing, unknown or impossible column."""


class TiesError(_Sentences, ValueError):
    """A graph that does not have one node for each person."""


class BooksError(DeathspiralError, ArithmeticError):
    """A closed period whose income and outgo differ."""

"""Conditions on an outcome: collapsed, members_kept>=0.5."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from experiments.analysis.intervals import AnalysisError, known_runs

_WRITTEN = re.compile(r"\s*(\w+)\s*(?:(<=|>=|<|>)\s*(\S+))?\s*")


@dataclass(frozen=True)
class Condition:
    """A yes-or-no outcome, or a numeric one on one side of a bound."""

    measure: str
    operator: str = ""
    bound: float = 0.5

    def __str__(self) -> str:
        return f"{self.measure} {self.operator} {self.bound:g}" if self.operator else self.measure

    @property
    def wants_more(self) -> bool:
        """Whether more of the outcome satisfies it sooner."""
        return not self.operator.startswith("<")

    def met(self, runs: pl.DataFrame) -> pl.DataFrame:
        """Return the runs that have the outcome, with a column ``met``.

        Raises
        ------
        AnalysisError
            If there is no such outcome, or a number lacks its bound.
        """
        known = known_runs(runs, self.measure)
        value = pl.col(self.measure).cast(pl.Float64)
        if runs.schema[self.measure] == pl.Boolean and not self.operator:
            return known.with_columns(met=pl.col(self.measure))
        if not self.operator:
            raise AnalysisError(
                f"{self.measure!r} is a number; say what counts as a case, such as "
                f"{self.measure}>=0.5"
            )
        sides = {
            "<": value < self.bound,
            "<=": value <= self.bound,
            ">": value > self.bound,
            ">=": value >= self.bound,
        }
        return known.with_columns(met=sides[self.operator])


def condition(text: str) -> Condition:
    """Read a condition.

    Raises
    ------
    AnalysisError
        If it is not an outcome, or an outcome, <, <=, > or >=, and a number.
    """
    found = _WRITTEN.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        measure, operator, bound = found.groups()
        return Condition(measure, operator, float(bound)) if operator else Condition(measure)
    except ValueError:
        raise AnalysisError(
            f"condition {text!r} cannot be read; write an outcome, <, <=, > or >=, and a number, "
            "such as members_kept>=0.5"
        ) from None

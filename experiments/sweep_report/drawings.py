"""Drawings: a heading, figures, what they show in words, and the numbers behind them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.sweep_report.kinds import EVERY_FIGURE, LABEL
from experiments.sweep_report.words import Words, listed, plain

if TYPE_CHECKING:
    from experiments.sweeps.results import Results


@dataclass(frozen=True)
class Panel:
    """One figure of a drawing."""

    key: str
    """What its file is called; empty if the drawing has a single one."""
    title: str
    figure: Any
    """Without its note; see `experiments.sweep_report.figures_parts.with_note`."""
    note: list[str]
    """Where its numbers come from: runs, seeds, what the band is, command and version."""
    brief: bool = False
    """Whether only the first line of the note stands on it in a page, as one of many alike."""

    @functools.cached_property
    def noted(self) -> Any:
        """The figure with its note."""
        from experiments.sweep_report.figures_parts import with_note

        return with_note(self.figure, self.note[:1] if self.brief else self.note)

    @property
    def json(self) -> str:
        """The figure with its note, as JSON that may stand inside a script."""
        return str(self.noted.to_json()).replace("</", "<\\/")


@dataclass(frozen=True)
class Drawing:
    """A figure of the report, as one or more panels."""

    kind: str
    title: str
    caption: str
    panels: list[Panel]
    table: pl.DataFrame = field(default_factory=pl.DataFrame)
    """The numbers that are drawn."""


@dataclass(frozen=True)
class Source:
    """What a drawing is made from: results, its own options, and words for its factors."""

    results: Results
    options: Mapping[str, Any]

    @property
    def at(self) -> Mapping[str, Any]:
        """Values of factors to which the figure is limited."""
        return dict(self.options.get("at", {}))

    @property
    def runs(self) -> pl.DataFrame:
        """Runs at these values, failed ones included."""
        from experiments.sweep_report.summaries import chosen

        return chosen(self.results.runs, self.at)

    @property
    def design(self) -> pl.DataFrame:
        """Points at these values."""
        from experiments.sweep_report.summaries import chosen

        return chosen(self.results.design, self.at)

    def words(self, factor: str) -> Words:
        """Return the words of a factor."""
        from experiments.sweep_report.words import factor_words

        return factor_words(factor)

    def pooled(self, *drawn: str | None) -> str:
        """Say which factors a figure does not tell apart, and where it is taken."""
        names = [n for n in self.results.experiment.factor_names if n not in (*drawn, *self.at)]
        names = [name for name in names if self.design[name].n_unique() > 1]
        place = [_lower(self.words(name).at(value)) for name, value in self.at.items()]
        words = f" Taken at {listed(place)}." if place else ""
        if names and LABEL not in drawn:
            words += f" Runs at all values of {listed([plain(n) for n in names])} are pooled."
        return words

    def meanings(self, *factors: str | None) -> str:
        """Say what factors are, a sentence each."""
        words = [self.words(name) for name in factors if name is not None and name != LABEL]
        return "".join(f" {word.label}: {word.meaning}." for word in words)

    def note(self, runs: str, band: str = "") -> list[str]:
        """Return the lines that stand on a figure.

        Parameters
        ----------
        runs : str
            How many runs stand behind what is drawn.
        band : str
            What the band or the interval is, beginning with its name.
        """
        experiment = self.results.experiment
        replicates = experiment.replicates
        luck = "replicate 0" if replicates == 1 else f"replicates 0 to {replicates - 1:,}"
        lines = [f"{runs}; seed {experiment.seed}, {luck}.", f"{band}." if band else ""]
        command = (
            f"{self.results.manifest['command']} (deathspiral {self.results.manifest['version']})"
        )
        return [line for line in (*lines, command) if line]


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def drawings_of(results: Results) -> list[Drawing]:
    """Return the figures of a sweep: those that the experiment names, or the usual ones."""
    from experiments.sweep_report.defaults import specs_of

    return [drawing_of(results, dict(spec)) for spec in specs_of(results.experiment)]


def drawing_of(results: Results, spec: dict[str, Any]) -> Drawing:
    """Return one figure; one that these results do not allow says why and has no panels.

    Parameters
    ----------
    results : Results
        A sweep, finished or not.
    spec : dict
        ``kind`` and options, as in an experiment's ``[[figure]]``.
    """
    from agents.errors import DeathspiralError
    from experiments.sweep_report.builders import BUILDERS

    kind = str(spec.pop("kind"))
    source = Source(results, spec)
    try:
        drawing = BUILDERS[kind](source)
    except DeathspiralError as error:
        sentences: Sequence[str] = getattr(error, "sentences", [str(error)])
        caption = " ".join(f"{s[:1].upper()}{s[1:].rstrip('.')}." for s in sentences)
        drawing = Drawing(kind, f"{plain(kind).capitalize()}: not to be had", caption, [])
    own = {name: str(spec[name]) for name in EVERY_FIGURE[:2] if spec.get(name)}
    title = own.get("title", drawing.title)
    caption = f"{own.get('caption', '')} {drawing.caption}".strip()
    return Drawing(kind, title, caption, drawing.panels, drawing.table)

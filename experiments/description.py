"""A scenario in words: what `deathspiral show` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.parameters import (
    Parameter,
    amendments_of,
    number,
    period_name,
    plan_rules,
    scenario_parameters,
    shipped_plan,
    shown,
    title_of,
)

if TYPE_CHECKING:
    from model import Plan, Preset

WIDTH = 96
"""Columns that a terminal or a printed page is expected to have."""


def describe(preset: Preset, language: str = "en") -> str:
    """Return a preset as text: story, every parameter, plans, events, sources, assumptions."""
    return "\n".join(_lines(preset, language)) + "\n"


def _lines(preset: Preset, language: str) -> Iterator[str]:
    scenario = preset.scenario
    yield f"{preset.name}: {title_of(preset, language)}"
    story = preset.story_zh if language == "zh" and preset.story_zh else preset.story
    if story.strip():
        yield ""
        yield from _wrapped(story, "")
    shows = preset.shows_zh if language == "zh" else preset.shows
    if shows:
        yield ""
        yield from _wrapped(shows, "")
    if preset.outcomes:
        yield f"\nIt is there to show: {' or '.join(preset.outcomes)}."
    yield (
        f"{scenario.n_people:,} simulated people, each standing for "
        f"{number(round(scenario.persons_per_row, 2))}; {scenario.n_periods} "
        f"{period_name(scenario.period_length)}."
    )
    yield "A star marks what differs from the default."
    yield from _parameters(scenario_parameters(scenario))
    for plan in scenario.plans:
        yield from _plan(plan, language)
    yield from _events(preset, language)
    for heading, items in (("SOURCES", preset.sources), ("ASSUMPTIONS", preset.assumptions)):
        if items:
            yield f"\n{heading}"
            for item in items:
                yield from _wrapped(f"- {item}", "  ")


def _parameters(parameters: list[Parameter]) -> Iterator[str]:
    group = ""
    for p in parameters:
        if p.group != group:
            group = p.group
            yield f"\n{group.upper()}"
        unit = f" [{p.unit}]" if p.unit and p.unit != "1" else ""
        yield from _wrapped(
            f"{'*' if p.changed else ' '} {p.name} = {shown(p.value)}{unit}", "    "
        )
        known = [f"{p.meaning}."]
        if p.allowed:
            known.append(f"Allowed: {p.allowed}.")
        if p.changed:
            known.append(f"Default: {shown(p.default)}.")
        known.append(f"Source: {p.source}.")
        yield from _wrapped("      " + " ".join(known), "      ")


def _plan(plan: Plan, language: str) -> Iterator[str]:
    about = shipped_plan(plan.name)
    title = about.get("title_zh" if language == "zh" else "title", "")
    yield f"\nPLAN {plan.name}{': ' if title else ''}{title}"
    life = [str(about[key]) for key in ("operator", "opened", "closed") if key in about]
    if life:
        yield f"  {', '.join(life)}"
    yield from _parameters(plan_rules(plan))


def _events(preset: Preset, language: str) -> Iterator[str]:
    events = preset.scenario.events
    if events:
        yield "\nEVENTS (period, size of the news [sentiment], what happened)"
    for event in events:
        label = event.label_zh if language == "zh" and event.label_zh else event.label
        yield f"  {event.period:4}  {event.news:+.2f}  {label}"
    amendments = amendments_of(preset.scenario)
    if amendments:
        yield "\nAMENDMENTS (first period, what changes)"
    for period, changes in amendments:
        yield f"  {period:4}  {changes}"


def _wrapped(text: str, indent: str) -> list[str]:
    if any(ord(c) > 0x2E80 for c in text):  # Chinese has no spaces to break at
        return [line.rstrip() for line in text.strip("\n").split("\n")]
    if text.startswith(("*", " ")):
        return textwrap.wrap(text, WIDTH, subsequent_indent=indent)
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + ("  " if text.startswith("- ") else ""),
    )

"""What can be varied in a sweep and what can be drawn of it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.controls.kinds import kind_of
from classroom.controls.parameter_words import label_of, unit_of
from classroom.controls.values import value_as_text
from classroom.many_runs.span import Span, variable_names
from classroom.many_runs.sweep import OUTCOMES, WELFARE
from classroom.worth import worth_is_known
from model import Plan, Scenario
from model.quantities import group_of

if TYPE_CHECKING:
    from classroom.setup import Setup
    from classroom.words import Words

SUGGESTIONS = (("fee",), ("private_information",), ("subsidy",), ("fee", "private_information"))


def span_words(span: Span, words: Words) -> dict[str, Any]:
    """Return a span as its fields show it."""
    power = kind_of(span.name).power
    return {
        "name": span.name,
        "label": label_of(span.name, words),
        "unit": unit_of(span.name, words),
        "low": value_as_text(span.low, power),
        "high": value_as_text(span.high, power),
    }


def controls_to_vary(setup: Setup, words: Words) -> list[dict[str, Any]]:
    """Return what can be varied, in groups."""
    fields = Plan.model_fields | Scenario.model_fields
    groups: dict[str, list[dict[str, str]]] = {}
    for name in variable_names(setup.scenario()):
        part = words.room("group.part")[group_of(fields[name])]
        groups.setdefault(part, []).append({"name": name, "label": label_of(name, words)})
    return [{"label": label, "options": options} for label, options in groups.items()]


def suggestions_of(setup: Setup, words: Words) -> list[dict[str, Any]]:
    """Return what to vary at one click."""
    known = variable_names(setup.scenario())
    return [
        {"names": list(names), "label": words("sweep.suggestion." + "_and_".join(names))}
        for names in SUGGESTIONS
        if set(names) <= set(known)
    ]


def outcomes_of(setup: Setup, words: Words) -> list[dict[str, Any]]:
    """Return the outcomes to choose from; what the data do not say cannot be chosen."""
    unknown = () if worth_is_known(setup.scenario()) else (WELFARE,)
    labels = {o: words(f"sweep.outcome.{o}.label") for o in OUTCOMES}
    return [
        {
            "name": o,
            "label": words("sweep.unknown_outcome", label=label) if o in unknown else label,
            "unknown": o in unknown,
        }
        for o, label in labels.items()
    ]

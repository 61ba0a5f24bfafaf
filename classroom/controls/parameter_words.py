"""Parameters in words: label, meaning, unit, what is allowed, a value for reading."""

from __future__ import annotations

import datetime
import math
import re
from typing import TYPE_CHECKING, Any

from classroom.controls.kinds import STEPS, kind_of
from experiments.parameters import number

if TYPE_CHECKING:
    from classroom.words import Words


def label_of(name: str, words: Words) -> str:
    """Return a parameter's label: Loading (management fee)."""
    try:
        return words(f"parameter.{name.rpartition('.')[2]}.label")
    except KeyError:
        return name.replace("_", " ").capitalize()


def meaning_of(name: str, described: str, words: Words) -> str:
    """Return what a parameter does, in a sentence; English has it from its declaration."""
    try:
        text = words(f"parameter.{name}.meaning")
    except KeyError:
        text = f"{described[:1].upper()}{described[1:]}."
    return re.sub(r"`(\w+)`", lambda match: _quoted(match[1], words), text)


def _quoted(name: str, words: Words) -> str:
    """Name another parameter, or one of the choices, as the page does."""
    tables = words.room("choice").values()
    text = next((table[name] for table in tables if name in table), None)
    return words("settings.quoted", text=text or label_of(name, words))


def source_of(source: str, words: Words) -> str:
    """Return where a preset's value comes from; a citation stays as it is."""
    first, _, rest = source.partition("; default: ")
    if first == "this scenario":
        return words("settings.of_default", source=rest) if rest else words("settings.of_preset")
    return words("settings.assumed") if source == "assumed" else source


def unit_of(name: str, words: Words, *, scaled: bool = True) -> str:
    """Return the unit in which the page shows a parameter, empty for a pure number."""
    kind = kind_of(name)
    table = words.room("unit")
    if kind.unit == "years" and "age" in name.split("_"):
        return str(table["age"])
    if scaled and kind.power:
        return str(table["scaled"][kind.unit])
    return "" if kind.unit == "1" else str(table["plain"].get(kind.unit, kind.unit))


def shown(name: str, value: Any, words: Words) -> str:
    """Return a value for reading, with its unit: 8%, 300,000 yuan, by age band."""
    if value is None or value == "":
        return words("settings.none")
    if isinstance(value, bool):
        return words("settings.yes" if value else "settings.no")
    if isinstance(value, str | datetime.date):
        return choice_of(name, str(value), words)
    if isinstance(value, list | tuple):
        return _with_unit(steps(value, words), unit_of(name, words), words)
    power = kind_of(name).power
    scaled = float(f"{value * 10**power:.6g}") if power else value
    unit = words.room("unit.one").get(unit_of(name, words)) if scaled == 1 else None
    return _with_unit(number(scaled), unit or unit_of(name, words), words)


def steps(value: Any, words: Words) -> str:
    """Return a schedule by age: from 0: 300000, from 40: 100000."""
    written = [words("settings.step", age=age, value=f"{amount:.12g}") for age, amount in value]
    return words("settings.between_steps").join(written)


def allowed(name: str, words: Words, *, scaled: bool = True) -> str:
    """Return what a parameter may be: a number from 0 to 1,000%; none if it may be left out."""
    kind = kind_of(name)
    limits = [
        number(limit * 10 ** (kind.power * scaled))
        for limit in (kind.low, kind.high)
        if math.isfinite(limit)
    ]
    form = kind.name
    if limits:
        form += "_from_to"
    elif kind.name == STEPS and (kind.amount or kind.choices):
        form += "_or_number" if kind.amount else "_or_choice"
    low, high = limits or ("", "")
    unit, choices = unit_of(name, words, scaled=scaled), ", ".join(kind.choices)
    text = words(f"settings.allowed.{form}", low=low, high=high, unit=unit, choices=choices)
    return _tidy(text) + (words("settings.allowed.or_none") if kind.optional else "")


def refusal(name: str, text: str, words: Words, *, scaled: bool) -> str:
    """Say that a text is no value of a parameter, and what would be."""
    return words(
        "settings.refusal",
        parameter=name,
        text=text.strip()[:60],
        label=label_of(name, words),
        allowed=allowed(name, words, scaled=scaled),
    )


def too_long(name: str, text: str, most: int, words: Words) -> str:
    """Say that a text is too long to be read as a value of a parameter."""
    label, asked = label_of(name, words), f"{len(text):,}"
    return words("settings.too_long", parameter=name, label=label, asked=asked, most=f"{most:,}")


def choice_of(name: str, value: str, words: Words) -> str:
    """Return how a choice reads, or the value itself if it has no words: a plan's name, a date."""
    try:
        return words(f"choice.{name}.{value}")
    except KeyError:
        return value


def _with_unit(written: str, unit: str, words: Words) -> str:
    return _tidy(words("settings.with_unit", number=written, unit=unit))


def _tidy(text: str) -> str:
    return text.replace(" %", "%").replace("（）", "").replace("()", "").strip()

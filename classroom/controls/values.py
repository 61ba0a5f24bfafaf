"""Values as texts: how a link and a field write a parameter's value, and how they are read."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from agents.errors import ScenarioError
from classroom.controls.kinds import CHOICE, DATE, STEPS, SWITCH, TEXT, WHOLE, Kind, kind_of
from classroom.controls.parameter_words import refusal, too_long
from classroom.words import Words

NONE = "none"
MOST_CHARACTERS = 2_000
"""A schedule with a step for every year of age has fewer."""
_DIGITS = 30
"""No amount has more."""
_SWITCHES = {"yes": True, "true": True, "no": False, "false": False}
# 0: 300,000 or, as the page writes it, from 0: 300000 and 0岁起：300000; a comma with three digits
# behind it belongs to the number, unless these are the next age. Nothing is tried twice (++, *+),
# so that no text takes long.
_NUMBER = r"-?\d++(?:,\d{3}(?!\d*+\s*+(?:岁起)?+\s*+:))*+(?:\.\d++)?+(?:e[+-]?\d++)?+"
_STEP = re.compile(
    rf"[ ,;]*+(?:from|从)?+\s*+(\d++)\s*+(?:岁起)?+\s*+:\s*+({_NUMBER})", re.IGNORECASE
)
_WIDE = str.maketrans("，、；：％－。", ",,;:%-.")


def value_as_text(value: Any, power: int = 0) -> str:
    """Return a value as a link writes it: 0.08, yes, none, 0:300000,40:100000.

    Parameters
    ----------
    value : Any
        Of a parameter of the scenario, or of a rule of a plan.
    power : int
        A number is written times ten to this power.
    """
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _digits(value, power)
    if isinstance(value, list | tuple):
        return ",".join(f"{age}:{_digits(amount, power)}" for age, amount in value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _digits(value: float, power: int = 0) -> str:
    number = Decimal(repr(value)).scaleb(power).normalize()
    return f"{number:f}" if -7 < number.adjusted() < 16 else f"{number:e}".replace("e+", "e")


def value_from_text(name: str, text: str, words: Words | None = None, power: int = 0) -> Any:
    """Return the value that a text says.

    Parameters
    ----------
    name : str
        Parameter of the scenario, or rule of a plan.
    text : str
        As of `value_as_text`; numbers may also have commas or a percent sign.
    words : Words, optional
        Language of the complaint.
    power : int
        A number was written times ten to this power.

    Raises
    ------
    KeyError
        If there is no such parameter.
    ScenarioError
        One sentence: what, which value, what is allowed, in which unit.
    """
    words = words or Words("en")
    if len(text) > MOST_CHARACTERS:
        raise ScenarioError(too_long(name, text, MOST_CHARACTERS, words))
    kind, said = kind_of(name), text.translate(_WIDE).strip()
    try:
        return _read(kind, said, power)
    except (ValueError, ArithmeticError):
        raise ScenarioError(refusal(name, text, words, scaled=power > 0)) from None


def _read(kind: Kind, said: str, power: int) -> Any:
    lower = said.lower()
    if kind.name == CHOICE or said in kind.choices:
        return _one_of(kind.choices, said)
    if kind.optional and lower in (NONE, "无", ""):
        return "" if kind.name == TEXT else None
    if kind.name == SWITCH:
        return _SWITCHES[_one_of(tuple(_SWITCHES), lower)]
    if kind.name == DATE:
        return datetime.date.fromisoformat(said)
    if kind.name == TEXT:
        return _one_of((said,) if said.isidentifier() else (), said)
    if kind.name == STEPS and not (kind.amount and ":" not in said):
        return _steps(said)
    return _number(kind, said, power)


def _one_of(choices: tuple[str, ...], said: str) -> str:
    if said not in choices:
        raise ValueError(said)
    return said


def _steps(said: str) -> list[tuple[int, float]]:
    said, at = said.rstrip(" ,;"), 0
    steps: list[tuple[int, float]] = []
    while at < len(said) or not steps:
        step = _STEP.match(said, at)
        if step is None:
            raise ValueError(said)
        steps.append((int(step[1]), float(step[2].replace(",", ""))))
        at = step.end()
    return steps


def _number(kind: Kind, said: str, power: int) -> float:
    percent = said.endswith("%") and (power or kind.power) == 2
    digits = said.removesuffix("%").strip() if percent else said
    if not re.fullmatch(_NUMBER, digits, re.IGNORECASE):
        raise ValueError(said)
    exact = Decimal(digits.replace(",", "")).scaleb(-2 if percent else -power)
    if abs(exact.adjusted()) > _DIGITS or not kind.low <= float(exact) <= kind.high:
        raise ValueError(said)
    if kind.name != WHOLE:
        return float(exact)
    if exact != int(exact):
        raise ValueError(said)
    return int(exact)

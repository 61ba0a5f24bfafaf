"""What is wrong with an experiment's specification: a sentence each, with the key it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from agents.errors import ScenarioError
from model.changes import unknown_name

Key = tuple[str | int, ...]
"""Where something stands in the specification: names of tables and keys, numbers of entries."""

_FEW = 20
_SHAPES = {"dict": "a table", "model": "a table", "list": "a list", "string": "text in quotes",
           "int": "a whole number", "float": "a number", "bool": "true or false"}  # fmt: skip


class ExperimentError(ScenarioError):
    """An experiment that cannot be read as one."""

    def __init__(self, faults: Sequence[tuple[Key, str]]) -> None:
        self.faults = list(faults)
        super().__init__(list(dict.fromkeys(sentence for _, sentence in self.faults)))

    def __reduce__(self) -> tuple[type[ExperimentError], tuple[list[tuple[Key, str]]]]:
        """Let the error travel between processes."""
        return type(self), (self.faults,)


class Faults:
    """Faults, gathered so that all are told at once."""

    def __init__(self) -> None:
        self.found: list[tuple[Key, str]] = []

    def add(self, key: Key, sentence: str) -> None:
        """Note one thing that is wrong with a key."""
        self.found.append((key, sentence))

    def attempt(self, key: Key, call: Callable[..., Any], *arguments: Any, where: str = "") -> Any:
        """Call; note what a scenario's error says, and where, and return None then."""
        try:
            return call(*arguments)
        except ScenarioError as error:
            for sentence in error.sentences:
                self.add(key, f"{where} {sentence}".strip())
            return None

    def structure(self, error: ValidationError, model: type[BaseModel]) -> None:
        """Note what pydantic found wrong with keys and types."""
        for item in error.errors():
            path = tuple(part for part in item["loc"] if not str(part).startswith("function-"))
            self.add(path, _sentence(item, model, path))

    def tell(self) -> None:
        """Raise all that was noted, if anything was.

        Raises
        ------
        ExperimentError
            With the sentences and their keys.
        """
        if self.found:
            raise ExperimentError(self.found)


def key_name(key: Key) -> str:
    """Write a key as a reader of the file would: ``[design] samples``, ``[[figure]] 2: x``."""
    if not key:
        return "the experiment"
    if len(key) == 1:
        return str(key[0])
    if key[0] == "figure":
        number = int(key[1]) + 1
        return f"[[figure]] {number}" + "".join(f": {part}" for part in key[2:])
    if key[:2] == ("design", "rows") and len(key) > 2:
        return f"[design] row {int(key[2]) + 1}" + "".join(f": {part}" for part in key[3:])
    return f"[{key[0]}] " + ".".join(str(part) for part in key[1:])


def unknown(name: object, known: Sequence[str], what: str) -> str:
    """Say that a name is unknown, and which known one is nearest, or what there is."""
    told, near, hint = unknown_name(str(name), list(known), what).partition("; did you mean")
    if near:
        return told + near + hint
    few = len(known) <= _FEW
    allowed = f"use {', '.join(known)}" if few else "`deathspiral schema` lists them all"
    return f"{told.partition(';')[0]}; {allowed}"


def _sentence(item: ErrorDetails, model: type[BaseModel], key: Key) -> str:
    name = key_name(key)
    owner, field = _declared(model, item["loc"])
    if item["type"] == "value_error":
        return f"{name}: {item['ctx']['error']}"
    if item["type"] == "missing":
        return f"{name} is missing: {(field.description if field else None) or 'write it'}"
    if item["type"] == "extra_forbidden":
        known = [one.alias or key for key, one in owner.model_fields.items()]
        return f"{name.removesuffix(str(key[-1]))}{unknown(key[-1], known, 'key')}"
    return f"{name} = {item['input']!r} is not allowed: {_allowed(item, field)}"


def _declared(
    model: type[BaseModel], path: Sequence[str | int]
) -> tuple[type[BaseModel], FieldInfo | None]:
    """Return the declaration of a key, and the model that knows the keys beside it."""
    field = None
    for part in path:
        if isinstance(part, int) or str(part).startswith("function-"):
            continue
        if field is not None:
            kinds = [field.annotation, *get_args(field.annotation)]
            inner = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
            if not inner:
                return model, field
            model = inner[0]
            if dict in kinds or get_origin(field.annotation) is dict:
                field = FieldInfo(annotation=model)  # the key of a table of models
                continue
        named = {one.alias or name: one for name, one in model.model_fields.items()}
        field = named.get(str(part))
    return model, field


def _ends(field: FieldInfo | None) -> tuple[float, float]:
    """Return the closed range of a number, as exactly as it was declared: a float holds no seed."""
    low, high = -inf, inf
    for rule in field.metadata if field is not None else ():
        low, high = getattr(rule, "ge", low), getattr(rule, "le", high)
    return low, high


def _allowed(item: ErrorDetails, field: FieldInfo | None) -> str:
    kind = item["type"]
    if kind == "literal_error":
        return f"use {item['ctx']['expected']}"
    low, high = _ends(field)
    shape = _SHAPES.get(kind.split("_")[0], "")
    if isfinite(low) and isfinite(high):
        return f"use a whole number from {low:,} to {high:,}"
    if shape:
        return f"use {shape}"
    message = str(item["msg"])
    return message[0].lower() + message[1:]

"""How a parameter is declared: once, with its unit, range, meaning and source."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import Field
from pydantic.fields import FieldInfo

ASSUMED = "assumed"
Finite = Annotated[float, Field(allow_inf_nan=False)]
"""An amount that may be left out; a number with a range is finite anyway."""


def quantity(
    default: float,
    unit: str,
    low: float,
    high: float,
    meaning: str,
    *,
    group: str,
    source: str = ASSUMED,
) -> Any:
    """Declare a number with its unit, closed range, meaning and source.

    Parameters
    ----------
    default : float
        The value used where a scenario says nothing.
    unit : str
        Unit, ``"1"`` for a pure number.
    low, high : float
        Closed range of what is allowed; ``inf`` leaves a side open.
    meaning : str
        What the number does, in a sentence a student understands.
    group : str
        Heading under which a page or a table lists it.
    source : str
        Where the default comes from; ``"assumed"`` where nobody measured it.

    Returns
    -------
    pydantic.fields.FieldInfo
        The field, with everything above readable from its JSON schema.
    """
    return Field(
        default=default,
        ge=low if math.isfinite(low) else None,
        le=high if math.isfinite(high) else None,
        allow_inf_nan=False,
        description=meaning,
        json_schema_extra={"unit": unit, "group": group, "source": source},
    )


def setting(
    default: Any, meaning: str, *, group: str, source: str = ASSUMED, unit: str = ""
) -> Any:
    """Declare a choice, a switch or a list: everything that is not a number with a range."""
    extra: dict[str, Any] = {"unit": unit, "group": group, "source": source}
    if isinstance(default, list):
        return Field(
            default_factory=lambda: list(default), description=meaning, json_schema_extra=extra
        )
    return Field(default=default, description=meaning, json_schema_extra=extra)


def unit_of(field: FieldInfo) -> str:
    """Return the declared unit of a field, empty for a switch or a choice."""
    return str(_extra(field).get("unit", ""))


def source_of(field: FieldInfo) -> str:
    """Return the declared source of a field's default."""
    return str(_extra(field).get("source", ASSUMED))


def group_of(field: FieldInfo) -> str:
    """Return the heading under which a field is listed."""
    return str(_extra(field).get("group", ""))


def range_of(field: FieldInfo) -> tuple[float, float]:
    """Return the closed range of a number; infinite where a side is open."""
    low, high = -math.inf, math.inf
    for rule in field.metadata:
        low = float(getattr(rule, "ge", low))
        high = float(getattr(rule, "le", high))
    return low, high


def _extra(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}

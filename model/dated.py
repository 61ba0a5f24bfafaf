"""What happens on a date: news, and changes of rules."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from model.behaviour_parameters import TALK
from model.quantities import quantity, setting

RUN = "run"


class Event(BaseModel):
    """A dated piece of news: it moves everybody's sentiment and makes people review."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    period: int = quantity(1, "periods", 1, 100_000, "period in which the news breaks", group=TALK)
    news: float = quantity(0.0, "sentiment", -1, 1, "size and sign of the news", group=TALK)
    label: str = setting("", "what happened", group=TALK)
    label_zh: str = setting("", "what happened, in Chinese", group=TALK)


class Amendment(BaseModel):
    """A change of rules or parameters from some period on."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    period: int = quantity(1, "periods", 1, 100_000, "first period with the new rules", group=RUN)
    changes: dict[str, Any] = Field(
        default_factory=dict,
        description="new values by name: a parameter, a rule of every plan, or plan.rule",
        json_schema_extra={"unit": "", "group": RUN, "source": "assumed"},
    )

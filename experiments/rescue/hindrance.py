"""Why a lever cannot be pulled."""

from __future__ import annotations

from dataclasses import dataclass, field

REASONS = {
    "premium": "the plan asks a premium, not a share of a bill",
    "split": "the bill is split by {what} already",
    "cap": "the plan has a cap for each age",
    "subsidised": "the plan subsidises {whom} already",
    "loyal": "the benefit grows with tenure already",
    "moved": "members go to {plan} already",
    "spent": "it is at {amount} already",
    "refused": "{faults}",
}
"""Each with gaps for what it is about; ``faults`` are sentences of the model."""


@dataclass(frozen=True)
class Hindrance:
    """A reason, which another language may put in its own words.

    Parameters
    ----------
    reason : str
        A key of `REASONS`.
    gaps : dict
        What stands in the gaps of its text.
    """

    reason: str
    gaps: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return REASONS[self.reason].format(**self.gaps)

"""Why a membership ends: the causes that a person chooses by, and those that are forced."""

from __future__ import annotations

PRICE, OWN_COST, REFERENCE, SENTIMENT, EXPECTATION, INSURANCE, CHANCE, SWITCHED, FAMILY = range(9)
AGED_OUT, AIDED, DIED, INELIGIBLE, PLAN_CLOSED = range(9, 14)
NO_CAUSE = 255

CAUSE_NAMES = (
    "price",
    "own_cost",
    "reference",
    "sentiment",
    "expectation",
    "insurance",
    "chance",
    "switched",
    "family",
    "aged_out",
    "aided",
    "died",
    "ineligible",
    "plan_closed",
)
CHOSEN = CAUSE_NAMES[:9]
FORCED = CAUSE_NAMES[9:]
N_CAUSES = len(CAUSE_NAMES)

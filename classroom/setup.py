"""What is set on the page: which pool, which luck, which rules changed, what is asked of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from model import presets

if TYPE_CHECKING:
    from model import Preset, Scenario

FIRST_PRESET = "classic_spiral"
A, B = "a", "b"
ROOMS = ("sandbox", "lessons", "sweep", "rescue", "class")
SANDBOX = ROOMS[0]
SKIPPED = -1.0
STATE, SENTIMENT = "state", "sentiment"


@dataclass(frozen=True)
class Setup:
    """All that the page's link says; a page is a function of it.

    A and B are the same people with the same luck: B has A's rules and its own changes.
    """

    preset: str = FIRST_PRESET
    seed: int = 1
    a: dict[str, Any] = field(default_factory=dict)
    """Changes of the preset's parameters and rules."""
    b: dict[str, Any] | None = None
    """Further changes of B; None if there is no B."""
    at: int = 0
    """Period at which the run stands."""
    stop: int | None = None
    """Period at which playing stops; None for the end."""
    prediction: float | None = None
    """Members left at the end that the visitor predicts [people], or `SKIPPED`."""
    room: str = SANDBOX
    """What is open: one of `ROOMS`."""
    lesson: int = 0
    """Number of the open lesson; 0 for the list of them."""
    screen: int = 0
    """Screen of the lesson that is open, from 0."""
    language: str = "en"
    figures: tuple[str, ...] = ()
    """Figures that are shown; empty for the usual ones."""
    coloured_by: str = STATE
    """What colours the drawn people: their state or their sentiment."""
    revealed: int = 3
    """How many of the three cost curves are shown."""
    vary: tuple[str, ...] = ()
    """One or two controls that a sweep varies."""

    def but(self, **changes: Any) -> Setup:
        """Return a copy with some of it changed."""
        return replace(self, **changes)

    @property
    def story(self) -> Preset:
        """The preset."""
        return _story(self.preset)

    def scenario(self, arm: str = A) -> Scenario:
        """Return the scenario of A or B.

        Raises
        ------
        ScenarioError
            All that is wrong with the changes, a sentence each.
        """
        return self.story.scenario.but(**self.changes(arm))

    def changes(self, arm: str = A) -> dict[str, Any]:
        """Return what A or B changes of the preset: B has A's changes and its own."""
        return self.a if arm == A else {**self.a, **(self.b or {})}

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms that are run."""
        return (A,) if self.b is None else (A, B)

    @property
    def rules(self) -> tuple[object, ...]:
        """What a run depends on: two setups with the same rules have the same runs."""
        of_b = None if self.b is None else tuple(sorted(self.b.items()))
        return self.preset, self.seed, repr(sorted(self.a.items())), repr(of_b)


def pools() -> list[str]:
    """List what can be opened by name: presets and plans of the history, never a file."""
    return list(dict.fromkeys([*presets.names(), *presets.plan_names()]))


@functools.cache
def _story(name: str) -> Preset:
    return presets.load(name)

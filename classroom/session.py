"""A visitor's run: what is set, the model, and what is shown of it."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import solara

from agents.errors import DeathspiralError
from classroom.knobs import Knob, changes, knobs_of
from model import AdverseSelectionModel, Scenario, Simulation, presets

if TYPE_CHECKING:
    import polars as pl

    from model import Preset, Verdict

FIRST_PRESET = "classic_spiral"
FIRST_SEED = "1"
FRAMES = 100
"""Pictures of a long run at most; a picture then shows several periods at once."""


@dataclass(frozen=True, eq=False)
class View:
    """A run as it stands: nothing in it changes while it is drawn."""

    scenario: Scenario
    seed: int
    period: int
    running: bool
    history: pl.DataFrame
    verdict: Verdict

    @classmethod
    def of(cls, model: AdverseSelectionModel) -> View:
        """Return what is to be seen of a model."""
        return cls(
            model.simulation.scenario,
            model.seed,
            model.period,
            model.running,
            model.history,
            model.verdict,
        )


class Session:
    """One visitor's settings and run.

    Playing goes on in a task of its own while the visitor clicks, so whatever touches the model
    holds the lock, and drawing only reads a finished view. Settings wait for `reset`.
    """

    def __init__(self, preset: str = "", seed: str = "") -> None:
        self.preset: solara.Reactive[Preset] = solara.reactive(_preset_or_first(preset))
        self.values: solara.Reactive[dict[str, float]] = solara.reactive({})
        self.seed = solara.reactive(seed or FIRST_SEED)
        self.playing = solara.reactive(False)
        self.problem = solara.reactive("")
        self.turn = solara.reactive(0)
        """Counts views, so that a new one is drawn."""
        self.view: View | None = None
        self._model: AdverseSelectionModel | None = None
        self._applied: tuple[object, ...] = ()
        self._lock = threading.Lock()

    @property
    def knobs(self) -> list[Knob]:
        """The knobs of the preset."""
        return knobs_of(self.preset.value.scenario)

    @property
    def is_waiting(self) -> bool:
        """Whether something was set that the run does not know yet."""
        return self.view is not None and self._wanted() != self._applied

    @property
    def stride(self) -> int:
        """Periods between two pictures."""
        return max(self.preset.value.scenario.n_periods // FRAMES, 1)

    def choose(self, preset: str) -> None:
        """Take up a preset with its own values, and begin a run."""
        self.preset.value = presets.load(preset)
        self.restore()
        self.reset()

    def restore(self) -> None:
        """Put every knob back to the preset's value."""
        self.values.value = {}

    def turn_knob(self, name: str, value: float) -> None:
        """Set a parameter for the next run."""
        self.values.value = {**self.values.value, name: value}

    def new_seed(self) -> None:
        """Take another seed and begin a run: the same rules, other people, other luck."""
        self.seed.value = str(secrets.randbelow(1_000_000))
        self.reset()

    def reset(self) -> None:
        """Begin a run from what is set; say what is wrong with it, if anything."""
        self.playing.value = False
        wanted = self._wanted()
        try:
            scenario = self.preset.value.scenario.but(**changes(self.knobs, self.values.value))
            model = AdverseSelectionModel(scenario, rng=self.seed.value.strip())
        except (DeathspiralError, ValueError) as error:
            self.problem.value = str(error)
            return
        self.problem.value = ""
        with self._lock:
            self._model, self._applied = model, wanted
            self.view = View.of(model)
        self._show()

    def advance(self, periods: int = 1) -> bool:
        """Live through some periods, and show the last; return whether the run goes on."""
        with self._lock:
            model = self._model
            if model is None:
                return False
            last = model.period + periods
            while model.running and model.period < last:
                model.step()
            self.view = View.of(model)
        self._show()
        return bool(model.running)

    def finish(self) -> None:
        """Live through all periods that are left."""
        self.playing.value = False
        self.advance(self.preset.value.scenario.n_periods)

    def _wanted(self) -> tuple[object, ...]:
        changed = changes(self.knobs, self.values.value)
        return self.preset.value.name, self.seed.value.strip(), tuple(sorted(changed.items()))

    def _show(self) -> None:
        # Outside the lock: drawing starts here, and it may wait for another thread that wants in.
        self.turn.value += 1


def prepare(session: Session) -> None:
    """Compile what has not been compiled on this machine yet, and begin the first run."""
    Simulation(session.preset.value.scenario.but(n_people=50), seed=1).step()
    session.reset()
    if session.view is None:  # the link asked for what cannot be
        problem = session.problem.value
        session.seed.value = FIRST_SEED
        session.reset()
        session.problem.value = problem


def _preset_or_first(name: str) -> Preset:
    """Return the preset that a link names; the first one if there is none of that name."""
    known = presets.names()
    if name in (*known, "default"):
        return presets.load(name)
    return presets.load(FIRST_PRESET if FIRST_PRESET in known else "default")

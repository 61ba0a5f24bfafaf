"""The run bar: play, step, stop, speed, seed; and the prediction that comes before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from agents.errors import DeathspiralError
from agents.randomness import seed_of
from classroom.outcome import sentence_of
from classroom.period_words import clock_of, moment_of
from classroom.session import SPEEDS, Frame, Session


@solara.component_vue("parts/bar.vue")
def BarPart(
    words: dict[str, Any],
    playing: bool,
    locked: bool,
    running: bool,
    clock: str,
    spoken: str,
    period: int,
    horizon: int,
    stop: int | None,
    speed: int,
    speeds: list[dict[str, Any]],
    seed: str,
    compared: bool,
    event_do: Callable[[str], object],
    event_stop: Callable[[str], object],
    event_speed: Callable[[int], object],
    event_seed: Callable[[str], object],
) -> None:
    """Show what moves the run."""


@solara.component_vue("parts/predict.vue")
def PredictPart(
    words: dict[str, Any],
    language: str,
    question: str,
    of: str,
    most: int,
    event_predict: Callable[[float], object],
) -> None:
    """Let the visitor predict the members at the end."""


@solara.component
def RunBar(session: Session, frame: Frame, do: Callable[[str], None]) -> None:
    """Show the bar."""
    BarPart(
        **_run(session, frame),
        **_settings(session),
        event_do=do,
        event_stop=lambda text: set_stop(session, text),
        event_speed=session.speed.set,
        event_seed=lambda text: set_seed(session, text),
    )


def _run(session: Session, frame: Frame) -> dict[str, Any]:
    clock = clock_of(frame, session.words)
    return {
        "playing": session.playing.value,
        "locked": session.locked,
        "running": frame.running,
        "clock": clock,
        "spoken": f"{clock}. {sentence_of(frame.a, session.words)}",
        "period": frame.period,
        "horizon": frame.a.scenario.n_periods,
    }


def _settings(session: Session) -> dict[str, Any]:
    words, setup = session.words, session.setup.value
    return {
        "words": words.room("bar"),
        "stop": setup.stop,
        "speed": session.speed.value,
        "speeds": [{"value": n, "label": words("speed.many", n=n)} for n in SPEEDS],
        "seed": str(setup.seed),
        "compared": setup.b is not None,
    }


@solara.component
def Prediction(session: Session, frame: Frame) -> None:
    """Ask for the members at the end."""
    words, view = session.words, frame.a
    start = float(view.columns["members"][0])
    end = moment_of(view.scenario, view.scenario.n_periods, words)
    PredictPart(
        words=words.room("predict"),
        language=session.setup.value.language,
        question=words("page.predict_question", moment=end),
        of=words("page.predict_of", members=f"{start:,.0f}"),
        most=max(round(view.columns["eligible"][0]), round(start), 1),
        event_predict=lambda guess: session.change(prediction=float(guess)),
    )


def set_seed(session: Session, text: str) -> None:
    """Take a typed seed, or say why it cannot be one."""
    try:
        seed = seed_of(text)
    except DeathspiralError as error:
        session.problems.value = [str(error)]
        return
    session.change(seed=seed)


def set_stop(session: Session, text: str) -> None:
    """Take a typed period to stop at; an empty text is the end."""
    text = text.strip()
    if not text:
        session.change(stop=None)
        return
    if not text.isdecimal() or int(text) < 1:
        session.problems.value = [session.words("problems.stop", value=text)]
        return
    session.change(stop=int(text))

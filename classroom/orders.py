"""What buttons and keys do."""

from __future__ import annotations

from collections.abc import Callable

from classroom.session import Session
from classroom.setup import ROOMS, SKIPPED
from classroom.words import LANGUAGES

KEYS = {
    " ": "play",
    "ArrowRight": "step",
    "e": "end",
    "r": "reset",
    "n": "seed",
    "b": "compare",
    "p": "skip",
    "c": "reveal",
    "l": "language",
    **{str(number): room for number, room in enumerate(ROOMS, 1)},
}
"""What a key of the page means."""


def carry_out(session: Session, order: str) -> None:
    """Do what a button or a key says.

    Parameters
    ----------
    session : Session
        The visitor.
    order : str
        A key of `KEYS`, or what it stands for.
    """
    order = KEYS.get(order, order)
    if order in ROOMS:
        session.change(room=order)
        return
    orders: dict[str, Callable[[], object]] = {
        "play": lambda: _play_or_pause(session),
        "step": lambda: None if session.locked else _step(session),
        "end": lambda: None if session.locked else session.finish(),
        "reset": session.reset,
        "seed": session.new_seed,
        "compare": lambda: session.compare(session.setup.value.b is None),
        "reveal": lambda: session.change(revealed=(session.setup.value.revealed + 1) % 4),
        "skip": lambda: session.change(prediction=SKIPPED),
        "language": lambda: session.change(language=_next_language(session)),
    }
    if order in orders:
        orders[order]()


def _play_or_pause(session: Session) -> None:
    frame = session.frame.value
    if session.playing.value:
        session.playing.value = False
    elif frame is not None and frame.running and not session.locked:
        session.playing.value = True


def _step(session: Session) -> None:
    session.playing.value = False
    session.advance(1)


def _next_language(session: Session) -> str:
    codes = list(LANGUAGES)
    return codes[(codes.index(session.setup.value.language) + 1) % len(codes)]

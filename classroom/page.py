"""The page as a whole: one session for each visitor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.lab

from classroom.board import Board
from classroom.controls.room import Settings
from classroom.lessons.room import LessonRoom
from classroom.links.link import setup_of
from classroom.many_runs.room import SweepRoom
from classroom.orders import carry_out
from classroom.outcome import Outcome
from classroom.paper_game.room import ClassRoom
from classroom.problems import Problems
from classroom.rescues.room import RescueRoom
from classroom.run_bar import Prediction, RunBar
from classroom.session import Frame, Session
from classroom.setup import A, B
from classroom.sharing.panel import Share
from classroom.top import Address, Head, Story

SECONDS_BETWEEN_PICTURES = 0.2
"""Less, and a browser that draws slowly shows nothing until the run is over."""
STYLES = "\n".join(
    style.read_text("utf-8") for style in sorted(Path(__file__).with_name("styles").glob("*.css"))
)
ROOMS: dict[str, Callable[[Session], solara.Element[Any]]] = {
    "sweep": SweepRoom,
    "rescue": RescueRoom,
}
"""What a room shows beside the pool; the sandbox is the pool itself."""


@solara.component
def Page() -> None:
    """Show one visitor's page; its address says what to begin with."""
    asked = solara.use_router().search or ""
    session = solara.use_memo(lambda: Session(*setup_of(asked)), dependencies=[])
    solara.lab.use_task(
        lambda: session.open(session.setup.value, session.problems.value), dependencies=[]
    )

    async def play() -> None:
        await keep_playing(session)

    solara.lab.use_task(play, dependencies=[session.playing.value])
    solara.Title("deathspiral")
    solara.Style(STYLES)
    with solara.v.Html(tag="main", class_="ds-page"):
        Head(session, press=lambda key: carry_out(session, key))
        Problems(session)
        if session.frame.value is None:
            words = session.words
            solara.v.Html(tag="p", class_="ds-preparing", children=[words("page.preparing")])
            solara.ProgressLinear(True)
        else:
            Address(session)
            Rooms(session)


async def keep_playing(session: Session) -> None:
    """Go on until the run ends or is paused; settings and figures stay in use meanwhile."""
    while session.playing.value:
        if not session.advance(session.speed.value):
            session.playing.value = False
        await asyncio.sleep(SECONDS_BETWEEN_PICTURES)


@solara.component
def Rooms(session: Session) -> None:
    """Show the open room. The pool stands beside what concerns it; a lesson brings its own.

    The list of lessons keeps the place of a lesson, and with it what was answered there.
    """
    setup = session.setup.value
    if setup.room == "class":
        ClassRoom(session)
    elif setup.room == "lessons":
        beside = "ds-columns ds-beside" if setup.lesson else ""
        with solara.v.Html(tag="div", class_=beside).key("lessons"):
            LessonRoom(session)
            if setup.lesson:
                with solara.v.Html(tag="div", class_="ds-main"):
                    Run(session)
    else:
        with solara.v.Html(tag="div", class_="ds-columns"):
            Story(session)
            with solara.v.Html(tag="div", class_="ds-main", attributes={"id": "run"}):
                ROOMS.get(setup.room, Run)(session)
            with solara.v.Html(tag="div", class_="ds-side"):
                Settings(session)


@solara.component
def Run(session: Session) -> None:
    """Show the runs of A and B as they stand; beside a lesson the figures come first.

    With keys, since what follows the prediction would otherwise be made anew without it.
    """
    frame = session.frame.value
    assert frame is not None
    RunBar(session, frame, do=lambda what: carry_out(session, what))
    if session.locked:
        Prediction(session, frame).key("prediction")
    if session.setup.value.room == "lessons":
        Board(session, frame).key("board")
        Outcomes(session, frame).key("outcomes")
    else:
        Outcomes(session, frame).key("outcomes")
        Board(session, frame).key("board")
        Share(session, frame).key("share")


@solara.component
def Outcomes(session: Session, frame: Frame) -> None:
    """Show what came of A and of B."""
    two = " ds-two" if len(frame.views) > 1 else ""
    with solara.v.Html(tag="div", class_=f"ds-arms{two}"):
        for arm, view in zip((A, B), frame.views, strict=False):
            Outcome(session, frame, arm, view)


@solara.component
def Layout(children: list[solara.Element[Any]]) -> None:
    """Hold the page without a frame of its own, so that it scrolls and prints as a whole."""
    solara.v.Html(tag="div", children=children)

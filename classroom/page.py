"""The page as a whole: one session for each visitor."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import solara
import solara.lab

from classroom.panels import Chart, Fit, Header, Outcome, RunBar, Settings, Story, Tiles
from classroom.session import Session, prepare

SECONDS_BETWEEN_PICTURES = 0.2
"""Less, and a browser that draws slowly shows nothing until the run is over."""
STYLE = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:
    """Show one visitor's run; `?preset=stable&seed=7` in the address says what to begin with."""
    asked = dict(parse_qsl(solara.use_router().search or ""))
    session = solara.use_memo(
        lambda: Session(asked.get("preset", ""), asked.get("seed", "")), dependencies=[]
    )
    preparing = solara.lab.use_task(lambda: prepare(session), dependencies=[])

    async def play() -> None:
        while session.playing.value:
            if not session.advance(session.stride):
                session.playing.value = False
            await asyncio.sleep(SECONDS_BETWEEN_PICTURES)

    solara.lab.use_task(play, dependencies=[session.playing.value])
    solara.Title("deathspiral")
    solara.Style(STYLE)
    with solara.v.Html(tag="main", class_="ds-page"):
        Header()
        Fit()
        with solara.v.Html(tag="div", class_="ds-columns"):
            Story(session)
            with solara.v.Html(tag="div", class_="ds-main"):
                Run(session, is_preparing=preparing.pending)
            Settings(session)


@solara.component
def Run(session: Session, is_preparing: bool) -> None:
    """Show the run, once there is one."""
    session.turn.get()
    view = session.view
    if view is None:
        if is_preparing:
            solara.ProgressLinear(True)
            solara.Text(
                "Preparing the model. The first time on a machine its rules are compiled: "
                "this takes about a minute, once."
            )
        return
    RunBar(session, view)
    Outcome(view)
    Chart(view)
    Tiles(view)


@solara.component
def Layout(children: list[solara.Element[Any]]) -> None:
    """Hold the page without a frame of its own, so that it scrolls and prints as a whole."""
    solara.v.Html(tag="div", children=children)

"""The top of the page: rooms, language, keys, the address, the pool and its story."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import solara

from classroom.links.link import query_of, setup_of
from classroom.session import Session
from classroom.setup import ROOMS, Setup
from classroom.words import LANGUAGES, Words
from experiments.parameters import title_of
from model import presets
from model.shipped import shipped_names


@solara.component_vue("parts/head.vue")
def HeadPart(
    words: dict[str, Any],
    language: str,
    other: dict[str, str],
    room: str,
    rooms: list[dict[str, str]],
    key_list: list[dict[str, str]],
    event_room: Callable[[str], object],
    event_language: Callable[[str], object],
    event_key: Callable[[str], object],
) -> None:
    """Show the rooms, the language and the list of keys; hear keys."""


@solara.component_vue("parts/address.vue")
def AddressPart(query: str, place: str, event_open: Callable[[str], object]) -> None:
    """Keep the browser's address and its back button in step with the page."""


@solara.component_vue("parts/story.vue")
def StoryPart(
    words: dict[str, Any],
    preset: str,
    groups: list[dict[str, Any]],
    story: str,
    notes: list[str],
    event_choose: Callable[[str], object],
) -> None:
    """Choose a pool and read its story."""


@solara.component
def Head(session: Session, press: Callable[[str], None]) -> None:
    """Show what is above everything.

    Parameters
    ----------
    session : Session
        The visitor.
    press : callable
        Carries out what a key means.
    """
    words, setup = session.words, session.setup.value
    other = next(code for code in LANGUAGES if code != setup.language)
    HeadPart(
        words=words.room("head"),
        language=setup.language,
        other={"code": other, "label": LANGUAGES[other]},
        room=setup.room,
        rooms=[{"name": name, "label": words(f"rooms.{name}")} for name in ROOMS],
        key_list=[{"key": key, **texts} for key, texts in words.room("keys").items()],
        event_room=lambda room: session.change(room=room),
        event_language=lambda language: session.change(language=language),
        event_key=press,
    )


@solara.component
def Address(session: Session) -> None:
    """Keep the address and the page in step."""
    here, said = session.here, session.setup.value
    AddressPart(
        query=query_of(here),
        place=f"{said.room} {said.lesson} {said.screen} {said.preset}",
        event_open=lambda query: session.open(*setup_of(query)),
    )


@solara.component
def Story(session: Session) -> None:
    """Choose a pool; its story, assumptions and sources."""
    words, setup = session.words, session.setup.value
    preset = setup.story
    StoryPart(
        words=words.room("story"),
        preset=preset.name,
        groups=_pools(setup.language),
        story=_story(setup, words),
        notes=[
            *(words("story.assumed", what=one) for one in preset.assumptions),
            *preset.sources,
        ],
        event_choose=session.choose,
    )


def _story(setup: Setup, words: Words) -> str:
    """Return the preset's story; before a prediction it would give the answer away."""
    if setup.prediction is None:
        return words("story.later")
    return " ".join(words.of(setup.story, "story").split())


@functools.cache
def _pools(language: str) -> list[dict[str, Any]]:
    words = Words(language)
    pools = {"stories": presets.names(), "plans": shipped_names("model", "plans")}
    return [
        {
            "label": words(f"story.{group}"),
            "options": [
                {"name": name, "title": title_of(presets.load(name), language)} for name in names
            ],
        }
        for group, names in pools.items()
    ]

"""The saver: a text of the server's becomes a file of the visitor's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import solara


@dataclass(frozen=True)
class File:
    """A text on its way to become a file of the visitor's."""

    number: int
    name: str
    kind: str
    text: str


@solara.component_vue("../parts/saver.vue")
def SaverPart(
    number: int, name: str, kind: str, text: str, event_saved: Callable[[int], None]
) -> None:
    """Hand a text to the browser as a file."""


@solara.component
def Saver(file: solara.Reactive[File | None]) -> None:
    """Hand over a file, if there is one, and forget it."""

    def saved(number: int) -> None:
        if file.value is not None and file.value.number == number:
            file.value = None  # a page of some megabytes would stay in memory and be sent again

    with solara.Column(gap="0"):
        if file.value is not None:
            one = file.value
            SaverPart(
                number=one.number, name=one.name, kind=one.kind, text=one.text, event_saved=saved
            )

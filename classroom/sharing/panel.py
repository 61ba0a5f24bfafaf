"""Sharing: link, Python, TOML, CSV, a page in one file."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import solara

from classroom.links.link import query_of
from classroom.session import Frame, Session
from classroom.sharing.saver import File, Saver
from classroom.sharing.snippet import (
    command_of,
    csv_name,
    python_of,
    stem,
    toml_of,
    with_prediction,
)
from classroom.sharing.takeaway import takeaway

EMBED = (
    '<iframe src="{address}" width="100%" height="900" style="border: 0" '
    'title="deathspiral" allow="clipboard-write"></iframe>'
)


@solara.component_vue("../parts/share.vue")
def SharePart(
    words: dict[str, Any],
    query: str,
    files: list[dict[str, str]],
    texts: list[dict[str, str]],
    failed: int,
    event_ask: Callable[[str], None],
) -> None:
    """Offer the link, files and texts to copy."""


@solara.component
def Share(session: Session, frame: Frame) -> None:
    """Show how to take the runs elsewhere."""
    numbers = solara.use_memo(lambda: itertools.count(1), [])
    file: solara.Reactive[File | None] = solara.use_reactive(None)
    failed, say_failed = solara.use_state(0)

    def make(number: int, what: str) -> None:
        try:
            file.value = File(number, *_made(session, what))
        except Exception:
            say_failed(number)
            raise

    def ask(what: str) -> None:
        threading.Thread(target=make, args=(next(numbers), what), daemon=True).start()

    SharePart(
        words=session.words.room("share"),
        query=query_of(session.here),
        files=_files(session),
        texts=_texts(session, frame),
        failed=failed,
        event_ask=ask,
    )
    Saver(file)


def _files(session: Session) -> list[dict[str, str]]:
    """Return what there is to save: one of each for each arm, and the page."""
    words, two = session.words, len(session.setup.value.arms) > 1
    found = []
    for what in ("csv", "toml"):
        for arm in session.setup.value.arms:
            label = words(f"share.{what}", arm=f" {arm.upper()}" if two else "")
            note = words(f"share.{what}_note", command=command_of(session.setup.value, arm))
            found.append({"what": f"{what}-{arm}", "label": label, "note": note})
    page = {"label": words("share.page"), "note": words("share.page_note")}
    return [*found, {"what": "page", **page}]


def _texts(session: Session, frame: Frame) -> list[dict[str, str]]:
    codes = {"python": python_of(session.here, frame.views), "embed": EMBED}
    words = session.words
    return [
        {
            "title": words(f"share.{what}"),
            "note": words(f"share.{what}_note"),
            "copied": words(f"share.{what}_copied"),
            "code": code,
        }
        for what, code in codes.items()
    ]


def _made(session: Session, what: str) -> tuple[str, str, str]:
    """Return name, kind and content of a file that was asked for."""
    setup = session.here
    kind, _, arm = what.partition("-")
    if kind == "csv":
        history = session.histories()[setup.arms.index(arm)]
        return csv_name(setup, arm), "text/csv", with_prediction(history, setup).write_csv()
    if kind == "toml":
        return f"{stem(setup, arm)}.toml", "application/toml", toml_of(setup, arm)
    return f"{stem(setup)}.html", "text/html", takeaway(setup, session.words)

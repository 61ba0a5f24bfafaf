"""The diary of a folder: one file a session, so that tables hold nothing that depends on it."""

from __future__ import annotations

import datetime
import json
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "sessions"


class Session:
    """What one driver did and when, a line of JSON each.

    A diary that cannot be written is no reason to stop: a full disk stops the next commit.
    """

    def __init__(self, folder: Path, **facts: Any) -> None:
        moment = now().strftime("%Y%m%dT%H%M%S.%f")
        self._path = folder / FOLDER / f"{moment}-{os.getpid()}.jsonl"
        self._since = time.perf_counter()
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
        host = {"host": platform.node(), "pid": os.getpid()}
        self.note("start", at=now().isoformat(timespec="seconds"), **host, **facts)

    def note(self, what: str, **facts: Any) -> None:
        """Write one line; ``after`` is the time since the start [s]."""
        line = {"what": what, "after": round(time.perf_counter() - self._since, 3), **facts}
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def now() -> datetime.datetime:
    """Return the present moment in UTC."""
    return datetime.datetime.now(datetime.UTC)


def sessions_of(folder: Path) -> list[list[dict[str, Any]]]:
    """Return the lines of all sessions, the oldest first; half a line at an end is left out."""
    return [_lines(path) for path in sorted((folder / FOLDER).glob("*.jsonl"))]


def _lines(path: Path) -> list[dict[str, Any]]:
    lines = []
    for text in path.read_text("utf-8", errors="replace").splitlines():
        with suppress(json.JSONDecodeError):
            lines.append(json.loads(text))
    return lines

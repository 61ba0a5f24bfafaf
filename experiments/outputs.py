"""Files that appear whole or not at all: written under other names, renamed at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.errors import DeathspiralError

Writer = Callable[[Path], None]

_OF_THE_STORE = ("manifest.json", "spec.toml", "design.parquet", "runs.parquet", "series.parquet")


class OutputError(DeathspiralError, OSError):
    """A folder or file that cannot be written."""


class Outbox:
    """A folder that is tried out before a run, and filled after it.

    As a context it makes the folder; if it is left without `fill`, whatever it made is gone.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._made: Path | None = None
        self._filled = False

    def __enter__(self) -> Self:
        if self.folder is not None:
            self._made = _topmost_missing(self.folder)
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=self.folder).close()
            except OSError as error:
                self._take_back()
                raise _refusal(self.folder, error) from None
        return self

    def fill(self, writers: dict[str, Writer]) -> list[Path]:
        """Write files and return their paths.

        Parameters
        ----------
        writers : dict
            File name → what writes the file at a path it is given.

        Raises
        ------
        OutputError
            If a file cannot be written; no file was changed then.
        """
        if self.folder is None:
            return []
        try:
            with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=self.folder) as draft:
                for name, write in writers.items():
                    write(Path(draft) / name)
                for name in writers:
                    os.replace(Path(draft) / name, self.folder / name)
        except OSError as error:
            raise _refusal(self.folder, error) from None
        self._filled = True
        return [self.folder / name for name in writers]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._filled:
            self._take_back()

    def _take_back(self) -> None:
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)


def spare_the_store(path: Path) -> None:
    """Refuse to write over a file that a results folder lives by.

    Raises
    ------
    OutputError
        If it is one.
    """
    if path.name in _OF_THE_STORE and (path.parent / _OF_THE_STORE[0]).exists():
        raise OutputError(f"{path} is the sweep's own file; name another with --out")


def _topmost_missing(folder: Path) -> Path | None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    return missing[-1] if missing else None


def _refusal(folder: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"output folder {folder} cannot be written: {reason}; name another with --out"
    )

"""One driver a folder: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from experiments.sweeps.refusals import StorageError, SweepError

NAME = ".lock"


class Lock:
    """The right to write in a results folder, as a context.

    Raises
    ------
    SweepError
        If another process holds it.
    StorageError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def __enter__(self) -> Self:
        try:
            self._file = self._open()
        except BlockingIOError:
            raise SweepError(
                f"folder {self._path.parent} is being written by {self._holder()}; wait until it "
                "has ended, stop it, or name another folder with --out"
            ) from None
        except OSError as error:
            raise StorageError(
                f"results folder {self._path.parent} cannot be locked: "
                f"{error.strerror or error}; name another with --out"
            ) from None
        with suppress(OSError):  # a full disk: the lock holds all the same
            os.ftruncate(self._file, 0)
            os.write(self._file, json.dumps([os.getpid(), platform.node()]).encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def _open(self) -> int:
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Its last holder may have removed an empty folder's lock since we opened it.
                if self._path.exists() and os.path.samestat(os.fstat(file), self._path.stat()):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _holder(self) -> str:
        try:
            pid, host = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return "another process"
        return f"process {pid} on {host}"


def holder(folder: Path) -> str | None:
    """Return who writes in a folder at this moment, in words; None for nobody."""
    try:
        file = os.open(folder / NAME, os.O_RDONLY)  # the folder may be another user's
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Lock(folder)._holder()
    except OSError:
        return None
    finally:
        os.close(file)
    return None

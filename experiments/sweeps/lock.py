"""One driver a folder: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from experiments.sweeps.refusals import StorageError, SweepError

NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the right to write in a results folder.

    Raises
    ------
    SweepError
        If another process holds it.
    StorageError
        If the folder cannot be written.
    """
    try:
        file = _opened(folder / NAME)
    except BlockingIOError:
        raise SweepError(
            f"folder {folder} is being written by {_name_in(folder)}; wait until it has ended, "
            "stop it, or name another folder with --out"
        ) from None
    except OSError as error:
        raise StorageError(
            f"results folder {folder} cannot be locked: {error.strerror or error}; name another "
            "with --out"
        ) from None
    try:
        with suppress(OSError):  # a full disk: the lock holds all the same
            os.ftruncate(file, 0)
            os.write(file, json.dumps([os.getpid(), platform.node()]).encode())
        yield
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its last holder may have removed an empty folder's lock since we opened it.
            if path.exists() and os.path.samestat(os.fstat(file), path.stat()):
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _name_in(folder: Path) -> str:
    try:
        pid, host = json.loads((folder / NAME).read_text("utf-8"))
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
        return _name_in(folder)
    except OSError:
        return None
    finally:
        os.close(file)
    return None

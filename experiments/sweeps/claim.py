"""A results folder for one driver, from its first file on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from experiments.sweeps.lock import NAME as LOCK
from experiments.sweeps.lock import locked
from experiments.sweeps.manifest import NAME, read_manifest
from experiments.sweeps.refusals import StorageError


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder, made if need be; leave none behind in which nothing was promised.

    Raises
    ------
    SweepError
        If another process holds it, or it is of something else.
    StorageError
        If it cannot be made or written.
    """
    read_manifest(folder)  # refuse a stranger's before anything is written there
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"results folder {folder} cannot be made: {error.strerror or error}; name another "
            "with --out"
        ) from None
    with locked(folder):
        try:
            yield
        finally:
            if not (folder / NAME).exists():
                _taken_back(folder, missing)


def _taken_back(folder: Path, made: list[Path]) -> None:
    with suppress(OSError):
        for path in (*folder.glob("sessions/*"), folder / "spec.toml", folder / "design.parquet"):
            path.unlink(missing_ok=True)
        for name in ("sessions", "runs", "series", "failures"):
            with suppress(FileNotFoundError):
                (folder / name).rmdir()
        (folder / LOCK).unlink(missing_ok=True)
        for place in made:
            place.rmdir()

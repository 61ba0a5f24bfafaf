"""A results folder: parts that appear whole or not at all, and the tables made of them.

The listing of ``runs/`` is the log of what is done: a chunk's series are written first, its runs
last, each under another name, flushed to the disk and renamed.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from experiments.sweeps.refusals import StorageError

RUNS, SERIES, FAILURES = "runs", "series", "failures"
OK = "ok"
_PART = re.compile(r"part-(\d{6,})\.parquet")
_DRAFT = ".unfinished-"
_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)")
"""How polars hands on what the system refused: as an error of its own, the number in its text."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ROW_GROUP = 100_000
"""Rows of a row group; fixed, so that the bytes of a table do not depend on the chunks."""


class Store:
    """The files of one results folder.

    Parameters
    ----------
    folder : Path
        Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folders that parts go to, and remove what an interrupted writer left.

        Raises
        ------
        StorageError
            If the folder cannot be written.
        """
        with self._told():
            for name in (RUNS, SERIES, FAILURES):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            for draft in self.folder.rglob(f"{_DRAFT}*"):
                draft.unlink(missing_ok=True)

    def write(self, name: str, content: bytes | Callable[[Path], object]) -> None:
        """Write a file of the folder so that it is there whole or not at all.

        Parameters
        ----------
        name : str
            Path within the folder.
        content : bytes or callable
            What is in it, or what writes it at a path it is given.

        Raises
        ------
        StorageError
            If the disk does not take it; a file of that name is as it was.
        """
        path = self.folder / name
        draft = path.with_name(f"{_DRAFT}{path.name}")
        with self._told():
            try:
                if isinstance(content, bytes):
                    draft.write_bytes(content)
                else:
                    content(draft)
                _flush(draft)
                os.replace(draft, path)
            except BaseException:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
                raise
            _flush(path.parent)

    def commit(self, part: int, runs: bytes, series: bytes, failures: str) -> None:
        """Write the part of a chunk; it is done from the moment its runs are there.

        Raises
        ------
        StorageError
            If the disk does not take it; the chunk is not done then.
        """
        if failures:
            self.write(f"{FAILURES}/part-{part:06d}.txt", failures.encode("utf-8"))
        if series:
            self.write(f"{SERIES}/{part_name(part)}", series)
        self.write(f"{RUNS}/{part_name(part)}", runs)
        if not failures:
            with suppress(OSError):
                (self.folder / FAILURES / f"part-{part:06d}.txt").unlink(missing_ok=True)

    def parts(self) -> list[int]:
        """List the chunks that are done, in order."""
        with self._told():
            folder = self.folder / RUNS
            names = os.listdir(folder) if folder.is_dir() else []
        return sorted(int(found[1]) for name in names if (found := _PART.fullmatch(name)))

    def scan(self, table: str) -> pl.LazyFrame | None:
        """Return the parts of a table in the order of their runs; None if there are none."""
        paths = [self.folder / table / part_name(part) for part in self.parts()]
        paths = [path for path in paths if path.exists()]
        return pl.scan_parquet(paths, glob=False) if paths else None

    def statuses(self) -> pl.DataFrame:
        """Return number and status of every run that is done.

        Returns
        -------
        DataFrame
            ``run`` (Int64) and ``status`` (String).

        Raises
        ------
        StorageError
            If a part cannot be read.
        """
        runs = self.scan(RUNS)
        if runs is None:
            return pl.DataFrame(schema={"run": pl.Int64, "status": pl.String})
        with self._told():
            return runs.select("run", "status").collect()

    def merge(self, design: pl.DataFrame) -> None:
        """Write ``series.parquet`` and then ``runs.parquet``, whose presence says complete.

        The bytes depend on the rows alone; memory does not grow with their number.

        Raises
        ------
        StorageError
            If the disk does not take it.
        """
        for table in (SERIES, RUNS):
            frame = self.table(table, design)
            if frame is not None:
                self.write(f"{table}.parquet", _sink(frame))

    def table(self, table: str, design: pl.DataFrame) -> pl.LazyFrame | None:
        """Return a table as its reader sees it, from the parts.

        Parameters
        ----------
        table : str
            ``runs`` or ``series``.
        design : DataFrame
            What joins the runs: label and factors by point.
        """
        frame, runs = self.scan(table), self.scan(RUNS)
        if frame is None or runs is None:
            return None
        if table == SERIES:
            # A part of series may be newer than its runs, if a retry was killed between the two.
            fine = runs.filter(pl.col("status") == OK).select("run")
            return frame.join(fine, on="run", how="semi", maintain_order="left")
        head = ["run", "point", "replicate", "seed", "status", "error"]
        joined = frame.join(design.lazy(), on="point", how="left", maintain_order="left")
        return joined.select(*head, *design.columns[1:], pl.exclude(*head, *design.columns))

    def forget_tables(self) -> None:
        """Remove the merged tables: there is more to come."""
        with self._told():
            for table in (RUNS, SERIES):
                (self.folder / f"{table}.parquet").unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except StorageError:
            raise
        except OSError as error:
            raise self._not_written(error.strerror or str(error)) from None
        except pl.exceptions.PolarsError as error:
            refused = _OF_THE_SYSTEM.search(str(error))
            if refused is not None and int(refused[1]) in _FULL:
                raise self._not_written(os.strerror(int(refused[1]))) from None
            raise StorageError(
                f"results folder {self.folder} cannot be read or merged: "
                f"{' '.join(str(error).split())}; what was committed is kept, "
                f"`deathspiral verify {self.folder}` finds bad parts"
            ) from None

    def _not_written(self, reason: str) -> StorageError:
        return StorageError(
            f"results folder {self.folder} cannot be written: {reason}; what was committed is "
            "kept, make room and give the same command again"
        )


def part_name(part: int) -> str:
    """Return the name of a part's file."""
    return f"part-{part:06d}.parquet"


def _sink(frame: pl.LazyFrame) -> Callable[[Path], object]:
    return lambda path: frame.sink_parquet(
        path, row_group_size=_ROW_GROUP, maintain_order=True, statistics=True
    )


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)

"""How rules and sweeps are compiled, and where the compiled code is kept.

A rule is a scalar function of one person; a sweep is the loop that applies rules to a range of
people. Compiled code is cached on disk in a folder named after the contents of this package, so
that a change in any rule, in whichever file, can never meet an old machine code.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding as llvm
import numba

# A loop over people touches a dozen columns. LLVM turns it into vector code only if it may check at
# its start that none of them overlap, and by itself it checks no more than eight pairs.
llvm.set_option("deathspiral", "--runtime-memory-check-threshold=256")

# Numba's types know neither its settings nor all of its options.
_settings: Any = numba.config
_njit: Any = numba.njit

Function = TypeVar("Function", bound=Callable[..., Any])


def _digest() -> str:
    """Hash the sources of this package and the versions that compile them."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _cache_folder() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deathspiral"
    folder = Path(_settings.CACHE_DIR or home) / f"kernels-{_digest()}"
    return folder if _writable(folder) else Path(tempfile.gettempdir()) / folder.name


CACHE = _cache_folder()
_settings.CACHE_DIR = str(CACHE)


def _marker() -> Path:
    """Return the file that says that this very copy of the sources has been compiled.

    Compiled code is bound to the path and the time stamp of each source, so the marker is too.
    """
    sources = sorted(Path(__file__).parent.glob("*.py"))
    stamps = [f"{source} {source.stat().st_mtime_ns}" for source in sources]
    return CACHE / f"warm-{hashlib.sha256(' '.join(stamps).encode()).hexdigest()[:16]}"


def is_warm() -> bool:
    """Whether compiled kernels are already on disk, so that nothing will be compiled."""
    return _marker().exists()


@functools.cache
def mark_warm() -> None:
    """Remember, once a process, that a run went to its end: every kernel it needs is on disk."""
    with contextlib.suppress(OSError):
        _marker().touch()


# Rules and sweeps only read and write columns that their caller holds, so they are compiled
# without reference counting: with it, every mention of a column in a loop would cost two atomic
# operations, and the same sweeps ran several times slower. They cannot create arrays.
_COLUMNS_ONLY = {"error_model": "numpy", "nogil": True, "cache": True, "_nrt": False}


def rule(function: Function) -> Function:
    """Compile a scalar function of one person; callable from sweeps and from Python."""
    compiled: Function = _njit(forceinline=True, **_COLUMNS_ONLY)(function)
    return compiled


def sweep(function: Function) -> Function:
    """Compile a loop over a range of people; it releases the interpreter lock."""
    compiled: Function = _njit(**_COLUMNS_ONLY)(function)
    return compiled


def builder(function: Function) -> Function:
    """Compile a function that creates arrays, or that calls sweeps with arrays it made."""
    compiled: Function = _njit(error_model="numpy", nogil=True, cache=True)(function)
    return compiled


unsigned: Any = numba.uint64
"""Type of rows in loops. A signed index may count from the end, and numba's check for that in every
access keeps a loop over people from becoming vector code."""

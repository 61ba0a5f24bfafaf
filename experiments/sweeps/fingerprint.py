"""Which code made a result: its fingerprint, the packages under it, and the commit."""

from __future__ import annotations

import functools
import hashlib
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
_SOURCES = ("agents/**/*.py", "model/**/*.py", "model/data/**/*", "experiments/sweeps/outcomes.py",
            "experiments/sweeps/seeds.py")  # fmt: skip
_PACKAGES = ("numpy", "numba", "polars", "SALib", "scipy")


@functools.cache
def fingerprint() -> str:
    """Return a hash of all sources that decide what a run gives."""
    files = {file for pattern in _SOURCES for file in _ROOT.glob(pattern) if file.is_file()}
    digest = hashlib.sha256()
    for file in sorted(file for file in files if "__pycache__" not in file.parts):
        digest.update(f"{file.relative_to(_ROOT).as_posix()}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def code() -> dict[str, Any]:
    """Return what decides results besides the experiment, and where it comes from.

    Returns
    -------
    dict
        ``fingerprint`` and ``packages`` must stay the same within a folder; ``commit`` and
        ``modified`` (None outside a git checkout) are for the reader.
    """
    packages = {"Python": platform.python_version()}
    packages |= {name: metadata.version(name) for name in _PACKAGES}
    commit = _git("rev-parse", "HEAD")
    changed = None if commit is None else bool(_git("status", "--porcelain"))
    return {
        "fingerprint": fingerprint(),
        "packages": packages,
        "commit": commit,
        "modified": changed,
    }


def _git(*words: str) -> str | None:
    if not (_ROOT / ".git").exists():
        return None
    command = ["git", "-C", str(_ROOT), *words]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()

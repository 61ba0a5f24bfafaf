"""The project as the tests of the house read it: committed files, and parsed sources."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# From the ground up.
FLOORS = ("agents", "model", "experiments", "classroom", "app")


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the project, and what is in it."""

    path: str
    text: str

    @property
    def floor(self) -> str:
        """Return the package (or module) at the top of the path."""
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def floors_above(self) -> tuple[str, ...]:
        """Return what stands on this floor, and must not be imported from it."""
        return FLOORS[FLOORS.index(self.floor) + 1 :]

    @property
    def tree(self) -> ast.Module:
        """Return the parsed text."""
        return ast.parse(self.text, self.path)

    @property
    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and dotted name of everything absolute that is imported, at any depth."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    yield from ((node.lineno, alias.name) for alias in node.names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield node.lineno, module
                    yield from ((node.lineno, f"{module}.{a.name}") for a in node.names)
                case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _imports(node.func):
                    yield node.lineno, name


def _imports(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name in ("import_module", "__import__")


@pytest.fixture(scope="session")
def committed(root: Path) -> list[str]:
    """Return the paths of all files that are, or are about to be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git working copy: what is committed cannot be told")
    return sorted(path for path in listed.stdout.split("\0") if path and (root / path).is_file())


@pytest.fixture(scope="session")
def texts(root: Path, committed: list[str]) -> dict[str, str]:
    """Return the content of every committed file that is text."""
    contents = {}
    for path in committed:
        raw = (root / path).read_bytes()
        if b"\0" not in raw:
            contents[path] = raw.decode("utf-8")
    return contents


@pytest.fixture(scope="session")
def sources(root: Path) -> list[Source]:
    """Return every Python file of the floors."""
    files = [path for floor in FLOORS for path in sorted((root / floor).rglob("*.py"))]
    files += [root / "app.py"] if (root / "app.py").is_file() else []
    found = [Source(f.relative_to(root).as_posix(), f.read_text("utf-8")) for f in files]
    # A check of nothing would pass.
    assert {"agents", "model", "experiments"} <= {source.floor for source in found}
    return found


@pytest.fixture
def source_of() -> type[Source]:
    """Return what makes a source of a path and a text, to test the tests."""
    return Source

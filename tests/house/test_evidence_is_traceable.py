"""Every claim of the evidence has a command that can be typed, and every file it names exists."""

from __future__ import annotations

import itertools
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from cyclopts import CycloptsError

from experiments.cli import app
from model import presets
from model.shipped import shipped_names

ELEMENTS = [
    "Problem formulation",
    "Model description",
    "Data evaluation",
    "Conceptual model evaluation",
    "Implementation verification",
    "Model output verification",
    "Model analysis",
    "Model output corroboration",
]
STATUSES = {"CONFIRMED", "PARTIAL", "OPEN"}
PATTERNS = {
    *(f"P{n}" for n in range(1, 15)),
    *(f"E{n}" for n in range(1, 7)),
}
STARTS = ("deathspiral ", "python -m ", "make ")
DOCUMENTS = ("docs/evidence.md", "docs/history.md")
CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^ {4}((?:deathspiral|python|make) [^\\\n]*(?:\\\n[^\\\n]*)*)$", re.MULTILINE)
FILE = re.compile(r"^(?:agents|classroom|docs|experiments|model|tests)/[\w./-]*\w$")


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a text: rows of cells, the heading first."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    rows = [[_cells(line) for line in table.strip().splitlines()] for table in found]
    return [[table[0], *table[2:]] for table in rows]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def commands(text: str) -> list[str]:
    """Return the commands of a text: in backticks, and in blocks of their own."""
    quoted = [code for code in CODE.findall(text) if code.startswith(STARTS)]
    return [*quoted, *(block.replace("\\\n", " ") for block in BLOCK.findall(text))]


def fault_of(command: str, root: Path) -> str:
    """Say why a command cannot be typed, or nothing."""
    program, *words = shlex.split(command, comments=True)
    if program == "deathspiral":
        return _fault_of_ours(words, root)
    if program == "make":
        targets = re.findall(r"^(\w+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
        return "" if set(words) <= set(targets) else f"no such target: {words}"
    module, *words = words[1:]
    if module != "pytest":
        return "" if (root / f"{module.replace('.', '/')}.py").is_file() else f"no module {module}"
    return next((why for why in (_fault_of_test(word, root) for word in words) if why), "")


def _fault_of_ours(words: list[str], root: Path) -> str:
    try:
        function, *_ = app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return str(error)
    known = {*presets.names(), *presets.plan_names(), "default"}
    known |= set(shipped_names("experiments", "named"))
    if function.__name__ not in ("run", "show", "rescue", "sweep", "compare"):
        return ""
    named = itertools.takewhile(lambda word: not word.startswith("-"), words[1:])
    lost = [name for name in named if name not in known and not (root / name).is_file()]
    return f"no story, plan, experiment or file {lost}" if lost else ""


def _fault_of_test(word: str, root: Path) -> str:
    path, _, name = word.partition("::")
    if not (root / path).exists():
        return f"no {path}"
    return "" if not name or f"def {name}" in (root / path).read_text("utf-8") else f"no {word}"


@pytest.fixture(scope="module")
def evidence(root):
    return (root / "docs/evidence.md").read_text("utf-8")


def test_elements_of_the_evidence_are_those_of_trace_in_their_order(evidence):
    headings = re.findall(r"^## \d (.+)$", evidence, re.MULTILINE)
    assert headings == ELEMENTS


def test_every_claim_has_a_source_a_command_and_a_figure(evidence):
    claims = [table for table in tables(evidence) if "command" in table[0]]
    assert len(claims) >= len(ELEMENTS)
    for heading, *rows in claims:
        assert heading[0] in ("claim", "pattern", "case", "account")
        assert {"command", "figure"} <= set(heading)
        for row in rows:
            assert len(row) == len(heading), row
            assert all(row), row
            assert commands(row[heading.index("command")]), f"no command: {row[0]}"


def test_every_pattern_has_a_status(evidence):
    judged = [table for table in tables(evidence) if "status" in table[0]]
    for heading, *rows in judged:
        assert {row[heading.index("status")] for row in rows} <= STATUSES
    named = {row[0].split()[0] for table in judged for row in table[1:]}
    assert named >= PATTERNS


def test_every_stylised_preset_is_among_the_patterns(evidence):
    shown = {command for command in commands(evidence) if command.startswith("deathspiral run ")}
    told = {name for name in presets.names() if presets.load(name).outcomes}
    assert told <= {command.split()[2] for command in shown}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_can_be_typed(root, document):
    found = commands((root / document).read_text("utf-8"))
    assert found
    assert not {command: fault_of(command, root) for command in found if fault_of(command, root)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(root, document):
    named = filter(FILE.match, CODE.findall((root / document).read_text("utf-8")))
    assert not [path for path in named if not (root / path).exists()]


def test_every_plan_that_ended_is_told(root):
    history = (root / "docs/history.md").read_text("utf-8")
    plans = [tomllib.loads(p.read_text("utf-8")) for p in (root / "model/plans").glob("*.toml")]
    ended = [plan["title_zh"] for plan in plans if "closed" in plan]
    assert len(ended) >= 14
    assert not [title for title in ended if title.split()[-1] not in history]


@pytest.mark.parametrize(
    ("command", "typable"),
    [
        ("deathspiral run xianghubao --seed 1 --out results/x", True),
        ("deathspiral run nobody", False),
        ("deathspiral run xianghubao --speed 1", False),
        ("deathspiral fly", False),
        ("deathspiral run stable nobody", False),
        ("deathspiral sweep docs/history/channels.toml", True),
        ("deathspiral sweep docs/history/gone.toml", False),
        ("python -m pytest tests/house/test_evidence_is_traceable.py", True),
        ("python -m pytest tests/house/test_evidence_is_traceable.py::test_gone", False),
        ("python -m experiments.documents", True),
        ("python -m experiments.gone", False),
        ("make test", True),
        ("make gone", False),
    ],
)
def test_what_cannot_be_typed_is_seen(root, command, typable):
    assert bool(fault_of(command, root)) is not typable


def test_cells_and_commands_are_found():
    text = "| claim | command |\n| --- | --- |\n| a \\| b | `make test` |\n\n    make x \\\n  y\n"
    assert tables(text) == [[["claim", "command"], ["a \\| b", "`make test`"]]]
    assert commands(text) == ["make test", "make x    y"]

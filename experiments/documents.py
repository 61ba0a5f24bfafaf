"""The tables of docs/odd.md: read off the code, written between markers, checked by a test.

`python -m experiments.documents` writes them. What a table says about a parameter, a measure or a
column is said where the code declares it; only what the code has no words for is said here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.document_tables import MARKED, renewed, table
from experiments.parameters import Parameter, number, plan_rules, scenario_parameters, shown

__all__ = ["MARKED", "ODD", "TABLES", "expected", "lost_pointers", "main", "table"]

ROOT = Path(__file__).resolve().parent.parent
ODD = ROOT / "docs" / "odd.md"

POINTER = re.compile(r"`([\w/]+\.py)(?:: ([\w.]+))?`")

STATUSES = {
    "outside": "never a member, or aged out",
    "waiting": "member in the waiting period: may owe, cannot claim",
    "covered": "member with cover",
    "lapsed": "left by choice, or the plan closed; may come back where a plan allows it",
    "aided": "fell ill with cover, was promised the benefit and left; final",
    "ineligible": "fell ill while waiting, or was detected by screening; final",
    "died": "died of the illness; final",
}
CAUSES = {
    "price": "what fell most is −θe: a higher expected contribution",
    "own_cost": "what fell most is −F₁: paying more beyond the own expected cost than at entry",
    "reference": "what fell most is −F₂: paying more than one is used to",
    "sentiment": "what fell most is γs",
    "expectation": "what fell most is W: cover is worth less than at entry",
    "insurance": "the insurer is chosen, and its gain since entry exceeds every fall",
    "chance": "no term fell: the unexplained part of choice",
    "switched": "chose another plan",
    "family": "somebody of the family chose to leave, where families leave as one",
    "aged_out": "reached the plan's exit age",
    "aided": "fell ill with cover where the rules end membership with the aid",
    "died": "died of the illness",
    "ineligible": "fell ill in the waiting period",
    "plan_closed": "the plan closed",
}
STREAMS = {
    "STREAM_TRAITS": "words 1 to 4: the four normal numbers of the copula",
    "STREAM_LIFE": "1: age; 2: peaked or uniform age; 3: sex",
    "STREAM_OPENING": "1: first membership; 2: tenure at the start",
    "STREAM_CHOICE": "1: review; 2: option chosen; 3: detected by screening; 4: insurer considered",
    "STREAM_ILLNESS": "1: illness; 2: survival",
    "STREAM_TURNOVER": "1: replaced by a newcomer",
    "STREAM_TIES": "by tie, not by person: which neighbours",
    "STREAM_PERCEPTION": "1, 2: concern for fairness; 3, 4: lasting error about the own risk",
    "STREAM_REACH": "by plan, not by period. 1: reached by the plan's platform",
    "STREAM_SUCCESSION": "1: moves up to the next plan",
    "STREAM_ENROLMENT": "and one more for each further plan. 1: enrolled unasked; 2: screened",
}
CONSTANTS = {
    "agents/perception.py": ("SMALL_STAKE", "LARGE_STAKE"),
    "agents/census.py": ("KERNEL", "SAMPLE"),
    "agents/conditional_mean.py": ("AFFORDABLE", "FINEST"),
    "agents/talk.py": ("VOICE_SCALE",),
    "agents/neighbourhood.py": ("BLOCK",),
    "agents/population.py": ("LONGEST_TENURE",),
    "agents/ledger.py": ("TOLERANCE",),
    "agents/person.py": ("FEW",),
    "agents/workers.py": ("WORTH_A_THREAD",),
    "model/curves.py": ("MOST_PEOPLE",),
}
"""Numbers in the code that are not parameters, by file."""


def expected(text: str) -> str:
    """Return docs/odd.md with all its generated tables as the code would write them now.

    Raises
    ------
    ValueError
        If a marker names a table that nobody generates.
    """
    return renewed(text, TABLES)


def lost_pointers(text: str, root: Path = ROOT) -> list[str]:
    """List the pointers into the code, `file.py` or `file.py: name`, that lead nowhere."""
    lost = []
    for path, name in POINTER.findall(text):
        file = root / path
        if not file.is_file() or (name and name not in _defined(file)):
            lost.append(f"{path}{': ' if name else ''}{name}")
    return lost


def _state() -> str:
    """Return the columns of a person, from the table that declares them."""
    from agents import population

    lines = [line for line in (population.__doc__ or "").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return table(
        ("variable", "type", "unit", "meaning"),
        ([f"`{r[0]}`", f"{r[1]}{', one a plan' if 'plans' in r[2] else ''}", *r[3:]] for r in rows),
    )


def _statuses() -> str:
    from agents.population import STATUS_NAMES

    return table(("status", "meaning"), ((name, STATUSES[name]) for name in STATUS_NAMES))


def _parameters(parameters: list[Parameter]) -> str:
    """Return parameters under their headings, a table for each group."""
    groups = dict.fromkeys(p.group for p in parameters)
    parts = []
    for group in groups:
        rows = (
            (f"`{p.name}`", shown(p.default), p.unit, p.allowed, p.meaning, p.source)
            for p in parameters
            if p.group == group
        )
        headings = ("parameter", "default", "unit", "allowed", "meaning", "source")
        parts.append(f"**{group[0].upper()}{group[1:]}**\n\n{table(headings, rows)}")
    return "\n" + "\n\n".join(parts) + "\n"


def _scenario() -> str:
    from model import Scenario

    return _parameters(scenario_parameters(Scenario()))


def _plan() -> str:
    from model import Plan

    return _parameters(plan_rules(Plan()))


def _metrics() -> str:
    from model.metrics import COLUMNS

    rows = ((f"`{name}`", unit, meaning) for name, (unit, meaning) in COLUMNS.items())
    return table(("column", "unit", "meaning"), rows)


def _causes() -> str:
    from agents.causes import CAUSE_NAMES, CHOSEN

    rows = ((name, "yes" if name in CHOSEN else "no", CAUSES[name]) for name in CAUSE_NAMES)
    return table(("cause", "chosen", "recorded when"), rows)


def _streams() -> str:
    tree = ast.parse((ROOT / "agents" / "randomness.py").read_text("utf-8"))
    values = {name: value for name, value, _ in _constants(tree) if name.startswith("STREAM_")}
    return table(
        ("stream", "name", "what its words decide"),
        ((value, f"`{name}`", STREAMS[name]) for name, value in values.items()),
    )


def _presets() -> str:
    from model.presets import load, names

    presets = [load(name) for name in names()]
    rows = ((f"`{p.name}`", p.title, " or ".join(p.outcomes)) for p in presets)
    return table(("preset", "title", "verdicts it is there to show"), rows)


def _xianghubao() -> str:
    """Return what the historical scenario sets, and what its values are in other scenarios."""
    from model.presets import load

    scenario = load("xianghubao").scenario
    parameters = [*scenario_parameters(scenario), *plan_rules(scenario.plans[0])]
    return table(
        ("parameter or rule", "value", "default", "source"),
        (
            (f"`{p.name}`", shown(p.value), shown(p.default), p.source)
            for p in parameters
            if p.changed
        ),
    )


def _thresholds() -> str:
    tree = ast.parse((ROOT / "model" / "verdict.py").read_text("utf-8"))
    lines = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Thresholds")
    return table(
        ("line", "default", "meaning"),
        ((f"`{name}`", value, meaning) for name, value, meaning in _constants(lines)),
    )


def _numbers() -> str:
    rows = []
    for path, wanted in CONSTANTS.items():
        found = {n: (v, m) for n, v, m in _constants(ast.parse((ROOT / path).read_text("utf-8")))}
        rows += [(f"`{name}`", *found[name], f"`{path}`") for name in wanted]
    return table(("constant", "value", "meaning", "file"), rows)


def _constants(owner: ast.Module | ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and docstring of what a module or a class assigns at its top."""
    for node, follower in zip(owner.body, [*owner.body[1:], None], strict=True):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        match follower:
            case ast.Expr(value=ast.Constant(value=str(meaning))):
                yield name, _value(value), meaning
            case _:
                yield name, _value(value), ""


def _files() -> str:
    """Return the files of the two lower floors, with the first sentence of each."""
    rows = []
    for path in sorted(p for floor in ("agents", "model") for p in (ROOT / floor).glob("*.py")):
        sentence = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
        if path.name != "__init__.py":
            rows.append((f"`{path.relative_to(ROOT).as_posix()}`", sentence))
    return table(("file", "what it holds"), rows)


def _value(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=int() | float() as value):
            return number(value)
    return ast.unparse(node)


def _defined(file: Path) -> set[str]:
    """Return every name that a file defines: functions, classes, their methods, constants."""
    tree = ast.parse(file.read_text("utf-8"))
    names = {name for name, _, _ in _constants(tree)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {name for name, _, _ in _constants(node)}
            inner = (n.name for n in node.body if isinstance(n, ast.FunctionDef))
            names |= {f"{node.name}.{name}" for name in inner}
    return names


TABLES: dict[str, Callable[[], str]] = {
    "state": _state,
    "statuses": _statuses,
    "scenario": _scenario,
    "plan": _plan,
    "metrics": _metrics,
    "causes": _causes,
    "streams": _streams,
    "presets": _presets,
    "xianghubao": _xianghubao,
    "thresholds": _thresholds,
    "numbers": _numbers,
    "files": _files,
}
"""The tables, by the name in their marker."""


def main() -> int:
    """Write the tables into the documents, and say whether anything had changed."""
    from experiments import documents_data

    for path, tables in ((ODD, TABLES), (documents_data.DATA, documents_data.TABLES)):
        text = path.read_text("utf-8")
        fresh = renewed(text, tables)
        if fresh != text:
            path.write_text(fresh, "utf-8")
        print(f"{path.relative_to(ROOT)}: {'written' if fresh != text else 'already current'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A file fits in one reading, a function on one screen, and each says what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 30  # of its body, without the docstring
BYTES_OF_A_FILE = 5_000_000

# Longer on purpose: "path" or "path::name", and why. Keep it short.
LONGER: dict[str, str] = {}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Yield the dotted name of every function and class below a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield f"{prefix}{child.name}", child
            yield from definitions(child, f"{prefix}{child.name}.")
        else:
            yield from definitions(child, prefix)


def body_lines(function: Definition) -> int:
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(source) -> dict[str, int]:
    sizes = {
        f"{source.path}::{name}": body_lines(node)
        for name, node in definitions(source.tree)
        if not isinstance(node, ast.ClassDef)
    }
    return {name: size for name, size in sizes.items() if size > LINES_OF_A_FUNCTION}


def public(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Yield what a reader may use: public names of the module and of its public classes."""
    for child in node.body:
        if isinstance(child, Definition) and not child.name.startswith("_"):
            yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{prefix}{child.name}.")


def undocumented(source) -> list[str]:
    nodes = [(source.path, source.tree)]
    nodes += [
        (f"{source.path}:{node.lineno} {name}", node)
        for name, node in public(source.tree)
        if not _repeats(node)
    ]
    return [name for name, node in nodes if not ast.get_docstring(node)]


def _repeats(node: Definition) -> bool:
    """Tell setters and overloads: the name has its docstring elsewhere."""
    last = [ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list]
    return any(name in ("setter", "deleter", "overload") for name in last)


def test_a_file_fits_in_one_reading(texts):
    lengths = {p: text.count("\n") for p, text in texts.items() if p.endswith(".py")}
    assert lengths
    assert not {p: n for p, n in lengths.items() if n > LINES_OF_A_FILE and p not in LONGER}


def test_a_function_fits_on_a_screen(sources):
    long = {name: size for source in sources for name, size in long_functions(source).items()}
    assert not {name: size for name, size in long.items() if name not in LONGER}


def test_whatever_is_allowed_to_be_longer_still_is(sources, texts):
    long = {name for source in sources for name in long_functions(source)}
    long |= {path for path, text in texts.items() if text.count("\n") > LINES_OF_A_FILE}
    assert not set(LONGER) - long


def test_everything_public_says_what_it_is_for(sources):
    assert not [name for source in sources for name in undocumented(source)]


def test_no_file_is_heavy(root, committed):
    sizes = {path: (root / path).stat().st_size for path in committed}
    assert not {path: size for path, size in sizes.items() if size > BYTES_OF_A_FILE}


@pytest.mark.parametrize(("lines", "long"), [(30, False), (31, True)])
def test_the_docstring_of_a_function_is_not_counted(lines, long, source_of):
    docstring = '    """Do it.\n\n' + "    Because.\n" * 40 + '    """\n'
    text = "def f():\n" + docstring + "    x = 1\n" * lines
    assert bool(long_functions(source_of("agents/talk.py", text))) is long


def test_a_missing_docstring_is_seen(source_of):
    text = '''"""A room."""
class Open:
    """A class."""
    def method(self): ...
    def _private(self): ...
class _Closed:
    def method(self): ...
def function():
    """Do it."""
    def inside(): ...
'''
    assert undocumented(source_of("agents/talk.py", text)) == ["agents/talk.py:4 Open.method"]

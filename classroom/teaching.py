"""Expected figures of the teaching guide, worked out anew: `python -m classroom.teaching`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from classroom.lessons.chapters import NAMES, Lesson, Question, lesson
from classroom.lessons.findings import reply_to
from classroom.lessons.runs import Lived, lived
from classroom.lessons.telling import replied
from classroom.links.link import setup_of
from classroom.paper_game.deck import deck, played_by_model
from classroom.setup import Setup
from classroom.words import Words

GUIDE = Path(__file__).parent.parent / "docs" / "teaching"
MARKED = re.compile(r"(<!-- expected: (\w+) (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
ROUNDS = 5
_WORDS = Words("en")


def renewed(text: str) -> str:
    """Return a page of the guide with every table of expected figures as the model gives it now.

    A table stands between ``<!-- expected: KIND WHAT -->`` and ``<!-- end -->``. KIND is *lesson*
    or *ticket* with the name of a lesson, *run* with the query of a link, or *deck* with sizes.

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    return MARKED.sub(lambda m: f"{m[1]}{TABLES[m[2]](m[3])}{m[4]}", text)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def _reply(about: Lesson, question: Question, setup: Setup) -> tuple[str, str, str]:
    """Return the model's answer, the answers of other runs, and the numbers behind it."""
    reply = reply_to(question, setup, None)
    told = replied(_WORDS, about, question, reply, why=False)
    facts = ", ".join(f"{name} {value:,.4g}" for name, value in reply.finding.facts.items())
    return told["answer"], told["others"] or "counts runs itself", facts


def _lesson(name: str) -> str:
    about = lesson(NAMES.index(name) + 1)
    rows = []
    for number, screen in enumerate(about.screens):
        title = _WORDS(f"lessons.{name}.{screen.question.name}.title")
        answer, others, facts = _reply(about, screen.question, screen.setup)
        link = f"`?room=lessons&lesson={about.number}&screen={number}`"
        rows.append((number + 1, title, link, answer, others, facts))
    head = ("screen", "title", "link", "the model's answer, seed 1", "other runs", "numbers behind")
    return _table(head, rows)


def _ticket(name: str) -> str:
    about = lesson(NAMES.index(name) + 1)
    rows: list[tuple[object, ...]] = []
    for number, (question, setup) in enumerate(about.ticket, 1):
        ask = _WORDS(f"lessons.{name}.{question.name}.ask")
        if question.kind == "text":
            rows.append((number, ask, "free text: see the key above", ""))
            continue
        reply = reply_to(question, setup, None)
        ask = ask.format(**reply.finding.facts) if "{" in ask else ask
        rows.append((number, ask, *_reply(about, question, setup)[:2]))
    return _table(("question", "text", "the model's answer", "other runs"), rows)


def _run(query: str) -> str:
    setup, problems = setup_of(query)
    if problems:
        raise ValueError("; ".join(problems))
    arms = [(arm, lived(setup, arm)) for arm in setup.arms]
    head = ("arm", "members at the start", "after 6", "at the end", "contribution, first and last")
    rows = [(arm.upper(), *_numbers(run)) for arm, run in arms]
    return _table((*head, "selection ratio", "verdict"), rows)


def _numbers(run: Lived) -> tuple[object, ...]:
    members, paid = run.members, run.columns["contribution"]
    counts = [f"{members[t]:,.0f}" for t in (0, min(6, members.size - 1), -1)]
    ratio = f"{run.verdict.selection_ratio:.2f}"
    return (*counts, f"{paid[1]:,.2f} and {paid[-1]:,.2f}", ratio, run.verdict.outcome)


def _deck(sizes: str) -> str:
    rows = []
    for size in map(int, sizes.split(",")):
        played = played_by_model(deck(size))
        stayed = (f"{played.shares[r]:,.0f} → {played.members[r + 1]}" for r in range(ROUNDS))
        rows.append((size, *stayed))
    return _table(("cards", *(f"round {r + 1}" for r in range(ROUNDS))), rows)


TABLES: dict[str, Callable[[str], str]] = {
    "lesson": _lesson,
    "ticket": _ticket,
    "run": _run,
    "deck": _deck,
}


def pages() -> list[Path]:
    """List the pages of the guide."""
    return sorted(GUIDE.glob("*.md"))


def main() -> None:
    """Renew every table of the guide."""
    for page in pages():
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()

"""What a lesson says: words in the visitor's language, filled with what the model found."""

from __future__ import annotations

from typing import Any

from classroom.lessons import answers, answers_rules
from classroom.lessons.chapters import Lesson, Question, Screen, lessons
from classroom.lessons.findings import Reply, found
from classroom.lessons.numbers import bounds_of, nearness_of
from classroom.setup import Setup
from classroom.words import Words

__all__ = ["answers", "answers_rules", "asked", "contents", "replied", "told"]


def contents(words: Words) -> list[dict[str, Any]]:
    """Return the list of lessons."""
    return [
        {
            "number": one.number,
            "title": words(f"lessons.{one.name}.title"),
            "aim": words(f"lessons.{one.name}.aim"),
            "length": words("lessons.minutes", minutes=one.minutes, screens=len(one.screens)),
            "open": words("lessons.open", number=one.number),
        }
        for one in lessons()
    ]


def told(words: Words, lesson: Lesson, screen: Screen) -> dict[str, Any]:
    """Return the text and the question of a screen."""
    name = f"lessons.{lesson.name}.{screen.question.name}"
    return {
        "title": words(f"{name}.title"),
        "text": _filled(words, f"{name}.text", screen.question, screen.setup),
        **asked(words, lesson, screen.question, screen.setup),
    }


def asked(words: Words, lesson: Lesson, question: Question, setup: Setup) -> dict[str, Any]:
    """Return a question with its choices or its unit."""
    name = f"lessons.{lesson.name}.{question.name}"
    texts = words.room(name)
    return {
        "name": question.name,
        "kind": question.kind,
        "ask": _filled(words, f"{name}.ask", question, setup),
        "unit": texts.get("unit", ""),
        "options": [{"name": one, "text": texts["options"][one]} for one in question.options],
        **bounds_of(question, words),
    }


def replied(
    words: Words, lesson: Lesson, question: Question, reply: Reply, *, why: bool = True
) -> dict[str, Any]:
    """Return what a visitor is told after an answer, with the reasons if they are wanted."""
    name = f"lessons.{lesson.name}.{question.name}"
    answer = in_words(words, lesson, question, reply.finding.answer)
    told = {
        "right": reply.right,
        "given": reply.said,
        "mark": _mark(words, reply),
        "nearness": "",
        "model": words("lessons.model", answer=answer),
        "answer": answer,
        "others": _of_others(words, reply),
        "said": "",
        "why": "",
    }
    if reply.said is not None:
        if question.kind == "number":
            told["nearness"] = nearness_of(question, words)
        told["said"] = words("lessons.said", said=in_words(words, lesson, question, reply.said))
    if why:
        told["why"] = words(f"{name}.why", **reply.finding.facts)
    return told


def _mark(words: Words, reply: Reply) -> str:
    if reply.right is None:
        return ""
    if not reply.right:
        return words("lessons.wrong")
    said, answer = reply.said, reply.finding.answer
    exact = isinstance(said, str) or isinstance(answer, str) or round(said or 0) == round(answer)
    return words("lessons.right" if exact else "answers.near")


def in_words(words: Words, lesson: Lesson, question: Question, answer: str | float) -> str:
    """Write an answer: the text of a choice, or a number with its unit."""
    texts = words.room(f"lessons.{lesson.name}.{question.name}")
    if isinstance(answer, str):
        # A measure may find what nobody was offered: then its own name is all there is.
        return str(texts["options"].get(answer, answer))
    unit = texts.get("unit", "")
    return f"{answer:,.0f}{'' if unit == '%' else ' '}{unit}".strip()


def _of_others(words: Words, reply: Reply) -> str:
    others = reply.others
    if not others:
        return ""
    if "same" in others:
        return words("lessons.same", **{key: f"{value:.0f}" for key, value in others.items()})
    return words("lessons.between", **{key: f"{value:,.0f}" for key, value in others.items()})


def _filled(words: Words, name: str, question: Question, setup: Setup) -> str:
    if "{" not in words(name):
        return words(name)
    return words(name, **found(question, setup).facts)

"""What is committed works on any machine: no host, no path of ours, no dead link, one version."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest

# In pieces, since this file is committed too.
REGISTRIES = [
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("rubygems", "org"),
    )
]
HOST = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
# Not preceded by what makes it the tail of an address, a relative path or a variable.
PLACE = re.compile(r"(?<![\w.~)}\-])/(?:" + "|".join(("work", "root", "home", "tmp")) + ")/")

FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(
    r"\]\(\s*<?([^)>\s]+)>?(?:\s+[\"'(][^)]*)?\)"  # [text](target "title"), ![text](target)
    r"|^\s{0,3}\[[^\]]+\]:\s*<?([^>\s]+)"  # [label]: target
    r"|\b(?:href|src)=[\"']([^\"']+)[\"']",
    re.MULTILINE,
)
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def mentions(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1} {found.group()}"
        for path, text in texts.items()
        for found in pattern.finditer(text)
    ]


def anchors(markdown: str) -> set[str]:
    """Return the fragments that a forge gives to headings, plus explicit ids."""
    plain = FENCE.sub("", markdown)
    found = set(re.findall(r"\b(?:id|name)=[\"']([^\"']+)[\"']", plain))
    seen: dict[str, int] = {}
    for heading in HEADING.findall(plain):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return found


def resolved(base: PurePosixPath, target: str) -> str:
    """Return a target as a path from the root of the project; it starts with .. if outside."""
    parts: list[str] = [] if target.startswith("/") else list(base.parts)
    for part in target.strip("/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def dead_links(path: str, texts: dict[str, str], known: set[str]) -> list[str]:
    prose = CODE.sub("", FENCE.sub("", texts[path]))
    faults = []
    for target in ("".join(groups) for groups in LINK.findall(prose)):
        if re.match(r"[a-z][a-z0-9+.\-]*:|//", target, re.IGNORECASE):
            continue
        where, _, fragment = unquote(target).partition("#")
        place = resolved(PurePosixPath(path).parent, where.split("?")[0]) if where else path
        if place not in known:
            faults.append(f"{path} -> {target}: no such file")
        elif fragment and place.endswith(".md") and fragment not in anchors(texts[place]):
            faults.append(f"{path} -> {target}: no such heading")
    return faults


def test_no_file_names_a_package_registry(texts):
    assert not mentions(texts, HOST)


def test_no_file_names_a_place_on_one_machine(texts):
    assert not mentions(texts, PLACE)


def test_relative_links_of_the_documents_resolve(texts, committed):
    known = {"", *committed}
    known |= {parent.as_posix() for path in committed for parent in PurePosixPath(path).parents}
    documents = [path for path in texts if path.endswith(".md")]
    assert documents
    assert not [fault for path in documents for fault in dead_links(path, texts, known)]


def test_every_document_names_the_same_version(root):
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert json.loads((root / "codemeta.json").read_text("utf-8"))["version"] == version
    citation = (root / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [version]
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## \[(\d[^\]]*)\]", changes, re.MULTILINE)[0] == version


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("cd /{}/main", True),
        ('path = "/{}/x"', True),
        ("see ../{}/x and ~/{}/x", False),
        ("https://example.net/{}/x", False),
        ("${{PREFIX}}/{}/x", False),
    ],
)
@pytest.mark.parametrize("folder", ["work", "root", "home", "tmp"])
def test_a_place_on_one_machine_is_told_from_an_address(text, seen, folder):
    assert bool(mentions({"a.md": text.format(folder, folder)}, PLACE)) is seen


def test_a_registry_is_seen_in_any_address():
    assert all(mentions({"a.md": f"https://files.{host}/simple"}, HOST) for host in REGISTRIES)


def test_dead_links_are_seen_and_living_ones_are_not():
    texts = {
        "README.md": "## 怎么用 / How to\n[a](docs/odd.md#7-submodels) [b](#怎么用--how-to)\n"
        "`[c](none.md)` ![d](docs/odd.md) [e](https://example.net/x) [f]: docs\n",
        "docs/odd.md": "## 7. Submodels\n[up](../README.md) [x](gone.md)\n[y](../README.md#gone)\n"
        "```\n[z](none.md)\n```\n[w](../../out.md)\n",
    }
    known = {"docs", *texts}
    assert not dead_links("README.md", texts, known)
    assert [fault.split(" -> ")[1] for fault in dead_links("docs/odd.md", texts, known)] == [
        "gone.md: no such file",
        "../README.md#gone: no such heading",
        "../../out.md: no such file",
    ]

"""Careless use of the page: at random every button, key, field and choice, for as long as asked.

    python tests/benchmarks/page_careless.py --minutes 60 --seed 1

Prints errors of the page, errors that the server told, requests that left this machine, and the
memory of the server and of the page each minute. Exit status 1 if there was any error.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import random
import shutil
import sys
import time
from pathlib import Path

from page_visitors import FLAGS, served
from playwright.sync_api import Error, Locator, Page, sync_playwright

LINK = "?n_people=500&n_periods=24&prediction=skipped&seed={seed}"
KEYS = [" ", "ArrowRight", "e", "r", "n", "b", "p", "l", "c", *"12345", "?", "Escape", "Tab"]
TEXTS = ["", "0", "1", "-1", "0.5", "7", "1e9", "nan", "∞", "lucky", "<b>", "10,5", "三"]
PATIENCE = 700
"""Of one action [ms]; what is covered or goes away meanwhile is no error."""


def act(page: Page, luck: random.Random) -> str:
    """Do one thing at random; return its name."""
    kind = luck.choices(["key", "button", "field", "choice", "slider", "back"], [5, 5, 3, 2, 1, 1])[
        0
    ]
    if kind == "key":
        page.keyboard.press(luck.choice(KEYS))
        return kind
    if kind == "back":
        page.go_back(timeout=PATIENCE) if luck.random() < 0.5 else page.go_forward(timeout=PATIENCE)
        return kind
    selector = {
        "button": "button:visible:enabled, summary:visible",
        "field": "input:not([type=range]):not([type=checkbox]):not([type=radio]):visible:enabled",
        "choice": "select:visible:enabled, input[type=checkbox]:visible, input[type=radio]:visible",
        "slider": "input[type=range]:visible:enabled",
    }[kind]
    found = page.locator(".ds-page").locator(selector)
    count = found.count()
    if not count:
        return "nothing"
    use(kind, found.nth(luck.randrange(count)), luck)
    return kind


def use(kind: str, one: Locator, luck: random.Random) -> None:
    """Click, fill or choose."""
    if kind == "field":
        one.fill(luck.choice(TEXTS), timeout=PATIENCE)
        one.press("Enter", timeout=PATIENCE)
    elif kind == "slider":
        one.press(luck.choice(["Home", "End", "ArrowRight", "PageDown"]), timeout=PATIENCE)
    elif kind == "choice" and one.evaluate("e => e.tagName", timeout=PATIENCE) == "SELECT":
        options = one.locator("option:enabled").count()
        one.select_option(index=luck.randrange(max(options, 1)), timeout=PATIENCE)
    else:
        one.click(timeout=PATIENCE)


def memory(pid: int) -> int:
    """Return what a process has in memory [MB]."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20


def careless(minutes: float, seed: int, log: Path) -> int:
    """Use the page carelessly; return the exit status."""
    luck, done, faults = random.Random(seed), collections.Counter[str](), []
    with log.open("w") as said, served(said) as (url, pid), sync_playwright() as playwright:
        path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
        page = playwright.chromium.launch(executable_path=path, args=FLAGS).new_page()
        page.on("pageerror", lambda error: faults.append(f"page: {error}"))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("request", lambda r: None if _here(r.url) else faults.append(f"left: {r.url}"))
        end, told = time.monotonic() + 60 * minutes, 0.0
        while time.monotonic() < end:
            try:
                if done["actions"] % 400 == 0 or "127.0.0.1" not in page.url:
                    reopen(page, url + LINK.format(seed=luck.randrange(100)))
                done["actions"] += 1
                done[act(page, luck)] += 1
            except Error:
                done["gone meanwhile"] += 1
            if time.monotonic() - told > 60:
                told = time.monotonic()
                with contextlib.suppress(Error):  # the page was just leaving
                    heap = page.evaluate("performance.memory.usedJSHeapSize") >> 20
                    print(f"{dict(done)}; server {memory(pid)} MB, page {heap} MB", flush=True)
    faults += [line for line in log.read_text("utf-8").splitlines() if "Error" in line]
    print(*(faults or ["no error"]), sep="\n")
    return int(bool(faults))


def reopen(page: Page, address: str) -> None:
    """Open the page; the server may just be starting."""
    for _ in range(60):
        try:
            page.goto(address)
            page.wait_for_selector(".ds-clock", timeout=300_000)
            return
        except Error:
            time.sleep(1)
    raise TimeoutError(f"{address} does not open")


def _here(url: str) -> bool:
    return url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path("careless.log"), help="the server's words")
    typed = parser.parse_args()
    sys.exit(careless(typed.minutes, typed.seed, typed.log))

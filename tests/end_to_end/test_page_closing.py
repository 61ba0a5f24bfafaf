"""A visitor closes the page while runs go on: they end, and the server keeps nothing of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

# On a server threads belong to pages, in this process they do not: hence another.
SERVER = """
import gc, time, weakref
import solara.server.app
from solara.server import kernel_context
from classroom.many_runs.errand import Errand

jobs = []


def work(permit):
    job = permit.begin([lambda: time.sleep(0.02)] * 1000)
    jobs.append(weakref.ref(job))
    while not job.rest(0.05):
        yield job.done


def in_time(is_so):
    deadline = time.monotonic() + 5
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
        gc.collect()
    return is_so()


page = kernel_context.create_dummy_context()
with page:
    errand = Errand()
    errand.begin(work)
print("runs:", in_time(lambda: bool(jobs) and jobs[0]().done > 0))
page.close()
print("still queued:", not in_time(lambda: jobs[0]() is None))
gone = weakref.ref(page)
del page, errand
print("still held:", not in_time(lambda: gone() is None))
"""


def test_closing_a_page_amid_runs_ends_them_and_frees_the_page(root):
    command = [sys.executable, "-c", SERVER]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["runs: True", "still queued: False", "still held: False"]
    assert "Traceback" not in done.stderr

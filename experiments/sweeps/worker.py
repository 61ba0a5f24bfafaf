"""The process that does the work: it takes one call after another and answers each.

Calls and answers are frames on its standard input and output. When the input ends, its parent is
gone and so is it, whatever it was doing.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import queue
import struct
import sys
import threading
import traceback
from typing import Any, BinaryIO

_LENGTH = struct.Struct("<Q")
READY = b"ready"


def send(stream: BinaryIO, content: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read one frame.

    Raises
    ------
    EOFError
        If the stream ends before it.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def main() -> None:
    """Serve the parent until it is gone."""
    faulthandler.enable()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a run prints must not get between the answers
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, calls), daemon=True).start()
    warm_up()
    with contextlib.suppress(BrokenPipeError):
        send(answers, READY)
        while True:
            send(answers, _answer(calls.get()))


def warm_up() -> None:
    """Import what runs need, and load the compiled rules if they have been compiled before."""
    import experiments.sweeps.reading
    import experiments.sweeps.work  # noqa: F401
    from agents.compiled import is_warm
    from experiments.sweeps.outcomes import run_one
    from model.scenario import Scenario

    if is_warm():
        run_one(Scenario(n_people=50, n_periods=2), 0)


def _listen(stream: BinaryIO, calls: queue.SimpleQueue[bytes]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            calls.put(receive(stream))
    os._exit(0)


def _answer(call: bytes) -> bytes:
    """Return the pickled result of a call, or the error and its traceback."""
    answer: tuple[Any, BaseException | None, str]
    try:
        function, arguments = pickle.loads(call)
        answer = function(*arguments), None, ""
    except BaseException as error:
        answer = None, error, traceback.format_exc()
    try:
        return pickle.dumps(answer)
    except Exception:
        text = traceback.format_exc()
        return pickle.dumps((None, RuntimeError(f"a result cannot travel: {text}"), text))


if __name__ == "__main__":
    # Not as __main__: what is pickled here must have the name that the parent knows.
    from experiments.sweeps.worker import main as serve

    serve()

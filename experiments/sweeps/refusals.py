"""What a sweep refuses to do, and what stops it."""

from __future__ import annotations

from agents.errors import DeathspiralError


class SweepError(DeathspiralError, RuntimeError):
    """A sweep that cannot begin or go on; what was committed is kept."""


class StorageError(SweepError, OSError):
    """A results folder that cannot be written or read."""


class Interrupted(KeyboardInterrupt):
    """A sweep that was stopped from the keyboard; the message says how to go on."""

"""What tests of the command line share."""

from __future__ import annotations

import pytest

from experiments.cli import main


@pytest.fixture
def deathspiral(capsys):
    """Return a function that carries out a command line: status, standard output and error."""

    def carry_out(*words):
        status = main([str(word) for word in words])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return carry_out

"""What docs/odd.md says about the code is what the code says."""

from __future__ import annotations

import pytest

from experiments.documents import MARKED, ODD, TABLES, expected, lost_pointers, table


@pytest.fixture(scope="module")
def odd():
    return ODD.read_text("utf-8")


def test_every_generated_table_is_as_the_code_would_write_it(odd):
    assert expected(odd) == odd, "run `python -m experiments.documents`"


def test_every_table_that_is_generated_is_shown_once(odd):
    shown = [name for _, name, _ in MARKED.findall(odd)]
    assert sorted(shown) == sorted(TABLES)


def test_every_opened_table_is_closed(odd):
    opened, closed = odd.count("<!-- table:"), odd.count("<!-- end of table -->")
    assert opened == closed == len(TABLES)


def test_pointers_into_the_code_lead_somewhere(odd):
    assert not lost_pointers(odd)


@pytest.mark.parametrize("old", ["", "\n", "old\n", "| old |\n\n| older |\n"])
def test_a_stale_table_is_renewed_and_the_text_around_it_is_left_alone(old):
    stale = "".join(
        f"before {name}\n<!-- table: {name} -->\n{old}<!-- end of table -->\nafter {name}\n"
        for name in ("causes", "statuses")
    )
    fresh = expected(stale)
    assert fresh.startswith("before causes\n<!-- table: causes -->\n| cause |")
    between = "|\n<!-- end of table -->\nafter causes\nbefore statuses\n<!-- table: statuses -->\n|"
    assert between in fresh
    assert fresh.endswith("|\n<!-- end of table -->\nafter statuses\n")
    assert expected(fresh) == fresh


def test_a_table_that_nobody_generates_is_refused():
    with pytest.raises(ValueError, match="no table 'gone'; there are state"):
        expected("<!-- table: gone -->\n\n<!-- end of table -->")


def test_a_lost_pointer_is_seen():
    text = "`agents/choice.py: pick` `agents/choice.py: gone` `agents/gone.py` `agents/pool.py`"
    assert lost_pointers(text) == ["agents/choice.py: gone", "agents/gone.py"]


def test_a_bar_in_a_cell_does_not_break_the_table():
    assert table(("a",), [("|x|",)]).splitlines()[-1] == "| \\|x\\| |"

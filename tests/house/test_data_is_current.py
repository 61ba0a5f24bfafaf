"""What docs/data.md says is what the data and the plan files say."""

from __future__ import annotations

from experiments.document_tables import MARKED, renewed
from experiments.documents_data import DATA, TABLES


def test_every_table_of_the_data_is_as_the_files_have_it():
    text = DATA.read_text("utf-8")
    assert renewed(text, TABLES) == text, "run `python -m experiments.documents`"
    assert sorted(name for _, name, _ in MARKED.findall(text)) == sorted(TABLES)

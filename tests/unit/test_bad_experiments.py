"""Experiments that cannot be: a sentence for each mistake, with its line or key."""

from __future__ import annotations

import pytest

from agents.errors import DeathspiralError, ScenarioError
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.factors import known_parameters
from experiments.sweeps.faults import ExperimentError
from experiments.sweeps.reading import parse_experiment, read_experiment

FIVE_MISTAKES = """\
question = "Where does a pool unravel?"
scenario = "classic_spirl"

[set]
n_peple = 1000

[factors]
fee = { low = 0.0, high = 20.0, steps = 21 }
attention = [
    0.1,  # a bracket ] in a remark
    "often",
]

[record]
series = ["membrs"]
"""


def faults(text):
    """Return the sentences about an experiment that cannot be."""
    with pytest.raises(ExperimentError) as caught:
        parse_experiment(text, "tried")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DeathspiralError)
    return caught.value.sentences


def test_five_mistakes_are_five_sentences_with_their_lines():
    assert faults(FIVE_MISTAKES) == [
        "line 2: unknown preset 'classic_spirl'; did you mean classic_spiral?",
        "line 5: [set] unknown parameter 'n_peple'; did you mean n_people?",
        "line 8: [factors] fee.high = 20.0 is not allowed: use a number from 0 to 10",
        "line 9: [factors] attention = 'often' [1/period] is not allowed: use a number "
        "from 0 to 1 [1/period]",
        "line 15: [record] unknown series 'membrs'; did you mean members?",
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", ["[factors]", "say what is varied"]),
        ("[factors]\nfee = []", ["line 3", "fee", "no values"]),
        ("[factors]\nfee = [1, 1.0]", ["line 3", "fee lists 1.0 2 times"]),
        ("[factors]\nfee = { values = [1], low = 0 }", ["line 3", "listed values and ends"]),
        ("[factors]\nfee = { low = nan, high = 1, steps = 3 }", ["line 3", "fee.low = nan"]),
        ("[factors]\npreset = { low = 0, high = 1, steps = 2 }", ["preset", "list its values"]),
        ("factors = 3", ["line 2", "factors = 3", "a table"]),
        ("[factors]\nfee = [1]\n[scenarios.a]\nplan = 3", ["[scenarios.a]", "[[…plan]]"]),
        ("[factors]\nfee = 0.1", ["line 3", "fee = 0.1", "list several", "[set]"]),
        ("[factors]\nfee = { low = 0.1, high = 0.2 }", ["line 3", "fee.steps is missing"]),
        ("[factors]\nfee = { low = 0.1, steps = 3 }", ["line 3", "low and high"]),
        ("[factors]\nfee = { low = 0.2, high = 0.1, steps = 3 }", ["fee.low = 0.2", "below"]),
        (
            '[factors]\nfee = { low = 0.0, high = 0.1, steps = 3, scale = "log" }',
            ["fee.low = 0", "positive on a log scale"],
        ),
        (
            "[factors]\nn_neighbours = { low = 2, high = 4, steps = 9 }",
            ["n_neighbours.steps = 9", "only 3 of the values differ"],
        ),
        ("[factors]\nties = { low = 0, high = 1, steps = 2 }", ["ties", "list its values"]),
        ("[factors]\nfee = [0.1, true]", ["fee = 'true'", "from 0 to 10"]),
        ("[factors]\nn_people = [10.5]", ["n_people = 10.5", "whole number", "people"]),
        ("[factors]\nbenefit = [[[10, 1000.0]]]", ["benefit", "begin at age 0"]),
        ("[factors]\nyear_cap = [-1.0]", ["year_cap = -1.0 yuan", "positive"]),
        ('[factors]\npreset = ["stable", "stabel"]', ["unknown preset 'stabel'", "stable"]),
        ("[factors]\nplans = [1]", ["unknown parameter 'plans'"]),
        ("[factors]\nmild.fee = [0.1]", ["unknown parameter 'mild.fee'", "pool.fee"]),
        ("[set]\nfee = 0.1\n[factors]\nfee = [0.1]", ["line 3", "fee is a factor too"]),
        ("[set]\npool.fee = 0.1\n[factors]\nfee = [0.1]", ["pool.fee is a factor too"]),
        ('[set]\npreset = "stable"\n[factors]\nfee = [0.1]', ["[set] preset", "scenario"]),
        ("[set]\nentry_age_min = 80\n[factors]\nfee = [0.1]", ["entry_age_min = 80 years"]),
        ("replicates = 1.5\n[factors]\nfee = [0.1]", ["replicates = 1.5", "from 1 to"]),
        ("seed = -1\n[factors]\nfee = [0.1]", ["line 2", "seed = -1", "from 0 to"]),
        ("set = 3\n[factors]\nfee = [0.1]", ["set = 3", "a table"]),
        ("replicats = 3\n[factors]\nfee = [0.1]", ["unknown key 'replicats'", "replicates"]),
        ('design = "lhs"\n[factors]\nfee = [0.1]', ["design = 'lhs'", "a table"]),
        ('[factors]\nfee = [0.1]\n[design]\nkind = "sobel"', ["kind = 'sobel'", "'sobol'"]),
        ("[factors]\nfee = [0.1]\n[design]\nsampels = 8", ["[design] unknown key", "samples"]),
        ("[factors]\nfee = [0.1]\n[design]\nsamples = 8", ["line 5", "samples", "grid"]),
        ('[factors]\nfee = [0.1]\n[design]\nkind = "lhs"', ["samples is missing"]),
        (
            '[factors]\nfee = [0.1]\n[design]\nkind = "sobol"\nsamples = 100',
            ["line 6", "samples = 100", "power of two", "64 or 128"],
        ),
        (
            '[factors]\nfee = [0.1]\n[design]\nkind = "morris"\nsamples = 4\nlevels = 5',
            ["line 7", "levels = 5", "even"],
        ),
        ('[design]\nkind = "table"', ["rows are missing"]),
        (
            '[design]\nkind = "table"\nrows = [{ fee = 0.1 }, { fee = 11 }]',
            ["line 4", "row 2", "fee = 11", "from 0 to 10"],
        ),
        (
            '[design]\nkind = "table"\n[[design.rows]]\nfee = 0.1\n[[design.rows]]\nfeee = 1',
            ["line 7", "row 2", "'feee'"],
        ),
        (
            '[design]\nkind = "table"\nrows = [{ label = "a" }, { label = "a", fee = 0.1 }]',
            ["2 rows", "'a'"],
        ),
        (
            '[factors]\nfee = [0.1]\n[design]\nkind = "table"\nrows = [{ fee = 0.1 }]',
            ["table has rows in their place"],
        ),
        (
            "replicates = 1_000_000\n[factors]\nfee = { low = 0, high = 1, steps = 11 }",
            ["11,000,000 runs", "10,000,000", "replicates"],
        ),
        ("[factors]\nfee = [0.1]\n[record]\nevery = 0", ["every = 0", "from 1 to"]),
        ("[factors]\nfee = [0.1]\n[[figure]]\nx = 'fee'", ["line 4", "kind is missing"]),
        (
            "[factors]\nfee = [0.1]\n[[figure]]\nkind = 'lines'\nx = 'fee'\n"
            "[[figure]]\nkind = 'lines'\nx = 'feee'",
            ["line 7", "[[figure]] 2", "'feee'"],
        ),
        (
            "scenario = 'mine'\n[factors]\nfee = [0.1]\n[scenarios.mine]\nn_people = 0",
            ["n_people = 0", "from 1"],
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_that_helps(body, words):
    (sentence,) = faults(f'question = "Why?"\n{body}')
    assert [word for word in words if word not in sentence] == []


def test_a_question_must_be_asked():
    (sentence,) = faults("[factors]\nfee = [0.1]")
    assert sentence == "question is missing: the question in a sentence"


def test_a_slip_of_syntax_is_told_with_line_and_column():
    (sentence,) = faults('question = "Why?"\n[factors]\nfee = [0.1')
    assert "not valid TOML" in sentence
    assert "line 3" in sentence or "end of document" in sentence


@pytest.mark.parametrize(
    ("csv", "words"),
    [
        ("fee\n0.1,0.2\n", "more cells"),
        ("feee\n0.1\n", "unknown parameter 'feee'"),
        ("fee\n", "rows are missing"),
        (None, "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(csv, words, tmp_path):
    toml = 'question = "Why?"\n[design]\nkind = "table"\nfile = "points.csv"\n'
    (tmp_path / "tried.toml").write_text(toml, "utf-8")
    if csv is not None:
        (tmp_path / "points.csv").write_text(csv, "utf-8")
    with pytest.raises(ExperimentError, match=words):
        read_experiment(str(tmp_path / "tried.toml"))


def test_what_is_wrong_with_a_change_is_told_without_a_line(tmp_path):
    path = tmp_path / "tried.toml"
    path.write_text('question = "Why?"\n[factors]\nprivate_information = [0.1]\n', "utf-8")
    with pytest.raises(ExperimentError) as caught:
        read_experiment(
            str(path),
            ["n_people=0", "fee", "private_information=0.1", "replicates=0", "question.x=1"],
        )
    assert caught.value.sentences == [
        "--set fee lacks a value; write key=value, such as fee=0.1",
        "--set question.x=1: question is not a table of keys",
        "[set] n_people = 0 [people] is not allowed: use a whole number from 1 to 2e+09 [people]",
        "[set] private_information is a factor too; leave one of them out",
        "replicates = 0 is not allowed: use a whole number from 1 to 10,000,000",
    ]


def test_an_experiment_of_unknown_name_is_told_with_those_there_are(tmp_path):
    with pytest.raises(ScenarioError, match="'deth_spiral'; did you mean death_spiral"):
        read_experiment("deth_spiral")
    with pytest.raises(ScenarioError, match=r"'zzz'; use .*death_spiral, .*growth"):
        read_experiment("zzz")
    with pytest.raises(ScenarioError, match=r"nowhere\.toml cannot be read"):
        read_experiment(str(tmp_path / "nowhere.toml"))


@pytest.mark.parametrize(
    "before",
    [
        'finding = """\n[factors]\nfee = 11\n"""',
        "finding = '''it''s \"\"\" [\n'''",
        "title = 'a # b' # [ \"",
        'title = "a \\" ["\nreplicates = 2',
        "record = { series = [\n    'members', # ]\n\n] }",
        "[scenarios.'a#b.c']\nn_people = 10",
        "[[figure]] # [[\nkind = 'lines'\nx = 'fee'\n\n[[figure]]\nkind = 'lines'\nx = 'fee'",
    ],
)
def test_a_line_is_told_whatever_stands_before_it(before):
    text = f"question = 'Why?'\n{before}\n\n[factors]\nfee = [\n    11,\n]\n"
    (sentence,) = faults(text)
    line = text.split("\n").index("fee = [") + 1
    assert sentence.startswith(f"line {line}: [factors] fee = 11 is not allowed")


def test_no_key_of_an_experiment_is_a_parameter_too():
    keys = {field.alias or name for name, field in Experiment.model_fields.items()}
    assert not keys & set(known_parameters([]))


def test_set_that_no_point_can_follow_is_refused():
    correlations = "[set]\nfrailty_income = 0.95\nfrailty_risk_aversion = 0.95\n"
    factor = "[factors]\nincome_risk_aversion = [{}]\n"
    text = f'question = "Why?"\n{correlations}{factor}'
    (sentence,) = faults(text.format("0.0, 0.1"))
    assert sentence.startswith("line 2: [set] the six correlations")
    assert parse_experiment(text.format("0.0, 0.9"), "tried").n_points == 2

# Needs Python 3.11 or later with its venv module, and nothing else. Everything is installed into
# $(VENV); a stamp file there says which set, so that a second call installs nothing.
# PYTEST_ARGS chooses tests (make pytest PYTEST_ARGS=tests/theory) or has them in one process (-n 0).

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
SOLARA_ARGS ?=

BIN := $(VENV)/bin
# Errors only: a warning about the settings of pip itself is not ours.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# On all processors, four at most. A file stays in one process: what it prepares is prepared once.
# In the order of the folders, since the longest files are in the first.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
SOURCES = $(wildcard agents model experiments classroom app.py)
STORY := xianghubao
RESULTS := results/$(STORY)

.DEFAULT_GOAL := help
.PHONY: help demo app test pytest compile lint format house bench clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

demo: $(VENV)/.has-demo  ## run the story of Xianghubao and write its report
	$(BIN)/deathspiral run $(STORY) --out $(RESULTS)
	@echo "Report: $(CURDIR)/$(RESULTS)/report.html"

# Solara otherwise loads its front end from a public network, and reports its use.
app: $(VENV)/.has-app  ## open the model in the browser
	SOLARA_ASSETS_PROXY=true SOLARA_TELEMETRY_MIXPANEL_ENABLE=false \
		$(BIN)/solara run app.py $(SOLARA_ARGS)

test: lint pytest  ## check style and types, run the tests

pytest: compile  ## run the tests only
	$(PYTEST) $(PYTEST_ARGS)

# Before the tests, or several processes would compile the same at the same time. One step and one
# whole run need all but a few of the rules; once these are compiled it takes a second.
compile: $(VENV)/.has-test  ## compile the model, which happens once
	@$(BIN)/python -c 'from experiments.progress import say_if_compiling; say_if_compiling(); \
		from model import Scenario, Simulation; \
		run = Simulation(Scenario(n_people=50, n_periods=2)); run.step(); run.run()'

lint: $(VENV)/.has-test  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(SOURCES)

format: $(VENV)/.has-test  ## put the code into the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

house: $(VENV)/.has-test  ## run only the tests of how the code is arranged
	$(BIN)/python -m pytest -q tests/house

bench: $(VENV)/.has-test  ## measure speed and size
	$(BIN)/deathspiral bench

clean:  ## remove environments and caches; results stay
	rm -rf $(VENV) .venv-newer .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find $(SOURCES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else \
		"Python 3.11 or later is needed; name one: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is needed; on Debian:" \
		"apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.has-demo: $(VENV)/.made pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a minute or more."
	$(PIP) --editable .
	@touch $@

$(VENV)/.has-app: $(VENV)/.made pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a minute or more."
	$(PIP) --editable '.[app]'
	@touch $(VENV)/.has-demo $@

$(VENV)/.has-test: $(VENV)/.made pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a minute or more."
	$(PIP) --editable '.[app,test]'
	@touch $(VENV)/.has-demo $(VENV)/.has-app $@

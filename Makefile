# Needs Python 3.11 or later with its venv module, and nothing else. Everything is installed into
# $(VENV); a stamp file there says which set, so that a second call installs nothing.

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
SOLARA_ARGS ?=

BIN := $(VENV)/bin
# Errors only: a warning about the settings of pip itself is not ours.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
SOURCES = $(wildcard agents model experiments classroom app.py)
STORY := xianghubao
RESULTS := results/$(STORY)

.DEFAULT_GOAL := help
.PHONY: help demo app test pytest lint format house bench clean

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

pytest: $(VENV)/.has-test  ## run the tests only
	$(BIN)/python -m pytest $(PYTEST_ARGS)

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

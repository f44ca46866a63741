# gradproof: every task of the project.  `make` alone lists them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check lint types format docs-table bench clean

help: ## list these targets
	@echo "usage: make TARGET [PYTHON=python3.12]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## derive, verify and compile five losses (needs only Python 3.11+)
	@$(BIN)/python examples/demo.py

test: $(VENV)/installed-dev ## run the whole test suite
	@$(BIN)/python -m pytest -n auto

check: lint types ## style, formatting and types, as a change must pass them

lint: $(VENV)/installed-dev ## ruff: rules and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/installed-dev ## mypy --strict
	@$(BIN)/mypy

format: $(VENV)/installed-dev ## let ruff format the code and mend what it can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs-table: $(VENV)/installed-dev ## write docs/conformance.md anew
	@$(BIN)/python -m tests.conformance.table > $(VENV)/conformance.md
	@mv $(VENV)/conformance.md docs/conformance.md
	@echo "docs/conformance.md written"

bench: $(VENV)/installed-bench ## time gradproof beside its peers
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks programs --quick

clean: ## remove the environment, builds and caches
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up.  A stamp in the environment says what is installed; only a change of
# pyproject.toml installs anew.

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@$(call install,.)
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	@$(call install,.[dev])
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: pyproject.toml | $(BIN)/python
	@$(call install,.[bench])
	@touch $@ $(VENV)/installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "gradproof needs Python 3.11 or newer, and \`$(PYTHON)\` is not."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || uv venv --quiet --seed --python $(PYTHON) $(VENV) 2>/dev/null || { \
	  rm -rf $(VENV); \
	  echo "\`$(PYTHON)\` cannot create environments: install its venv package (python3-venv), or uv."; \
	  exit 1; }

# uv is the quicker installer; where it is missing, or its settings reach no packages, pip does it.
define install
if command -v uv >/dev/null && uv pip install --quiet --python $(BIN)/python -e '$(1)' 2>/dev/null; \
then :; else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '$(1)'; fi
endef

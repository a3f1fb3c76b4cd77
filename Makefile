# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench test-long

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Steady (about a minute the first time)..."
	@$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what the tests need..."
	@$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $@

setup: $(VENV)/.runtime ## create .venv and install Steady
setup-dev: $(VENV)/.dev
	@command -v chromium >/dev/null || sh tests/install-chromium.sh

run: setup ## start Steady: in the local sandbox, or on Telegram when .env has a BOT_TOKEN
	@$(BIN)/steady start

test: setup-dev ## install what tests need and run all of them
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

check: setup-dev ## lint, types, import contracts, content
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/steady content check
	@$(BIN)/steady simulate --patients 4 --days 5 --seed random

bench: setup-dev ## measure speed and memory, as ratios
	@$(BIN)/python -m benchmarks

test-long: setup-dev ## long properties and crash loops (not part of a landing)
	@$(BIN)/python -m pytest -m slow

# Every command does its own set-up. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python from 3.12 on that this machine has.
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := UV_NO_PROGRESS=1 $(BIN)/uv

.PHONY: help demo test fast lint types bench docs lock clean

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: .venv/run ## Build the made-up company, print its KPI board, serve it on http://127.0.0.1:8000 until Ctrl-C
	@CADRAN_HOME=$${CADRAN_HOME:-$(CURDIR)/.cadran} $(BIN)/cadran demo

test: .venv/develop lint types ## Check style, types and layers, then run every test, the slow ones first
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

fast: .venv/develop ## Run the fast tests only
	@$(BIN)/pytest -q -m "not slow and not browser and not postgres"

lint: .venv/develop ## Check style
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .

types: .venv/develop ## Check types, strictly
	@$(BIN)/mypy

bench: .venv/develop ## Measure speed as ratios in one run; writes docs/reference/benchmarks.md
	@$(BIN)/python -m benchmarks

docs: .venv/develop ## Write the reference pages that are made from the code
	@$(BIN)/python -m tests.documentation

lock: .venv/develop ## Lock the newest versions allowed
	@$(UV) lock --upgrade

clean: ## Forget the set-up and the demo company
	@rm -rf .venv .cadran

.venv/bin/uv: requirements-setup.txt
	@test -n "$(PYTHON)" || { echo "Cadran needs Python 3.12 or later: install it, then run make again." >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-setup.txt
	@touch $@

# What the product needs to run; what its development needs on top. Both from uv.lock, hashes checked.
.venv/run: .venv/bin/uv uv.lock
	@echo "Setting up (the first time only) …" >&2
	@$(UV) sync -q --frozen --inexact --no-default-groups --group setup
	@touch $@

.venv/develop: .venv/bin/uv uv.lock
	@echo "Setting up for development (the first time only) …" >&2
	@$(UV) sync -q --frozen --inexact
	@touch $@

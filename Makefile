# Linli 邻里. `make run` opens the house; `make test` checks it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND_BUILD := linli/ui/static/ui/build/.built
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
WORKERS ?= 2

.PHONY: help run test check lint types contracts bench soak screens messages lock browser clean

help: ## show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed $(FRONTEND_BUILD) ## open the house: database, demo city, web, gateways, worker
	@$(BIN)/linli run $(ARGS)

test: $(VENV)/.installed-dev $(FRONTEND_BUILD) browser check ## all checks: lint, types, contracts, start-up checks, tests
	@bash scripts/tests.sh $(WORKERS)

check: lint types contracts ## lint, types and import contracts alone

lint: $(VENV)/.installed-dev ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev ## mypy
	$(BIN)/mypy linli

contracts: $(VENV)/.installed-dev ## imports point downward
	PYTHONPATH=. $(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## every benchmark beside its baseline, ratios printed
	@for file in bench/bench_*.py; do echo "== $$file"; PYTHONPATH=. $(BIN)/python $$file || exit 1; done

soak: $(VENV)/.installed-dev $(FRONTEND_BUILD) ## the long forms: kills, fuzz
	$(BIN)/pytest -m soak -n0 --timeout 7200

screens: $(VENV)/.installed-dev $(FRONTEND_BUILD) browser ## the main screens into docs/screens/
	PYTHONPATH=. $(BIN)/python -m tests.screens

messages: $(VENV)/.installed-dev ## collect translatable texts into the catalogues
	PYTHONPATH=. $(BIN)/python -m tests.messages

lock: $(VENV)/.installed-dev ## lock requirements with hashes
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header -c requirements.txt requirements-bus.in -o requirements-bus.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

browser: ## Chromium, a Chinese font and gettext for the checks
	@bash scripts/browser.sh

$(VENV)/.installed: requirements.txt scripts/launcher.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Linli needs Python 3.11 or newer: PYTHON=python3.12 make run"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@bash scripts/launcher.sh $(BIN)/linli
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(FRONTEND_BUILD): $(FRONTEND_SOURCES) $(VENV)/.installed
	@bash frontend/build.sh
	@touch $@

clean: ## remove what was built (not the data in var/)
	rm -rf linli/ui/static/ui/build frontend/node_modules .mypy_cache .ruff_cache

# Everything this project does from the command line. `make` alone prints help.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Compiled once: every process of the demo and of the tests starts in half the time.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE
LOCKED := requirements/dev.txt
PO := $(wildcard */locale/*/LC_MESSAGES/*.po locale/*/LC_MESSAGES/*.po)
PORT ?= 8000
export PORT
PYTEST_WORKERS ?= 2

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# --- environment ---------------------------------------------------------------------

$(UV): requirements/uv.txt
	@echo "bringing uv into .tools"
	@rm -rf .tools
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
		--require-hashes --target .tools -r requirements/uv.txt
	@touch $(UV)

.venv/.synced: $(UV) $(LOCKED)
	@echo "installing the locked dependencies into .venv"
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$(PYTHON)" .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(LOCKED)
	@touch $@

.venv/.translated: .venv/.synced $(PO)
	@for po in $(PO); do \
		$(BIN)/pybabel --quiet compile -i "$$po" -o "$${po%.po}.mo" \
			-l "$$(basename "$$(dirname "$$(dirname "$$po")")")"; done
	@touch $@

.PHONY: env
env: .venv/.translated ## make .venv with the locked dependencies, compile translations

.PHONY: lock
lock: $(UV) ## resolve pyproject.toml into hashed requirements/*.txt (LOCK_FLAGS=--upgrade)
	@./requirements/lock.sh $(UV) $(LOCK_FLAGS)

# --- run -----------------------------------------------------------------------------

.PHONY: demo
demo: env ## the demo centre on http://127.0.0.1:8000 (PORT=, PLATEAU_VAR=)
	@.ci/system-packages pdf || true
	@exec $(BIN)/python -m config.demo

.PHONY: demo-reset
demo-reset: env ## forget the demo's data
	@$(BIN)/python -m config.demo reset

.PHONY: migrations
migrations: env ## write migrations for changed models
	@$(BIN)/python -m config.embedded run -- $(BIN)/python manage.py makemigrations $(APPS)

# --- check ---------------------------------------------------------------------------

.PHONY: test
test: env ## the whole suite, in parallel, on embedded servers and in a real browser
	@.ci/system-packages
	@$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: env ## ruff (lint and format) and bandit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/bandit --quiet -c pyproject.toml -r . 

.PHONY: types
types: env ## mypy
	@$(BIN)/mypy .

.PHONY: contracts
contracts: env ## import contracts
	@$(BIN)/lint-imports

.PHONY: check
check: ## exactly what CI runs
	@bash .ci/run

.PHONY: bench
bench: env ## speed as ratios to honest floors, into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

.PHONY: month-end
month-end: env ## end a month of 1,000 uses while its workers are killed 20 times
	@MONTH_END_USES=1000 MONTH_END_KILLS=20 $(BIN)/pytest tests/chaos/test_month_end.py -s $(ARGS)

.PHONY: screens
screens: env ## take the README's pictures from a demo, into docs/screens
	@.ci/system-packages
	@$(BIN)/python -m docs.make_screens

.PHONY: golden
golden: env ## rewrite golden files; read the diff
	@$(BIN)/pytest tests/golden --rewrite-golden $(ARGS)

# khaithue: two commands do it all. `make run` serves the demo site, `make test` runs everything.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export UV_PYTHON_DOWNLOADS := never
PORT ?= 8000
BIN := .venv/bin
# A worker that dies fails the run at once: xdist would wait for ever for the work of its successor.
PYTEST := $(BIN)/pytest -q -n 2 --dist loadgroup --max-worker-restart 0

.PHONY: help run test lint format types layers templates unit postgres e2e api-fuzz environment system lock bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: environment ## the demo site on 127.0.0.1 with its log-ins
	@scripts/run.sh $(PORT)

test: system environment lint types layers templates postgres unit ## everything, a real browser and PostgreSQL included

environment: ## the Python environment, from the lock file
	@scripts/environment.sh

system: ## the programs the tests use: Chromium, xmlsec1, PostgreSQL, fonts
	@scripts/system.sh

lint:
	@echo "==> ruff: lint and format" && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

types:
	@echo "==> mypy: strict types" && $(BIN)/mypy

layers:
	@echo "==> import-linter: layers" && $(BIN)/lint-imports --no-cache

templates:
	@echo "==> djlint: templates" && $(BIN)/djlint --quiet --check --lint src/khaithue/portal/web/templates

postgres: ## the portal's tests on a throw-away PostgreSQL
	@echo "==> portal tests on PostgreSQL" && scripts/with_postgres.sh $(PYTEST) tests/portal

unit: ## every test, on SQLite
	@echo "==> all tests" && $(PYTEST)

e2e: ## the browser tests alone; screenshots in artifacts/e2e
	@$(BIN)/pytest -q tests/e2e

api-fuzz: ## many drawn requests to every route of the API; none may end in a fault
	@KHAITHUE_FUZZ=$${KHAITHUE_FUZZ:-1000} $(BIN)/pytest -q tests/portal/test_api_fuzz.py

bench: environment ## speed, each figure beside a floor measured in the same run
	@for file in bench/*.py; do echo "==> $$file" && $(BIN)/python "$$file" || exit 1; done

format: ## put code and templates in shape
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet . ; $(BIN)/djlint --quiet --reformat src/khaithue/portal/web/templates

lock: ## choose versions anew within pyproject.toml
	@.tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --group dev pyproject.toml --output-file requirements.lock

clean: ## forget the environment and what the demo wrote
	@rm -rf .venv .tools var artifacts

# One .venv in this folder, made when missing; every target sees to it by itself.
# `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# As many processes as there are cores; WORKERS=0 is the one that asks. Who has done
# their share takes from another's, for tests differ much in length.
WORKERS ?= auto
SPREAD := --numprocesses=$(WORKERS) --maxprocesses=8 --dist=worksteal
ENVIRONMENT := .venv/.installed
KERNELS := .venv/.compiled
BROWSER := node_modules/.fetched
KERNEL_SOURCES := $(shell grep -rl --include='*.py' numba src)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve check fix test test-unit test-spec test-generative \
	test-golden test-statistical test-functional test-repository test-docs test-service test-long \
	coverage golden-update docs docs-pages docs-check docs-serve bench lock clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' \
		| awk -F '\t' '{printf "  make %-18s %s\n", $$1, $$2}'

$(ENVIRONMENT): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || { \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			|| { echo "Quasimarket needs Python 3.11 or later: make PYTHON=python3.11"; exit 1; }; \
		echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing the pinned requirements: a minute or two"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# The fast engines are compiled once, so that a first run does not wait.
$(KERNELS): $(ENVIRONMENT) $(KERNEL_SOURCES)
	@echo "Compiling the fast engines, once: a few minutes"
	$(BIN)/quasimarket warm
	@touch $@

setup: $(KERNELS)  ## Make .venv, install everything pinned, compile the fast engines

demo: $(KERNELS)  ## Play the whole Work Programme and say where the report is
	$(BIN)/quasimarket simulate work-programme --out runs/demo
	@echo "The report: $(CURDIR)/runs/demo/report.html"

check: $(ENVIRONMENT)  ## Check format, lint, types, layers and generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(MAKE) --no-print-directory docs-check

fix: $(ENVIRONMENT)  ## Mend format and what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages' tests want a browser and the rules of accessibility; both are fetched once.
$(BROWSER): package-lock.json
	@command -v chromium >/dev/null || apt-get install --yes --quiet chromium \
		|| echo "No Chromium: the browser tests will be skipped"
	@command -v npm >/dev/null || apt-get install --yes --quiet npm \
		|| echo "No npm: the accessibility tests will be skipped"
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund; fi
	@mkdir -p $(@D) && touch $@

serve: $(KERNELS)  ## Run the live programme, with a demonstration to sign in to
	$(BIN)/quasimarket serve --demonstration

test: $(KERNELS) $(BROWSER)  ## Run every test that is not long
	@failed=0; \
	for part in "--ignore tests/service --ignore tests/browser" tests/service tests/browser; do \
		$(PYTEST) $(SPREAD) -m "not long" $$part || failed=1; \
	done; exit $$failed

test-unit: $(ENVIRONMENT)  ## Test small pieces
	$(PYTEST) -m "not long" tests/unit

test-spec: $(KERNELS)  ## Test what the rules mean, on every engine
	$(PYTEST) -m "not long" tests/spec

test-generative: $(KERNELS)  ## Test properties on generated rulebooks and logs
	$(PYTEST) -m "not long" tests/generative

test-golden: $(KERNELS)  ## Compare whole outputs with approved files
	$(PYTEST) -m "not long" tests/golden

test-statistical: $(KERNELS)  ## Test that the simulator obeys its own law
	$(PYTEST) -m "not long" tests/statistical

test-functional: $(KERNELS)  ## Test whole journeys on the command line
	$(PYTEST) -m "not long" tests/functional

test-repository: $(ENVIRONMENT)  ## Test facts about the repository
	$(PYTEST) -m "not long" tests/repository

test-docs: $(KERNELS)  ## Run every command that the documentation shows
	$(PYTEST) -m "not long" tests/docs

test-service: $(ENVIRONMENT) $(BROWSER)  ## Test the live programme, on PostgreSQL and in a browser
	$(PYTEST) $(SPREAD) -m "not long" tests/service
	$(PYTEST) $(SPREAD) -m "not long" tests/browser

test-long: $(KERNELS) $(BROWSER)  ## Run every test, many generated cases, fresh seeds
	$(PYTEST) --hypothesis-profile=long

coverage: $(KERNELS)  ## Run the quick tests and show the lines they miss
	$(PYTEST) -m "not long" --cov --cov-report=term-missing

golden-update: $(KERNELS)  ## Rewrite the approved files, to be read before they are kept
	$(PYTEST) tests/golden --golden-update

docs-pages: $(KERNELS)  ## Write the generated reference pages
	$(BIN)/python scripts/build_reference.py

docs-check: $(ENVIRONMENT)  ## Fail if a generated page is stale
	$(BIN)/python scripts/build_reference.py --check

docs: docs-pages  ## Build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The documentation: $(CURDIR)/site/index.html"

docs-serve: docs-pages  ## Serve the documentation while it is written
	$(BIN)/mkdocs serve

bench: $(KERNELS)  ## Measure speed beside other tools, into benchmarks/results/
	$(BIN)/python benchmarks/run.py

lock: $(ENVIRONMENT)  ## Pin and hash the requirements anew
	$(BIN)/python scripts/lock_requirements.py

clean:  ## Remove what make made: .venv, runs, site, caches
	rm -rf .venv node_modules build dist site runs .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

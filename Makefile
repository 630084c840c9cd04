# make demo and make test need Python 3.11 or later, git and make, and set up everything else themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SECONDS := 60
CORE := src/hookwright/model/*,src/hookwright/config/*,src/hookwright/validate/*,src/hookwright/templates/*,src/hookwright/reconcile/*,src/hookwright/api/*,src/hookwright/signing.py,src/hookwright/errors.py

.PHONY: demo test check lint format docs bench bench-quick fuzz clean

$(READY): requirements/dev.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=…"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)  ## all of it, on a local emulator of the platform
	@$(BIN)/hookwright demo

test: $(READY)  ## every test, with branch coverage
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -n auto --cov --cov-report= $(ARGS)

check: test lint  ## all that must hold

lint: $(READY)  ## what must hold beside the tests: lint, types, layers, coverage of the core, docs up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m hookwright.validate.pages --check
	$(BIN)/python -m hookwright.cli.pages --check
	$(BIN)/python -m tests.mutants.receiver_pages --check
	$(BIN)/python -m tests.mutants.sender_pages --check
	@if [ -f .coverage ]; then $(BIN)/python -m coverage report --include='$(CORE)' --fail-under=95; \
	else echo "no coverage data: run 'make test' first"; exit 1; fi

docs: $(READY)  ## write the generated pages
	$(BIN)/python -m hookwright.validate.pages
	$(BIN)/python -m hookwright.cli.pages
	$(BIN)/python -m tests.mutants.receiver_pages
	$(BIN)/python -m tests.mutants.sender_pages

bench: $(READY)  ## measure beside the floor; a few minutes
	$(BIN)/python benchmarks/run.py

bench-quick: $(READY)  ## the same with small sizes, under a minute
	$(BIN)/python benchmarks/run.py --quick -n 3

fuzz: $(READY)  ## coverage-guided fuzzing of the readers, SECONDS each (Linux, CPython 3.11)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	$(BIN)/python fuzz/reader.py -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -dict=fuzz/yaml.dict -print_final_stats=1
	$(BIN)/python fuzz/templates.py -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -dict=fuzz/yaml.dict -print_final_stats=1

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

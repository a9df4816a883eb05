# The commands of this project. They make the virtual environment themselves: all they need is
# Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
BENCHES := decode peers sync eneco planning peaks month_peaks store history publish retraction analysis emulator daily_round console chart
NEWMAN := tests/newman/node_modules
AXE := tests/axe/node_modules
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test truth newman axe browser lint format bench lock wheel clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.runtime  ## the whole way, from consent to month peaks, against the emulator
	@$(BIN)/kwartier demo

test: $(VENV)/.dev  ## all tests; those that need newman where npm is, a browser where Chromium is
	@{ command -v npm > /dev/null && $(MAKE) --no-print-directory newman; } || \
	  echo "skipped: the Postman collection is not run, for npm could not install newman"
	@{ command -v npm > /dev/null && $(MAKE) --no-print-directory axe; } || \
	  echo "skipped: pages are not checked for accessibility, for npm could not install axe-core"
	@$(MAKE) --no-print-directory browser || \
	  echo "skipped: the pages of Mijn Fluvius are not tried in a browser, for there is no chromium"
	$(BIN)/pytest

truth: $(VENV)/.dev  ## years of daily syncs against the emulator's truth, with faults and kills
	@cd tests && ../$(BIN)/python -m truth $(TRUTH)

browser:  ## install Chromium, in which the tests try the pages (Debian's; needs apt and root)
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || \
	  { echo "installing chromium (once)"; apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; }

newman: $(NEWMAN)/.ready  ## install newman, which runs the Postman collection in the tests

axe: $(AXE)/.ready  ## install axe-core, which checks in the tests that everybody can use the pages

lint: $(VENV)/.dev  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BENCH)/.ready  ## measure: decode and sync beside their peers, stages, memory, store and its past, publishing, retraction, analysis, emulator, the chart
	@for one in $(BENCHES); do echo; echo "== $$one"; $(BENCH)/bin/python bench/$$one.py || exit 1; done

wheel: $(VENV)/.dev  ## build the wheel into dist/ and check that it carries no tests
	rm -rf dist
	$(PIP) wheel --no-deps --wheel-dir dist .
	! $(BIN)/python -m zipfile --list dist/*.whl | grep -E '(^|/)(tests|bench)/'

lock:  ## renew requirements/lock.txt from the ranges in pyproject.toml
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet --upgrade pip
	$(VENV)-lock/bin/pip install --quiet --group dev .
	$(VENV)-lock/bin/pip freeze --exclude kwartier > requirements/lock.txt
	rm -rf $(VENV)-lock

clean:  ## remove the virtual environment and everything built
	rm -rf $(VENV) $(BENCH) $(NEWMAN) $(AXE) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "kwartier needs Python 3.11 or later; set PYTHON=python3.11"'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml requirements/lock.txt | $(VENV)/bin/python
	@echo "installing kwartier into $(VENV) (once)"
	$(PIP) install --constraint requirements/lock.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/lock.txt requirements/peers.txt
	@echo "installing the test tools into $(VENV) (once)"
	$(PIP) install --requirement requirements/lock.txt
	$(PIP) install --ignore-requires-python --no-deps --requirement requirements/peers.txt
	@touch $@

$(NEWMAN)/.ready: tests/newman/package.json tests/newman/package-lock.json
	@echo "installing newman into tests/newman (once)"
	npm ci --prefix tests/newman --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(AXE)/.ready: tests/axe/package.json tests/axe/package-lock.json
	@echo "installing axe-core into tests/axe (once)"
	npm ci --prefix tests/axe --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BENCH)/.ready: pyproject.toml requirements/lock.txt bench/requirements.txt bench/peers.txt | $(VENV)/bin/python
	@echo "installing kwartier and what it is measured beside into $(BENCH) (once)"
	$(BIN)/python -m venv $(BENCH)
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check --constraint requirements/lock.txt --requirement bench/requirements.txt --editable .
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check --ignore-requires-python --no-deps --requirement bench/peers.txt
	@touch $@

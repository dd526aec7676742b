# Every target does its own set-up. Start with `make dev`; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help dev setup test lint scan test-unit faults test-model test-failover test-sandbox test-containers bench openapi test-data
.PHONY: requirements clean reset

# The first Python of at least 3.11 on this machine; `make PYTHON=/path/to/python dev` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv/bin
# Bytecode is kept, whatever the shell says: a process that compiles all it imports starts two seconds later.
export PYTHONDONTWRITEBYTECODE :=
INSTALL = $(if $(PYTHON),$(PYTHON),@echo "Python 3.11 or newer is needed and was not found."; exit 1;) -m dev.install

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## Run the gateway on this machine: databases, API, worker, webhooks, dashboard, checkout
	@$(INSTALL) --web-optional
	@exec $(VENV)/python -m dev

setup: ## Install what is missing and build the web parts; quick when nothing changed
	@$(INSTALL)

test: setup ## Run every check and every test
	@exec $(VENV)/python -m dev.check

lint: setup ## Run the checks that need no running product
	@exec $(VENV)/python -m dev.check static

scan: setup ## Run bandit, semgrep with our own rules, gitleaks and squawk
	@exec $(VENV)/python -m pytest tests/security/test_static_scans.py

test-unit: ## Run the unit tests only
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m pytest tests/unit

faults: ## Break the product on purpose and print which promises hold (3 minutes); SEED=7, LONG=1
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m faults $(if $(SEED),--seed $(SEED)) $(if $(LONG),--long) $(if $(ONLY),--only $(ONLY))

test-model: ## Money by model, long: 20 seeds of 2,000 steps (15 minutes); MODEL="--processor stripe --seeds 3" over a fake
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m tests.model $(MODEL)

test-failover: ## Kill masters of a Redis cluster and under Sentinel while payments are made; FAILOVER="--rounds 5 --only cluster"
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m tests.failover $(FAILOVER)

test-sandbox: ## Ask the processors' real sandboxes, with test keys from the environment; by hand, never in CI
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m tests.processors.sandbox.run

test-containers: setup ## Build the images, bring compose up in a Docker engine of its own, test it (10 minutes)
	@GATEWAY_TEST_CONTAINERS=keep exec $(VENV)/python -m pytest tests/deploy/test_containers.py -s

bench: ## Measure speed, memory and growth into benchmarks/results (15 idle minutes; BENCH="--smoke" for less)
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m benchmarks --start $(BENCH)

openapi: ## Write docs/openapi.json anew from the code
	@$(INSTALL) --no-web
	@exec $(VENV)/gateway openapi

test-data: ## Write the test bank's numbers and UPI ids into documents and web parts anew from the code
	@$(INSTALL) --no-web
	@exec $(VENV)/python -m dev.test_data

requirements: ## Resolve requirements.in anew; what is pinned stays where it still fits
	@$(INSTALL) --no-web
	@exec $(VENV)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  layers/dependencies/requirements.in -o layers/dependencies/requirements.txt

clean: ## Remove what was installed and built; the data in .gateway stay
	rm -rf .venv node_modules build sdk/dist web/*/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset: ## Delete the data of `make dev`: databases, passwords, logs
	@$(if $(PYTHON),$(PYTHON),python3) -m dev reset

# Everything one does with this repository. `make help` lists it.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
AUTHORITY ?= 801
KAFKA ?= auto
ROLE ?= send_caseworker
SECONDS ?= 300
SEED ?= 0
BROKERS ?= 1

.PHONY: help setup demo token verify clean test test-slow chaos lint docs bench lock

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

setup: ## Make .venv from the pinned requirements (nothing to do when nothing changed)
	@sh bin/setup

demo: setup ## Run the whole system on this machine with a synthetic authority (AUTHORITY=801 KAFKA=auto, apache or embedded)
	@$(PYTHON) -m demo up --authority $(AUTHORITY) --kafka $(KAFKA)

token: setup ## Print a bearer token for the demo (ROLE=send_caseworker AUTHORITY=801)
	@$(PYTHON) -m demo token --role $(ROLE) --authority $(AUTHORITY)

verify: setup ## Check every log of the running demo as an auditor does: each event, the chain, the seals; databases and topics
	@$(PYTHON) -m demo verify

clean: setup ## Forget what the demo kept
	@$(PYTHON) -m demo clean

test: setup ## The whole test suite, on a real PostgreSQL and a real broker
	@$(PYTHON) -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: setup ## What takes longer: killed processes, whole demos on both brokers, a case driven through
	@$(PYTHON) -m pytest -m slow --timeout=900 $(ONLY)

chaos: setup ## Break the running system for a while and check that nothing was lost (SECONDS=300 SEED=0 for any, BROKERS=1 or 3)
	@$(PYTHON) -m tests.chaos --seconds $(SECONDS) --seed $(SEED) --brokers $(BROKERS)

lint: setup ## Style, types, and who may import whom
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && $(PYTHON) -m mypy && .venv/bin/lint-imports

docs: setup ## Write docs/events.md, docs/asyncapi.json and contracts/schemas again from the code
	@$(PYTHON) -m contracts

bench: setup ## Measure, each number beside what it is compared with
	@$(PYTHON) -m bench

lock: setup ## Pin the requirements again, with hashes and naming no index (needs uv)
	@for f in runtime build dev; do uv pip compile -q --python-version 3.11 --generate-hashes --no-header --no-annotate \
		requirements/$$f.in -o requirements/$$f.txt; done

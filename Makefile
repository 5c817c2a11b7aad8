.POSIX:
.PHONY: help demo test test-fast prove sbom components bench lint format types messages lock vendor clean
UV = UV_PYTHON_DOWNLOADS=never .tools/bin/uv
# What Python compiles is kept under var, also where the environment tells it to keep nothing: every program starts sooner.
PY = PYTHONPATH=src PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$$PWD/var/compiled" .venv/bin/python
LOCK = $(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes \
       --no-emit-index-url --custom-compile-command 'make lock'

help:            ## what can be done here
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

demo: .venv/.stamp            ## a coalition of five operators on this machine (ONCE=1 plays the story; PORT=8000 DATA=var/demo)
	@sh tools/packages demo $${ONCE:+browser}
	@exec env $(PY) -m skyddsnat demo $${ONCE:+--once} --port $${PORT:-8000} --data "$${DATA:-var/demo}"

test: .venv/.stamp            ## the whole suite on both databases, real servers and browser included (make test ARGS='-k reveal')
	@sh tools/packages servers
	@$(PY) -m tools.run_tests $(ARGS)

test-fast: .venv/.stamp       ## the tests that need no system package
	@$(PY) -m pytest -q -n auto --maxprocesses 4 --dist loadgroup -m 'not servers and not browser' $(ARGS)

prove: .venv/.spark           ## try hard, hours if need be, and write docs/security with the figures (ARGS=--quick: those of the last make test)
	@sh tools/packages servers
	@exec env $(PY) -m tools.prove $(ARGS)

sbom: .venv/.stamp            ## bills of materials of what runs (var/sbom) and docs/security/licences.md
	@$(PY) -m tools.sbom

components: .venv/.stamp      ## how old what runs is, by the package registry: docs/security/components.md; 1 when something is past its time
	@$(PY) -m tools.components

bench: .venv/.spark .venv-bench/.stamp  ## how fast, beside other servers; minutes long (make bench ARGS='taxii agents')
	@sh tools/packages servers
	@exec env $(PY) -m benchmarks $(ARGS)

lint: .venv/.stamp            ## style, types, import contracts, templates, message catalogues
	@sh tools/packages gettext
	@.venv/bin/ruff check src tests tools benchmarks
	@.venv/bin/ruff format --check src tests tools benchmarks
	@PYTHONPATH=src .venv/bin/lint-imports --no-logo
	@$(PY) -m tools.check_templates
	@$(PY) -m tools.check_messages
	@PYTHONPATH=src .venv/bin/mypy

types: .venv/.stamp           ## mypy alone
	@PYTHONPATH=src .venv/bin/mypy

format: .venv/.stamp          ## rewrite to the house style
	@.venv/bin/ruff check --fix src tests tools benchmarks
	@.venv/bin/ruff format src tests tools benchmarks

messages: .venv/.stamp        ## collect and compile the texts of both languages
	@sh tools/packages gettext
	@$(PY) -m tools.messages

lock: .tools/bin/uv           ## refresh requirements/*.txt
	$(LOCK) pyproject.toml --extra hub -o requirements/hub.txt
	$(LOCK) pyproject.toml --extra agent -o requirements/agent.txt
	$(LOCK) pyproject.toml --extra stop-page -o requirements/stop-page.txt
	$(LOCK) pyproject.toml --extra agent --extra count -c requirements/agent.txt -o requirements/count.txt
	$(LOCK) pyproject.toml --extra party -o requirements/party.txt
	$(LOCK) pyproject.toml --extra agent --extra hashes -c requirements/agent.txt -c requirements/party.txt -o requirements/hashes.txt
	$(LOCK) --group bench -o requirements/bench.txt
	$(LOCK) --group spark -o requirements/spark.txt
	$(LOCK) pyproject.toml --all-extras --group dev -c requirements/hub.txt -c requirements/stop-page.txt -c requirements/count.txt -c requirements/hashes.txt -c requirements/party.txt -o requirements/dev.txt

vendor: .venv/.stamp          ## refresh vendored fonts and scripts by package name
	@$(PY) -m tools.vendor

.tools/bin/uv: requirements/bootstrap.txt
	@sh tools/packages python
	@python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools --require-hashes --no-deps -r requirements/bootstrap.txt
	@touch $@

.venv/.stamp: .tools/bin/uv requirements/dev.txt
	@$(UV) venv -q --clear --python 3.13 .venv || $(UV) venv -q --clear --python 3.12 .venv
	@$(UV) pip sync -q --python .venv/bin/python --require-hashes requirements/dev.txt
	@touch $@

# Spark is 450 MB for one test and the benchmarks: nobody else waits for it, and the suite has it come while tests run already.
.venv/.spark: .venv/.stamp requirements/spark.txt
	@$(UV) pip install -q --python .venv/bin/python --no-deps --require-hashes -r requirements/spark.txt
	@touch $@

.venv-bench/.stamp: .tools/bin/uv requirements/bench.txt
	@$(UV) venv -q --clear --python 3.13 .venv-bench || $(UV) venv -q --clear --python 3.12 .venv-bench
	@$(UV) pip sync -q --python .venv-bench/bin/python --require-hashes requirements/bench.txt
	@touch $@

clean:           ## remove what the targets made
	rm -rf .venv .venv-bench .tools var .mypy_cache .ruff_cache .pytest_cache

.POSIX:
.PHONY: help demo test test-fast lint format types messages lock vendor clean
UV = UV_PYTHON_DOWNLOADS=never .tools/bin/uv
PY = PYTHONPATH=src .venv/bin/python
LOCK = $(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes \
       --no-emit-index-url --custom-compile-command 'make lock'

help:            ## what can be done here
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

demo: .venv/.stamp            ## a coalition of five operators on this machine (ONCE=1 plays the story; PORT=8000 DATA=var/demo)
	@sh tools/packages demo
	@exec env $(PY) -m skyddsnat demo $${ONCE:+--once} --port $${PORT:-8000} --data "$${DATA:-var/demo}"

test: .venv/.stamp            ## the whole suite on both databases, real servers and browser included (make test ARGS='-k reveal')
	@sh tools/packages servers
	@$(PY) -m tools.run_tests $(ARGS)

test-fast: .venv/.stamp       ## the tests that need no system package
	@$(PY) -m pytest -q -m 'not servers and not browser' $(ARGS)

lint: .venv/.stamp            ## style, types, import contracts, templates, message catalogues
	@sh tools/packages gettext
	@.venv/bin/ruff check src tests tools
	@.venv/bin/ruff format --check src tests tools
	@PYTHONPATH=src .venv/bin/lint-imports --no-logo
	@$(PY) -m tools.check_templates
	@$(PY) -m tools.check_messages
	@PYTHONPATH=src .venv/bin/mypy

types: .venv/.stamp           ## mypy alone
	@PYTHONPATH=src .venv/bin/mypy

format: .venv/.stamp          ## rewrite to the house style
	@.venv/bin/ruff check --fix src tests tools
	@.venv/bin/ruff format src tests tools

messages: .venv/.stamp        ## collect and compile the texts of both languages
	@sh tools/packages gettext
	@$(PY) -m tools.messages

lock: .tools/bin/uv           ## refresh requirements/*.txt
	$(LOCK) pyproject.toml --extra hub -o requirements/hub.txt
	$(LOCK) pyproject.toml --extra agent -o requirements/agent.txt
	$(LOCK) pyproject.toml --extra party -o requirements/party.txt
	$(LOCK) pyproject.toml --all-extras --group dev -c requirements/hub.txt -c requirements/agent.txt -o requirements/dev.txt

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

clean:           ## remove what the targets made
	rm -rf .venv .tools var .mypy_cache .ruff_cache .pytest_cache

# Set-up happens by itself and again only when a requirements file changes.
SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1
PORT ?= 8501
PIP_ARGS ?=
JOBS ?= 3
BROWSER_JOBS ?= 2
ARGS ?=
HISTORY ?=

# The encoder's weights come with its package: nothing is ever looked up on a model hub.
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

SOAKS := tests/integration/test_model_feed.py tests/integration/test_no_effect_without_proof.py \
	tests/integration/desk/test_no_large_act_on_one_word.py tests/integration/test_crash_alone.py \
	tests/integration/test_stopping.py tests/integration/desk/test_nothing_widens.py \
	tests/integration/mail/test_fetchers_killed.py \
	tests/integration/test_connector_faults.py tests/e2e/test_chat_widget.py

.PHONY: help run test soak check format bench screenshot pin clean
.DEFAULT_GOAL := help

help:
	@echo 'make run         set up, then Rung with its demonstration business on http://$(ADDRESS):$(PORT)'
	@echo '                 CX_DEMO=0 runs your own business instead: docs/own-business.md'
	@echo '                 HISTORY=1 first gives it some months of a simulated past, marked as such'
	@echo 'make test        set up, then every test, JOBS=$(JOBS) at a time (many wait: that may be more than there are cores)'
	@echo '                 ARGS= runs what it says instead, for example ARGS=tests/unit'
	@echo 'make soak        long runs of what make test tries a slice of: RUNG_TICKETS=5000 through level 3,'
	@echo '                 RUNG_CASES=2000 sequences, every letter, every point at which a process is killed,'
	@echo '                 RUNG_MAILS=10000 mails with fetchers killed 100 times'
	@echo 'make check       format, lint, types, import contracts, documents'
	@echo 'make bench       the benches of speed on shipped data; figures in bench/results/latest.json'
	@echo 'make format      put the code in the house format'
	@echo 'make screenshot  photograph the Inbox into docs/images/'
	@echo 'make pin         write the tested environment into constraints.txt'
	@echo 'make clean       remove $(VENV) and caches; data/ stays'

run: $(VENV)/.installed
	$(if $(HISTORY),CX_DEMO=$${CX_DEMO-1} $(BIN)/python -m cx_core history)
	CX_DEMO=$${CX_DEMO-1} CX_PUBLIC_URL=$${CX_PUBLIC_URL-http://127.0.0.1:$(PORT)} $(BIN)/streamlit run app.py \
		--server.headless true --server.address $(ADDRESS) --server.port $(PORT)

test: $(VENV)/.installed-dev
ifeq ($(strip $(ARGS)),)
	@# Both halves run, whatever the first one says; classifiers are trained once for both. Tests in a browser are timed
	@# by the pages they wait on, so that nothing else runs beside them.
	export TEST_SHARED=$$(mktemp -d); trap 'rm -rf "$$TEST_SHARED"' EXIT; \
		$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --ignore=tests/e2e; first=$$?; \
		$(BIN)/python -m pytest -n $(BROWSER_JOBS) --dist loadfile --no-loadscope-reorder tests/e2e && exit $$first
else
	$(BIN)/python -m pytest $(ARGS)
endif

# What `make test` tries a slice of.
soak: $(VENV)/.installed-dev
	$(BIN)/python -m tests.alone.soak --tickets $${RUNG_TICKETS-5000}
	RUNG_SOAK=1 RUNG_CASES=$${RUNG_CASES-2000} $(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(SOAKS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.check_docs

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.installed
	$(BIN)/python -m bench

screenshot: $(VENV)/.installed-dev
	$(BIN)/python -m scripts.screenshot

# After a pin in requirements*.txt was changed and `make check` and `make test` have passed with it.
pin: $(VENV)/.installed-dev
	{ echo '# Every package of the tested environment, exactly. Made by `make pin`.'; \
	  $(BIN)/python -m pip freeze --all | grep -v '^pip==' | sed 's/+cpu$$//'; } > constraints.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@bash scripts/make_venv.sh $(VENV)

$(VENV)/.installed: requirements.txt constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install $(PIP_ARGS) -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_ARGS) -r requirements-dev.txt -c constraints.txt
	@touch $@

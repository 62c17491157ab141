# 建言 Jianyan. `make` says what there is to do.
PYTHON ?= python3
VENV ?= .venv
PY = $(VENV)/bin/python
PORT ?= 8000
export BASE_URL ?= http://127.0.0.1:$(PORT)
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench install install-dev requirements messages

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: install ## set everything up and serve the demo on http://127.0.0.1:8000/ (PORT=…)
	@mkdir -p var
	@test -f var/jianyan.sqlite3 || rm -f var/record-anchor.log # it belongs to a database that is gone
	@test -s var/demo-password || $(PY) -c "import secrets; print(secrets.token_urlsafe(9))" > var/demo-password
	$(PY) manage.py migrate --verbosity 0
	$(PY) manage.py set_up
	@echo "Loading the demo content …"
	@DEMO_PASSWORD=$${DEMO_PASSWORD:-$$(cat var/demo-password)} $(PY) manage.py load_demo > var/demo.txt
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/honcho --no-colour -f deploy/demo/Procfile start

test: install-dev ## all tests, on SQLite, and on PostgreSQL as well when DATABASE_URL names one
	DATABASE_URL= $(PY) -m pytest -n 2
	@case "$$DATABASE_URL" in postgres*) set -x; $(PY) -m pytest -n 2 ;; esac

lint: install-dev ## style, import rules, migrations
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	PYTHONPATH=. $(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run

bench: install-dev ## measure load and scale on PostgreSQL (DATABASE_URL) beside references
	$(PY) -m benchmarks

install: $(VENV)/installed ## the environment the site runs in

install-dev: $(VENV)/installed-dev

requirements: ## compile requirements.txt and requirements-dev.txt anew (needs uv)
	uv pip compile --universal --python-version 3.11 -q --no-header --no-annotate -o requirements.txt requirements.in
	uv pip compile --universal --python-version 3.11 -q --no-header --no-annotate -o requirements-dev.txt requirements-dev.in

messages: install ## collect the texts to translate, and compile what is translated (needs gettext)
	$(PY) manage.py makemessages -l zh_Hans -e html,txt,py
	msgfmt --check-format -o locale/zh_Hans/LC_MESSAGES/django.mo locale/zh_Hans/LC_MESSAGES/django.po

# Installs with uv where it is there, with venv and pip where not.
define install_from
	@if command -v uv >/dev/null 2>&1; then \
	  test -x $(PY) || uv venv --quiet --python $(PYTHON) $(VENV); \
	  uv pip install --quiet --python $(PY) -r $(1); \
	else \
	  test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "Install Python's venv module (Debian: apt install python3-venv) or uv."; exit 1; }; \
	  $(PY) -m pip install --quiet --disable-pip-version-check -r $(1); \
	fi
	@touch $@
endef

$(VENV)/installed: requirements.txt
	$(call install_from,requirements.txt)

$(VENV)/installed-dev: requirements-dev.txt requirements.txt
	$(call install_from,requirements-dev.txt)
	@touch $(VENV)/installed

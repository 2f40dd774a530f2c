# Everything runs in the project's own environment, which manage.py makes where it is missing.
PYTHON := .venv/bin/python
export NUANLIU_DEV := 1

.PHONY: check test bench pictures soak lock environment schema strangers

environment:
	@python3 -c "from logistics.setup.environment import prepare; prepare()"

check: environment
	$(PYTHON) -m ruff format --check --quiet .
	$(PYTHON) -m ruff check --quiet .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PYTHON) -m tests.checks

test:
	python3 manage.py test

bench: environment
	$(PYTHON) -m tests.bench

pictures: environment
	$(PYTHON) -m tests.browser.pictures

soak: environment strangers
	$(PYTHON) -m tests.soak
	NUANLIU_TAMPER_ENTRIES=10000 $(PYTHON) -m pytest --timeout 0 tests/press/test_tamper.py

# Write the OpenAPI document that `make check` compares; with RELEASE=1 also the one that a release promises.
schema: environment
	$(PYTHON) -m tests.architecture.schema $(if $(RELEASE),--release)

# Judges in other languages; needs node and npm.
strangers: environment
	$(PYTHON) -m tests.strangers

# Compile the requirements with hashes.
lock: environment
	$(PYTHON) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --output-file requirements.txt requirements.in
	$(PYTHON) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --output-file requirements-dev.txt requirements-dev.in

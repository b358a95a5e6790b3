# `make demo` sets up and runs the main job; `make test` sets up and passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint docs coverage site reference attack fuzz bench latency many desk clusters check clean faults run-all slurm

demo: $(READY)
	$(BIN)/autograder demo

# A file's tests stay together, as they share what takes long to set up. One process more than there are cores, since
# some tests wait for what hangs on purpose.
test: $(READY) system lint
	$(BIN)/pytest --numprocesses $$(($$(nproc) + 1)) --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/make_reference.py --check
	$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going docs build/docs

# Which lines the tests run: build/coverage/index.html.
coverage: $(READY) system
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest --numprocesses $$(($$(nproc) + 1)) --dist loadfile
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet --directory build/coverage
	$(BIN)/coverage report

# The documentation as a site: open build/docs/index.html.
docs: $(READY)
	$(BIN)/sphinx-build --fresh-env --fail-on-warning --keep-going docs build/docs

# The course as a site, with exercises to work on in the page: http://127.0.0.1:8000. PYODIDE=DIR puts Python into it,
# JUPYTERLITE=1 the whole notebooks in JupyterLite.
site: $(READY)
	$(BIN)/autograder build
	$(BIN)/autograder site $(if $(PYODIDE),--pyodide $(PYODIDE)) $(if $(JUPYTERLITE),--jupyterlite)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory workspace/site 8000

# The pages that are made from the code: course.yml and the commands.
reference: $(READY)
	$(BIN)/python docs/make_reference.py

# Every hostile and honest golden case against the engine, canaries, and each wall switched off in turn.
attack: $(READY)
	$(BIN)/python tests/support/attack.py

# Damaged input for every decoder of what comes from outside: ten million bytes each.
fuzz: $(READY)
	$(BIN)/python tests/support/fuzz.py

bench: $(READY)
	$(BIN)/python -m bench

# `autograder serve`: seconds from file to report, and 200 submissions at once.
latency: $(READY)
	$(BIN)/python -m bench.latency

# Grading by hand: the desk beside formgrader, with a browser for both.
desk: $(READY)
	$(BIN)/python -m bench.desk

# Whether mistakes that the course does not know come up as clusters: 500 submissions, a third of the known ones withheld.
clusters: $(READY)
	$(BIN)/python -m bench.clusters

# Ten thousand submissions of all assignments, interrupted and resumed: takes half an hour or more.
many: $(READY)
	$(BIN)/python -m bench.many

# Grades a class as SLURM jobs, of which one is killed in the middle. Needs root, slurm-wlm and munge.
slurm: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt dask-jobqueue
	$(BIN)/python tests/support/slurm.py

# Kills grading runs at random moments, and crashes at each step of what is written.
faults: $(READY)
	$(BIN)/python tests/support/faults.py --runs 50 --crashes

# Every notebook with each known mistake in place, run from top to bottom in a Jupyter kernel: about half an hour.
run-all: $(READY)
	$(BIN)/python tests/support/run_all.py

check: $(READY)
	$(BIN)/autograder check

# Set up anew only when the dependencies have changed.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

# What the tests need from the system: a browser, bubblewrap and libseccomp. Installs what is missing where it may.
.PHONY: system
system:
	@./.ci/system-packages

clean:
	rm -rf $(VENV) workspace build

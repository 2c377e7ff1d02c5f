# Everything sets itself up: `make run` on a fresh clone needs Python 3.11 or newer, and a network.
#   make run ARGS="--recipe 3b1b"     options of the program
#   make test ARGS="-k gradcheck"     options of pytest
#   make bench ARGS="--rows adam"     options of the race with PyTorch and scikit-learn
#   make bench ARGS="--readme"        its figures into README.md
#   make run PYTHON=python3.12        another interpreter

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		&& echo $$each && break; done)
ARGS ?=
BIN := .venv/bin
EXTRA_BIN := .venv-torchvision/bin
BENCH_BIN := .venv-bench/bin

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Three processes, since some tests of the screens wait; a second thread in each would only be in the
# way. Each reads all tests, which takes three times as long where nothing compiled may be kept.
TEST := OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.PHONY: help run test test-slow test-torchvision fuzz check format bench digits trained pictures wheel clean

help: ## say what there is to make
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 20

run: .venv/run.stamp ## open the app
	@$(BIN)/tui-nn $(ARGS)

test: .venv/dev.stamp ## the tests, but for the slow ones
	@$(TEST) -n 3 $(ARGS)

test-slow: .venv/dev.stamp ## the tests that take minutes, and more examples of every property
	@$(TEST) -n 3 --dist loadfile -m 'slow or hypothesis' --hypothesis-profile=more $(ARGS)

test-torchvision: .venv-torchvision/dev.stamp ## against torchvision's own data sets, if TUI_NN_DATA has them
	@OPENBLAS_NUM_THREADS=1 $(EXTRA_BIN)/python -m pytest -m torchvision $(ARGS)

fuzz: .venv/dev.stamp ## press anything in the real program: ARGS="--keys 50000 --seed 1"
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.fuzz $(ARGS)

check: .venv/dev.stamp ## all that has to be right before a commit
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: .venv/dev.stamp ## lay the code out
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv-bench/bench.stamp .venv/dev.stamp ## how fast it trains, beside PyTorch too; how quick the interface is
	@$(BENCH_BIN)/python -m tests.benchmarks.frameworks $(ARGS)
	@$(BENCH_BIN)/python -m tests.benchmarks.training
	@$(BENCH_BIN)/python -m tests.benchmarks.time_travel
	@$(BIN)/python -m tests.benchmarks.interface

digits: .venv/run.stamp ## rebuild the embedded digits
	@$(BIN)/python -m tui_nn.data.handwriting

trained: .venv/run.stamp ## train the networks that come along anew, on the embedded digits
	@$(BIN)/tui-nn train default --epochs 6 --threads 1 --save assets/trained/trained.safetensors
	@$(BIN)/tui-nn train larger --threads 1 --save assets/trained/trained-large.safetensors

pictures: .venv/dev.stamp ## export the README's pictures from the app
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m docs.make_pictures

wheel: .venv/dev.stamp ## build dist/*.whl
	@$(BIN)/python -m build --wheel

clean: ## remove what was built and installed here
	@rm -rf .venv .venv-torchvision .venv-bench build dist

# A stamp is younger than pyproject.toml once what that asks for is installed.
.venv/run.stamp: pyproject.toml
	$(call installed,.venv,.)

.venv/dev.stamp: pyproject.toml
	$(call installed,.venv,.[dev])

.venv-torchvision/dev.stamp: pyproject.toml
	$(call installed,.venv-torchvision,.[dev$(comma)torchvision])

.venv-bench/bench.stamp: pyproject.toml
	$(call installed,.venv-bench,.[bench])

comma := ,

# $(1): the environment, made if need be; $(2): what to install into it.
define installed
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "tui-nn needs Python 3.11 or newer; name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@test -x $(1)/bin/python || { echo "Making $(1) …"; $(PYTHON) -m venv $(1); }
	@echo "Installing into $(1) …"
	@$(1)/bin/python -m pip install --quiet --editable '$(2)'
	@$(1)/bin/python -m compileall -q tui_nn screens
	@touch $@
endef

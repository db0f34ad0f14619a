# The two targets that a newcomer needs are `make demo` and `make test`; each sets itself up.
PYTHON ?= python3
PYTHON313 ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
SAM_LOCAL := .aws-sam/local
ARCHITECTURE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

# Images of containers set it; each command would then compile some 300 modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := gate
.PHONY: gate report-picture demo test build crash-matrix race long trino trino-server check validate fix setup bench deploy-test clients sam-local clean

gate: check validate test ## what CI runs, except the real engine's tests

demo: $(VENV)/.ready ## two days of sample events through the whole pipeline, on this machine
	$(BIN)/springtide demo

test: $(VENV)/.ready ## the tests, offline; what takes longer has targets of its own
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

crash-matrix: $(VENV)/.ready ## a fault of every kind at every AWS call, and whether the next run makes it good
	$(BIN)/python -m tests.crash.matrix

race: $(VENV)/.ready ## two runs at once in many more orders; RACE_SEEDS="3 17" repeats those
	$(BIN)/pytest -n auto -m race

long: $(VENV)/.ready ## the tests that take longest
	$(BIN)/pytest -n auto -m long

trino-server: $(VENV)/.ready ## a Trino at port 8080 for --trino, until ctrl-C
	$(BIN)/python -m tests.trino.server --keep --port 8080

trino: $(VENV)/.ready ## what the offline Athena answers, beside a real Trino (Java 24 or newer, and Maven the first time)
	$(BIN)/python -m tests.trino.server

check: $(VENV)/.ready ## lint and types; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy functions/springtide functions/*/app.py cli offline tests bench
	$(BIN)/lint-imports
	$(BIN)/cfn-lint --include-checks I -t template.yaml

validate: $(VENV)-sam/.ready $(VENV)-checkov/.ready ## what `sam deploy` would check first, and what checkov finds
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-west-1 $(VENV)-sam/bin/sam validate --lint
	$(VENV)-checkov/bin/checkov --config-file .checkov.yaml

deploy-test: $(VENV)/.ready $(VENV)-sam/.ready $(VENV)-deploy/.ready ## sam build and sam deploy to an emulator
	PATH="$(CURDIR)/$(VENV)-deploy/bin:$$PATH" $(BIN)/pytest tests/deploy/deploy_check.py

clients: $(VENV)/.ready $(VENV)-clients/.ready ## dbt and SQLMesh build their models on `springtide serve`
	CLIENTS_BIN=$(CURDIR)/$(VENV)-clients/bin $(BIN)/pytest tests/clients/clients_check.py

sam-local: $(VENV)/.ready $(VENV)-sam/.ready $(VENV)-lambda/.ready ## every built function on its event, in containers where there are any
	PATH="$(CURDIR)/$(VENV)-lambda/bin:$$PATH" SAM_CLI_TELEMETRY=0 $(VENV)-sam/bin/sam build --build-dir $(SAM_LOCAL) \
		--parameter-overrides Architecture=$(ARCHITECTURE)
	$(BIN)/python -m tests.samlocal --build $(SAM_LOCAL) --architecture $(ARCHITECTURE) \
		--sam $(VENV)-sam/bin/sam --python $(VENV)-lambda/bin/python

build: $(VENV)/.ready ## sam build with a data set of your own: make build DATASETS=../my-data-sets DATASET=orders
	@test -n "$(DATASETS)" -a -n "$(DATASET)" || { echo "give DATASETS=FOLDER DATASET=NAME"; exit 1; }
	$(BIN)/springtide check --dataset $(DATASET) --datasets $(DATASETS)
	@if git ls-files --error-unmatch functions/datasets/$(DATASET) >/dev/null 2>&1; then \
		echo "DATASET=$(DATASET): the clone has a data set of that name; give yours another, or call sam build"; exit 1; fi
	rm -rf functions/datasets/$(DATASET)
	cp -R $(DATASETS)/$(DATASET) functions/datasets/$(DATASET)
	sam build

report-picture: $(VENV)/.ready ## the picture in docs/report.md, of what `make demo` wrote; needs Chromium
	$(BIN)/python -m tests.report.picture demo-out/report.html docs/report.png

fix: $(VENV)/.ready ## the only target that edits
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready ## speed and memory, as ratios to a baseline of the same run
	$(BIN)/python bench/bench_run.py
	$(BIN)/python bench/bench_shapes.py
	$(BIN)/python bench/bench_commands.py
	$(BIN)/python bench/bench_imports.py

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Springtide needs Python 3.11 or newer; set PYTHON=/path/to/python"; exit 1; }
	@echo "Once, for a few minutes: the packages that Springtide needs go into $(VENV)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# SAM CLI and checkov pin libraries that the offline machine needs newer: environments of their own.
$(VENV)-sam/.ready: Makefile
	$(PYTHON) -m venv $(VENV)-sam
	$(VENV)-sam/bin/python -m pip install --quiet aws-sam-cli==1.170.0
	@touch $@

# ministack runs the functions under its own interpreter, so that has to be Lambda's version.
$(VENV)-deploy/.ready: Makefile
	@$(PYTHON313) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || \
		{ echo "the functions run on Python 3.13; set PYTHON313=/path/to/python3.13"; exit 1; }
	$(PYTHON313) -m venv $(VENV)-deploy
	$(VENV)-deploy/bin/python -m pip install --quiet 'ministack[full]==1.5.33'
	@touch $@

$(VENV)-clients/.ready: Makefile
	$(PYTHON) -m venv $(VENV)-clients
	$(VENV)-clients/bin/python -m pip install --quiet \
		dbt-athena==1.10.2 dbt-core==1.10.23 'sqlmesh[athena]==0.236.4'
	@touch $@

$(VENV)-checkov/.ready: Makefile
	$(PYTHON) -m venv $(VENV)-checkov
	$(VENV)-checkov/bin/python -m pip install --quiet checkov==3.3.30
	@touch $@

# Lambda's runtime: Python 3.13, the runtime interface client, and the boto3 that it brings.
$(VENV)-lambda/.ready: Makefile
	@$(PYTHON313) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || \
		{ echo "the functions run on Python 3.13; set PYTHON313=/path/to/python3.13"; exit 1; }
	$(PYTHON313) -m venv $(VENV)-lambda
	$(VENV)-lambda/bin/python -m pip install --quiet --constraint constraints.txt \
		'awslambdaric; sys_platform == "linux"' boto3
	@touch $@

clean: ## everything that can be made again
	rm -rf $(VENV) $(VENV)-* .aws-sam .pytest_cache .mypy_cache .ruff_cache demo-out

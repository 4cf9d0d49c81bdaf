# The front door: `make` lists it. A fresh machine needs Node and, to compile two native modules,
# python3, make and g++; nothing else is downloaded than the npm packages of package-lock.json.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

NODE_AT_LEAST := 20.19.0
JAVA_AT_LEAST := 17
CLIPID := node dist/services/main.js
# npm writes this at the end of every installation.
INSTALLED := node_modules/.package-lock.json
BUILT := dist/.built
# Training alone needs it: PyTorch, as services/trainer/requirements.lock has it.
TRAINER_ENV := var/trainer-venv
TRAINER_INSTALLED := $(TRAINER_ENV)/.installed
PYTHON ?= python3
SOURCES := $(shell find services tests/bench tests/helpers -name '*.ts' 2>/dev/null)
# Options for the command that is run: make demo ARGS='--folder /tmp/demo'
ARGS ?=

# Nothing is fetched from other hosts than the npm registry: the CPU provider is in the package, and
# native modules are compiled here, against this Node's own headers where they are installed.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export ONNXRUNTIME_NODE_INSTALL := skip
export npm_config_build_from_source := true
# See services/no-telemetry.ts: tests and benchmarks load the library without it.
export ORT_DISABLE_TELEMETRY := 1
NODE_PREFIX := $(shell dirname "$$(dirname "$$(readlink -f "$$(command -v node)" 2>/dev/null)")" 2>/dev/null)
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif

.PHONY: help setup build demo run test test-webgpu test-kafka test-trainer chaos lint format proto proto-check bench bench-kafka bench-gpu bench-pairs docs image up down clean

help: ## this list
	@echo 'make <target>   (make demo is a good start)'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1  \2/p' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## check the machine and install packages

build: $(BUILT) ## compile to dist/

demo: $(BUILT) ## see it work: clips from pictures that come along, people found, a contact sheet
	@$(CLIPID) demo $(ARGS)

run: $(BUILT) ## start the server (ARGS='--watch folder')
	@$(CLIPID) serve $(ARGS)

test: $(INSTALLED) proto-check lint $(BUILT) ## everything that must pass: generated code, lint, types, format, all tests
	@deploy/check-kafka.sh $(JAVA_AT_LEAST)
	@vitest run $(ARGS)

# A software Vulkan (SwiftShader, in Debian's chromium) runs what a GPU would, a thousand times slower.
VULKAN_DRIVER ?= $(firstword $(wildcard /usr/lib/chromium/vk_swiftshader_icd.json /usr/share/vulkan/icd.d/*.json))
test-webgpu: $(INSTALLED) ## the GPU path on a software Vulkan (minutes; VULKAN_DRIVER=icd.json)
	@[ -n "$(VULKAN_DRIVER)" ] || { echo 'No Vulkan driver: apt-get install chromium libvulkan1' >&2; exit 1; }
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; XDG_RUNTIME_DIR=$$folder CLIPID_TEST_WEBGPU=1 \
	VK_ICD_FILENAMES=$(VULKAN_DRIVER) VK_DRIVER_FILES=$(VULKAN_DRIVER) \
	  vitest run tests/integration/webgpu.test.ts tests/contract/network-runner.test.ts

test-kafka: $(BUILT) ## the tests with real Kafka brokers alone (KAFKA_VERSION=3.9 for the older line)
	@deploy/check-kafka.sh $(JAVA_AT_LEAST)
	@vitest run --project kafka $(ARGS)

# For how long chaos goes on, in minutes; CLIPID_TEST_SEED repeats a run as far as timing lets it.
MINUTES ?= 10
chaos: $(BUILT) ## processes and a broker killed at random for MINUTES=10, with each role; nothing lost, nothing twice
	@deploy/check-kafka.sh $(JAVA_AT_LEAST)
	@CLIPID_CHAOS_MINUTES=$(MINUTES) vitest run --project kafka tests/integration/kafka/chaos.test.ts

test-trainer: $(BUILT) $(TRAINER_INSTALLED) ## the tests of services/trainer (Python 3.11; PyTorch is gigabytes, fetched once)
	@$(CLIPID) models prepare > /dev/null
	@cd services/trainer && PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 $(CURDIR)/$(TRAINER_ENV)/bin/python -m pytest $(ARGS)

lint: $(INSTALLED) ## lint, types and format
	@echo 'lint';   eslint .
	@echo 'types';  tsc -p tsconfig.json --noEmit
	@echo 'format'; prettier --check --log-level warn .

format: $(INSTALLED) ## write the format
	@prettier --write --log-level warn .

proto: $(INSTALLED) ## regenerate services/gen from proto/
	@buf lint
	@buf generate

# Against a copy rather than git: it judges what lies here, committed or not.
proto-check: $(INSTALLED) ## whether services/gen is what proto/ gives
	@echo 'generated code'
	@before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; cp -R services/gen "$$before/gen"; \
	$(MAKE) proto; \
	diff -rq "$$before/gen" services/gen || \
	  { echo 'services/gen was not what proto/ gives; it is now: look at it and commit it.' >&2; exit 1; }

docs: $(INSTALLED) ## write docs/configuration.md and deploy/clipid.env from the settings
	@tsx services/settings/print-reference.ts markdown \
	  | prettier --stdin-filepath docs/configuration.md > docs/configuration.md.new
	@mv docs/configuration.md.new docs/configuration.md
	@tsx services/settings/print-reference.ts environment > deploy/clipid.env.new
	@mv deploy/clipid.env.new deploy/clipid.env

# cpu, or gpu for NVIDIA's.
VARIANT ?= cpu
# CLUSTER=1 is many processes instead of one.
COMPOSE := docker compose -f deploy/$(if $(CLUSTER),cluster,compose).yaml
image: ## build the image clipid:cpu (VARIANT=gpu: clipid:gpu, for NVIDIA GPUs)
	@deploy/check-docker.sh
	@docker build -f deploy/Dockerfile --build-arg VARIANT=$(VARIANT) -t clipid:$(VARIANT) $(ARGS) .

up: ## Kafka, the service and sample clips in containers (CLUSTER=1 ARGS='--scale extract=3')
	@deploy/check-docker.sh compose
	@$(COMPOSE) up $(ARGS)

down: ## stop them; volumes stay (ARGS=-v: they go, too)
	@deploy/check-docker.sh compose
	@$(COMPOSE) down $(ARGS)

bench: $(BUILT) ## speed against its limit, compiled as in production (CLIPS='file...', else the demo's)
	@[ -n "$(CLIPS)" ] || ls var/demo/clips/*.mp4 >/dev/null 2>&1 || $(MAKE) demo
	@node dist/tests/bench/run.js $(or $(CLIPS),$(wildcard var/demo/clips/*.mp4))
	@if [ -n "$${KAFKA_BROKERS:-}" ] || { command -v java && command -v mvn; } >/dev/null 2>&1; \
	then $(MAKE) bench-kafka; \
	else printf '\n%s\n' 'Left out: what Kafka costs, as Java or Maven is not here; make bench-kafka says how to get them.'; fi

bench-kafka: $(BUILT) ## what Kafka costs, beside its client alone and beside calls (ARGS='--only overhead')
	@deploy/check-kafka.sh $(JAVA_AT_LEAST)
	@node dist/tests/bench/kafka/run.js $(ARGS) $(CLIPS)

bench-gpu: $(BUILT) ## PolyFace on a GPU by batch size, beside Python's onnxruntime (ARGS='--provider cuda')
	@node dist/tests/bench/gpu-embedder.js $(ARGS)

bench-pairs: $(BUILT) ## all pairs scored, beside numpy's matrix product (python3 with numpy)
	@node dist/tests/bench/pairs.js $(ARGS)

clean: ## remove what was compiled; data (var/) and packages stay
	@rm -rf dist coverage

$(INSTALLED): package-lock.json
	@deploy/check-machine.sh $(NODE_AT_LEAST)
	@echo 'Installing packages; compiling two native modules takes a minute or two.'
	@npm ci --loglevel=error
	@touch $@

$(TRAINER_INSTALLED): services/trainer/requirements.lock
	@echo 'Installing PyTorch and what the trainer needs besides: gigabytes, once.'
	@rm -rf $(TRAINER_ENV)
	@$(PYTHON) -m venv $(TRAINER_ENV)
	@$(TRAINER_ENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES) package.json tsconfig.json tsconfig.build.json
	@echo 'Compiling.'
	@rm -rf dist
	@tsc -p tsconfig.build.json
	@cp -R services/models/quality-weights dist/services/models/
	@chmod +x dist/services/main.js
	@touch $@

# The front door: `make` lists it. A fresh machine needs Node and, to compile two native modules,
# python3, make and g++; nothing else is downloaded than the npm packages of package-lock.json.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

NODE_AT_LEAST := 20.19.0
CLIPID := node dist/services/main.js
# npm writes this at the end of every installation.
INSTALLED := node_modules/.package-lock.json
BUILT := dist/.built
SOURCES := $(shell find services tests/bench -name '*.ts' 2>/dev/null)
# Options for the command that is run: make demo ARGS='--folder /tmp/demo'
ARGS ?=

# Nothing is fetched from other hosts than the npm registry: the CPU provider is in the package, and
# native modules are compiled here, against this Node's own headers where they are installed.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export ONNXRUNTIME_NODE_INSTALL := skip
export npm_config_build_from_source := true
NODE_PREFIX := $(shell dirname "$$(dirname "$$(readlink -f "$$(command -v node)" 2>/dev/null)")" 2>/dev/null)
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif

.PHONY: help setup build demo run test test-webgpu test-kafka lint format proto proto-check bench bench-gpu clean

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
	@vitest run $(ARGS)

# A software Vulkan (SwiftShader, in Debian's chromium) runs what a GPU would, a thousand times slower.
VULKAN_DRIVER ?= $(firstword $(wildcard /usr/lib/chromium/vk_swiftshader_icd.json /usr/share/vulkan/icd.d/*.json))
test-webgpu: $(INSTALLED) ## the GPU path on a software Vulkan (minutes; VULKAN_DRIVER=icd.json)
	@[ -n "$(VULKAN_DRIVER)" ] || { echo 'No Vulkan driver: apt-get install chromium libvulkan1' >&2; exit 1; }
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; XDG_RUNTIME_DIR=$$folder CLIPID_TEST_WEBGPU=1 \
	VK_ICD_FILENAMES=$(VULKAN_DRIVER) VK_DRIVER_FILES=$(VULKAN_DRIVER) \
	  vitest run tests/integration/webgpu.test.ts tests/contract/network-runner.test.ts

test-kafka: $(INSTALLED) ## the brokers that tests of Kafka will use (needs Java 17 and Maven)
	@CLIPID_TEST_KAFKA=1 vitest run tests/integration/kafka

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

bench: $(BUILT) ## speed against its limit, compiled as in production (CLIPS='file...', else the demo's)
	@[ -n "$(CLIPS)" ] || ls var/demo/clips/*.mp4 >/dev/null 2>&1 || $(MAKE) demo
	@node dist/tests/bench/run.js $(or $(CLIPS),$(wildcard var/demo/clips/*.mp4))

bench-gpu: $(BUILT) ## PolyFace on a GPU by batch size, beside Python's onnxruntime (ARGS='--provider cuda')
	@node dist/tests/bench/gpu-embedder.js $(ARGS)

clean: ## remove what was compiled; data (var/) and packages stay
	@rm -rf dist coverage

$(INSTALLED): package-lock.json
	@deploy/check-machine.sh $(NODE_AT_LEAST)
	@echo 'Installing packages; compiling two native modules takes a minute or two.'
	@npm ci --loglevel=error
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES) package.json tsconfig.json tsconfig.build.json
	@echo 'Compiling.'
	@rm -rf dist
	@tsc -p tsconfig.build.json
	@chmod +x dist/services/main.js
	@touch $@

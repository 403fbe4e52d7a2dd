# `make test` checks everything, on a fresh machine too: it needs Rust (the stable toolchain), Python 3.11 with venv, Node 20, Go,
# and a network for packages. Everything that it makes goes below CACHE, so that a second clone, or a second run, is quick.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cspm
TOOLS := $(CACHE)/tools
PYTHON = $(CACHE)/venv/bin/python
STEP := scripts/step.sh
export CARGO_TARGET_DIR ?= $(CACHE)/target
export CSPM_PYTHON ?= $(PYTHON)
# Clean environments with the built packages: a Python that has the wheel, and a folder that has the npm package.
export CSPM_WHEEL_PYTHON ?= $(CACHE)/wheel-venv/bin/python
export CSPM_NPM_MODULES ?= $(CACHE)/npm/folder
# In CI the lock file is as it was committed, and nothing is compiled twice.
ifdef CI
LOCKED := --locked
export CARGO_INCREMENTAL := 0
endif

# One set of features for checks, documentation and tests, so that dependencies are compiled once for each.
ALL := $(LOCKED) --workspace --all-features
# What users depend on: the bindings and the tests of clusters would bring the features of live sources with them.
LIBRARIES := -p cspm -p cspm-core -p cspm-rules -p cspm-aws -p cspm-k8s -p cspm-report -p cspm-sql
DENY := $(TOOLS)/bin/cargo-deny
MDBOOK := $(TOOLS)/bin/mdbook
FUZZ := $(TOOLS)/bin/cargo-fuzz
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := snapshot compressed_snapshot rule_file policy_document cidr manifests kubeconfig kubernetes_answer aws_answer

.PHONY: help test fmt python javascript arrows clippy rustdoc deny tests bindings services readme docs docs-check sample bench
.PHONY: build packages fuzz features venv chromium cluster wheel npm

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | column -t -s $$'\t'

test: fmt python arrows clippy rustdoc deny build packages javascript tests bindings services docs-check readme ## Check everything; the cheap checks come first

fmt: ## Formatting of Rust
	@$(STEP) "cargo fmt" cargo fmt --all --check

python: venv ## Formatting and lints of Python
	@$(STEP) "ruff" bash -c '"$(CACHE)/venv/bin/ruff" check . && "$(CACHE)/venv/bin/ruff" format --check .'

javascript: packages ## Formatting, lints and generated types of JavaScript
	@$(STEP) "biome" bash -c 'cd "$$(scripts/npm-build.sh)" && npx biome ci --colors=off .'
	@$(STEP) "types of the npm package" scripts/npm-types.sh --check

arrows: ## What each crate may depend on: the core has no SDK, no HTTP, no TLS
	@$(STEP) "arrows between crates" scripts/arrows.sh

clippy: ## Lints of Rust, with all features and with none
	@$(STEP) "clippy, default features" cargo clippy $(LOCKED) $(LIBRARIES) --all-targets -- -D warnings
	@$(STEP) "clippy, all features" cargo clippy $(ALL) --all-targets -- -D warnings

# An example is named so that dependencies have the features of clippy's run and are not checked again.
rustdoc: ## The documentation of the API
	@RUSTDOCFLAGS="-D warnings" $(STEP) "rustdoc" cargo doc $(ALL) --no-deps --lib --example docs

deny: $(DENY) ## Licences, bans and sources of dependencies; advisories with CSPM_ADVISORIES=1
	@$(STEP) "cargo deny" "$(DENY)" --all-features check $(if $(CSPM_ADVISORIES),advisories) bans licenses sources

tests: venv chromium cluster packages ## Unit tests, documentation tests, rule cases, and tests against an emulator of AWS
	@$(STEP) "tests" scripts/with-moto.sh cargo test $(ALL) --no-fail-fast -- --include-ignored

bindings: packages venv ## Tests of the built packages of Python and Node, in clean environments
	@$(STEP) "tests of the wheel" scripts/test-wheel.sh
	@$(STEP) "tests of the npm package" scripts/npm-test.sh
	@$(STEP) "the same in the three languages" scripts/parity.sh

services: packages chromium ## Tests of the services in examples, with the built packages
	@$(STEP) "the Flask service" scripts/flask-example.sh
	@$(STEP) "the Node service" scripts/node-example.sh

build: ## Compile what the tests and their packages need, once
	@$(STEP) "build" scripts/build.sh

# What the tests install is made of the build of the tests; what is published, and measured, is optimised.
packages: build ## The wheel and the npm package of the tests, each installed in a place of its own
	@$(STEP) "the wheel of the tests" bash -c 'scripts/wheel.sh && scripts/wheel-venv.sh'
	@$(STEP) "the npm package of the tests" bash -c 'scripts/npm-package.sh && scripts/npm-folder.sh'

wheel: ## Build the wheel as it is published, and install it in an environment of its own
	@CSPM_PROFILE=release $(STEP) "the wheel" bash -c 'scripts/wheel.sh && scripts/wheel-venv.sh'

npm: ## Build the npm package as it is published, and install it in a folder of its own
	@CSPM_PROFILE=release $(STEP) "the npm package" bash -c 'scripts/npm-package.sh && scripts/npm-folder.sh'

docs-check: venv packages ## Whether the documentation is complete: its links, its examples, its generated pages
	@$(STEP) "documentation" bash -c 'cargo build $(ALL) --quiet --example docs && "$(CARGO_TARGET_DIR)/debug/examples/docs" docs/build && "$(PYTHON)" scripts/check-docs.py book docs/build'

readme: venv ## Whether the commands of README.md and CONTRIBUTING.md do what they say
	@$(STEP) "commands of README.md and CONTRIBUTING.md" "$(PYTHON)" scripts/check-docs.py commands README.md CONTRIBUTING.md

docs: docs-check $(MDBOOK) ## Build the book in docs/build/book
	"$(MDBOOK)" build docs/build

sample: venv ## Record examples/sample/inventory.json anew, from the emulator
	examples/sample/record.sh

bench: wheel npm ## Run the benchmarks
	cargo bench $(LOCKED) --workspace

fuzz: $(FUZZ) ## Fuzz each target for FUZZ_SECONDS; needs the nightly toolchain
	set -e; for target in $(FUZZ_TARGETS); do \
	  mkdir -p fuzz/corpus/$$target; \
	  env -u CARGO_TARGET_DIR PATH="$(TOOLS)/bin:$$PATH" cargo +nightly fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048; \
	done

features: ## Whether each service's feature compiles without the others; slow
	set -e; for feature in live ec2 iam s3; do cargo check $(LOCKED) -p cspm-aws --all-targets --features $$feature; done
	set -e; for feature in cli aws-ec2 aws-iam aws-s3; do cargo check $(LOCKED) -p cspm --features $$feature; done

venv:
	@$(STEP) "Python packages" scripts/venv.sh

cluster:
	@$(STEP) "API servers of Kubernetes" scripts/cluster.sh

chromium:
	@$(STEP) "Chromium" scripts/chromium.sh

$(DENY):
	@$(STEP) "cargo-deny, once" scripts/tool.sh cargo-deny 0.20.2

$(MDBOOK):
	@$(STEP) "mdbook, once" scripts/tool.sh mdbook 0.5.4

$(FUZZ):
	@$(STEP) "cargo-fuzz, once" scripts/tool.sh cargo-fuzz 0.13.2

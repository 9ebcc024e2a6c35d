# Everything there is to run. `make help` prints the lines marked ##.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build dev test test-unit test-e2e bench compile-time conformance fuzz simulate torture screenshots lighthouse lint clean

WASM := --target wasm32-unknown-unknown -p frontend-checkout -p frontend-dashboard

help: ## Print this list
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: build ## Build the release binary and serve it with a demonstration shop on http://127.0.0.1:3000
	target/release/guichet serve --demo

build: ## Build the release binary, pages included: target/release/guichet
	@scripts/setup rust bundler
	@scripts/step bundler cargo build --release -p bundler
	@scripts/step wasm cargo build --profile wasm $(WASM)
	@scripts/step bundling target/release/bundler target/wasm32-unknown-unknown/wasm target/site
	@GUICHET_SITE_REQUIRED=1 scripts/step server cargo build --release -p guichet

dev: ## Serve a debug build; rebuild and reload the browser when a file changes
	@scripts/setup rust bundler
	@scripts/dev

test: lint test-unit build test-e2e ## Lints, unit tests, the release build and the end-to-end tests on it

test-unit: ## Unit tests, on SQLite and on a PostgreSQL cluster of their own
	@scripts/setup rust postgresql
	@scripts/step "unit tests" cargo test --workspace --quiet

test-e2e: ## End-to-end tests on the release binary, in Chromium and with the official clients
	@scripts/setup end2end observatory chromium python
	@scripts/step "end-to-end tests" npm --prefix end2end test
	@scripts/step clients end2end/clients/run
	@scripts/step observatory node end2end/observatory/grade.mjs
	@scripts/step conformance cargo run -q -p proof -- conformance
	@scripts/step fuzzing end2end/fuzz/run
	@scripts/step torture cargo run -q -p proof -- torture --kills 10 --quick

conformance: ## The money rules, tried from outside: on servers of our own, or URL=… KEY=stest_… (OTHER_KEY=: of a second account)
	@[ -n "$(URL)" ] || [ -x target/release/guichet ] || $(MAKE) --no-print-directory build
	@scripts/step conformance cargo run -q -p proof -- conformance $(if $(URL),--url $(URL) --key $(KEY)) $(if $(OTHER_KEY),--other-key $(OTHER_KEY))

fuzz: ## The API fuzzed from its own documents, long: EXAMPLES=… SEED=…
	@[ -x target/release/guichet ] || $(MAKE) --no-print-directory build
	@scripts/setup python
	@scripts/step fuzzing end2end/fuzz/run --examples $(or $(EXAMPLES),1000) --seed $(or $(SEED),1)

screenshots: ## A picture of every page and state, for people to look at: end2end/shots/ (GUICHET_BINARY: of another binary)
	@scripts/setup end2end chromium
	@[ -n "$${GUICHET_BINARY:-}" ] || $(MAKE) --no-print-directory build
	@scripts/step screenshots npm --prefix end2end run screenshots

lighthouse: ## What Lighthouse says of the checkout and the dashboard, against the bars: medians of five (GUICHET_BINARY: of another binary)
	@scripts/setup lighthouse chromium
	@[ -n "$${GUICHET_BINARY:-}" ] || $(MAKE) --no-print-directory build
	@scripts/step lighthouse npm --prefix end2end/lighthouse start

bench: build ## Speed and memory of the release binary beside the machine's own, in minutes; SIZE=10M for ten million payments
	@scripts/setup postgresql
	@scripts/step proof cargo build --release -p proof
	@target/release/proof bench

compile-time: ## How long one line takes to build, of a page and of the engine; nothing else may be building
	@scripts/setup rust bundler
	@scripts/dev time

simulate: ## Payers, merchants, an unreliable bank and sudden deaths, from a seed: SEED=1 STEPS=10000 ENGINE=sqlite (or postgresql)
	@scripts/setup rust postgresql
	@scripts/step proof cargo build --release -p proof
	@target/release/proof simulate --seed $(or $(SEED),1) --steps $(or $(STEPS),10000) --engine $(or $(ENGINE),sqlite)

torture: ## The release binary killed under load again and again, and other bad days: KILLS=1000 ENGINE=both (or sqlite, postgresql) SEED=…
	@[ -x target/release/guichet ] || $(MAKE) --no-print-directory build
	@scripts/setup rust postgresql python
	@scripts/step torture cargo run -q -p proof -- torture --kills $(or $(KILLS),1000) --engine $(or $(ENGINE),both) $(if $(SEED),--seed $(SEED))

lint: ## Formatting and clippy, native and wasm; licences and sources of what we build with
	@scripts/setup rust python
	@scripts/step dependencies scripts/dependencies
	@scripts/step format cargo fmt --all --check
	@scripts/step clippy cargo clippy --quiet --workspace --all-targets -- -D warnings
	@scripts/step "clippy for wasm" cargo clippy --quiet $(WASM) -- -D warnings

clean: ## Remove everything that was built or installed into the repository
	rm -rf target end2end/.venv end2end/test-results end2end/lighthouse/reports end2end/lighthouse/node_modules end2end/node_modules end2end/observatory/node_modules frontend/bundler/node_modules

# SPDX-License-Identifier: BSD-3-Clause
# Short names for what is done often. The work is done by CMake (CMakePresets.json) and scripts/.
#   CONFIGURE  more for cmake's command line, e.g. CONFIGURE="-DCMAKE_PREFIX_PATH=$HOME/lib"
#   SETUP=:    installs no packages: everything is there, from elsewhere
#   PREFIX     where `make install` installs
SHELL := bash
PREFIX ?= /usr/local
SETUP ?= scripts/setup.sh
CONFIGURE ?=
release = cmake --preset release $(CONFIGURE) && cmake --build --preset release --parallel $$(nproc)

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z0-9_ ]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## installs what is missing, builds build/ansatz, and trains a network on handwritten digits
	@$(SETUP) build
	@$(release) --target ansatz_cli
	@echo 'build/ansatz train examples/data/digits.csv.gz --target digit -o digits.ansatz'
	@build/ansatz train examples/data/digits.csv.gz --target digit -o digits.ansatz

build: ## installs what is missing and builds everything, optimised, in build/; tests too, where GoogleTest is found
	@$(SETUP) build
	@$(release)

test: ## builds and runs every test; the last line counts them
	@$(SETUP) build test
	@scripts/test.sh release $(CONFIGURE)

asan: ## the same tests with checks of addresses, leaks and undefined behaviour, built by clang
	@$(SETUP) build test sanitize
	@scripts/test.sh asan $(CONFIGURE)

tsan: ## the same tests with checks of data races
	@$(SETUP) build test sanitize
	@scripts/test.sh tsan $(CONFIGURE)

aarch64: ## the same tests for AArch64 (NEON): compiled by a cross compiler, run under QEMU
	@$(SETUP) build test aarch64
	@scripts/test.sh aarch64 $(CONFIGURE)

style: ## checks layout and licence lines alone
	@$(SETUP) lint
	@scripts/lint.sh format spdx

lint: ## checks layout, licence lines and clang-tidy of the files that git tracks
	@$(SETUP) build lint
	@$(release) --target ansatz_compiled_chains
	@scripts/lint.sh

format: ## lays out all C++ files with clang-format
	@$(SETUP) lint
	@scripts/lint.sh files cpp | xargs -0 clang-format -i

debian12 debian13: ## types the README, tests included, on a bare system of that version (as root; half an hour)
	@$(SETUP) debian
	@scripts/debian.sh $@ readme

without_root: ## types docs/without_root.md on a bare Debian 13, as a user without sudo (as root; a quarter of an hour)
	@$(SETUP) debian
	@scripts/debian.sh debian13 without_root

bench: build ## measures the training step, and how long a user's program compiles
	build/ansatz bench step --layers 64,100,30,10 --batch 32 --optimizer adam --dtype f32 --threads 1 --activation leaky_relu
	bench/compile_time.sh

install: ## installs the library, its CMake package and the program under PREFIX (/usr/local)
	@$(SETUP) build
	@$(release) --target ansatz --target ansatz_cli
	@cmake --install build --prefix $(PREFIX)

.PHONY: help demo build test asan tsan aarch64 style lint format debian12 debian13 without_root bench install

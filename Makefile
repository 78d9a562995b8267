# Everything a person does with this project by hand. `make` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

STORE ?= demo.gpkg
BENCH ?= .
BENCHTIME ?= 1s
PACKAGES ?= ./...

# A browser from the system is used; npm downloads none.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing, build the web map and the program
	@scripts/setup build
	@$(MAKE) build

.PHONY: build
build: bin/yiju ## Build bin/yiju with the web map inside

.PHONY: demo
demo: setup ## Make the demo community, measure it, serve it on http://127.0.0.1:8080
	@exec bin/yiju demo --store $(STORE)

.PHONY: test
test: ## Run every test, against a PostGIS of its own and in a browser
	@scripts/setup test
	@scripts/postgis run scripts/test

.PHONY: check
check: ## Format, vet, lint and import rule: what to run before a commit
	@scripts/check

.PHONY: fmt
fmt: ## Format the Go sources
	@find . \( -name node_modules -o -name '.?*' -o -path ./tmp \) -prune -o -name '*.go' -exec gofmt -l -w {} +

.PHONY: bench
bench: ## Run the benchmarks; BENCH=regexp PACKAGES=./tiles/... BENCHTIME=1s
	@go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem $(PACKAGES)

.PHONY: clean
clean: ## Remove what was built; keeps stores that are not the demo
	@rm -rf bin tmp web/node_modules web/test-results web/screenshots coverage.out
	@find web/dist -mindepth 1 ! -name .keep -delete 2>/dev/null || true
	@rm -f demo.gpkg demo.gpkg-shm demo.gpkg-wal

# The go command knows by itself whether the program is up to date.
.PHONY: FORCE
bin/yiju: web/dist/index.html FORCE
	@go build -o $@ ./cmd/yiju

# package-lock.json alone says what is installed; the stamp says that it is.
web/node_modules/.installed: web/package.json web/package-lock.json
	@echo "web: npm ci …"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

WEB_SOURCES := $(shell find web -type f \( -path 'web/src/*' -o -path 'web/public/*' -o -name 'index.html' -o -name 'vite.config.*' -o -name 'tsconfig*.json' \) -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.installed
	@echo "web: npm run build …"
	@cd web && npm run --silent build
	@touch $@

# Two commands do everything on a fresh machine with Go:
#   make run     build, and serve with a sample library on http://127.0.0.1:8070
#   make test    install what the tests need, and run them all
.DELETE_ON_ERROR:

GO ?= go
DATA ?= data
LISTEN ?= 127.0.0.1:8070
# Debian packages that tests use; pdftotext (poppler-utils) is used by serve too.
PACKAGES = postgresql poppler-utils chromium fonts-noto-core fonts-noto-cjk
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: run build test check lint needs assets bench

run: build
	@command -v pdftotext >/dev/null || echo "pdftotext is not installed: PDF files will be kept without their text (Debian: apt-get install poppler-utils)"
	bin/sameboat serve --data $(DATA) --listen $(LISTEN) --sample

build:
	$(GO) build -trimpath -o bin/sameboat ./cmd/sameboat

test: needs check

# needs installs what only tests use: the Debian packages that are missing, on
# Debian, and the npm packages of nodetest/outside.
needs:
	@missing=; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
		$(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	elif [ -n "$$missing" ]; then echo "not installed here, so some tests are skipped:$$missing"; fi
	@if ! command -v npm >/dev/null; then echo "npm is not installed: the tests that look from outside (axe-core, an OpenAPI validator) are skipped"; \
	elif ! cmp -s nodetest/outside/package-lock.json nodetest/outside/node_modules/.installed; then \
		cd nodetest/outside && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.installed; fi

check: lint
	$(GO) run ./nodetest/withpg -- $(GO) test -race -shuffle=on -timeout 15m ./...

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# assets bundles the style sheet and the scripts into kernel/web/assets/built,
# which is committed.
assets:
	$(GO) run ./kernel/web/bundle

# bench measures the figures of the README, peers beside them in the same run.
bench:
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...

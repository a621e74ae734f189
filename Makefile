# Restorad: `make run` to use it, `make test` to check it, `make install` to keep it.

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 600

SWIFT := swift
# Everything is built once, optimised, and shared by lint, tests, acceptance and installation.
BUILD := $(SWIFT) build -c release --explicit-target-dependency-import-check error
BIN = $(shell $(SWIFT) build -c release --show-bin-path)

.PHONY: help run build test lint unit acceptance systemd-test install uninstall bench clean \
	packages test-packages

help:
	@echo "make run        build, then watch ./inbox and fill ./outbox"
	@echo "make test       lint, build, all tests, acceptance on real scans"
	@echo "make install    PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)"
	@echo "make uninstall  the reverse; state and scans stay"
	@echo "make bench      measure; beside the peers when they are installed"
	@echo "make clean      remove what was built"

packages:
	@scripts/check-swift
	@scripts/install-packages build

test-packages:
	@scripts/check-swift
	@scripts/install-packages test

build: packages
	$(BUILD) --product restorad
	@git rev-parse --short HEAD > $(BIN)/restorad.commit 2>/dev/null || true

run: build
	@mkdir -p inbox outbox
	@echo
	@echo "Restorad is watching ./inbox: copy DICOM or NIfTI scans into it."
	@echo "A few seconds after a scan is whole, its result appears in ./outbox."
	@echo "Ctrl-C stops; what is in progress is put away safely."
	@echo
	@exec $(BIN)/restorad run

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

test: test-packages lint unit acceptance systemd-test

unit:
	$(BUILD) --build-tests
	$(SWIFT) test -c release --skip-build

acceptance: build
	scripts/acceptance $(BIN)/restorad

systemd-test: build
	scripts/systemd-test $(BIN)/restorad

bench: build
	scripts/bench $(BIN)/restorad

install: build
	install -D -m 755 $(BIN)/restorad $(DESTDIR)$(PREFIX)/bin/restorad
	install -D -m 644 $(BIN)/restorad.commit $(DESTDIR)$(PREFIX)/share/restorad/commit
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/restorad/README.md
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/restorad/LICENSE
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin/restorad|$(PREFIX)/bin/restorad|' systemd/restorad.service \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/restorad.service
	install -D -m 644 systemd/restorad.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/restorad.conf
	install -D -m 644 systemd/restorad.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/restorad.conf
	test -e $(DESTDIR)/etc/restorad/restorad.yaml || \
		install -D -m 640 etc/restorad.yaml $(DESTDIR)/etc/restorad/restorad.yaml

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/restorad
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/restorad.service
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/restorad.conf
	rm -f $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/restorad.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/restorad $(DESTDIR)$(PREFIX)/share/doc/restorad

clean:
	rm -rf .build

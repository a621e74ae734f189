# Restorad: `make run` to use it, `make test` to check it, `make install` to keep it.

PREFIX ?= /usr/local
DESTDIR ?=
# What `make run` is started on.
CONFIG ?= etc/here.yaml
# How long `make chaos` goes on.
SECONDS ?= 120

# A Python with the peers (Benchmarks/requirements.txt), where the result goes, what
# `make bench-compare` holds it against, and by how much it lets a case be slower.
PEERS_PYTHON ?= python3
RESULT ?= .build/bench.json
OLD ?= docs/benchmarks.json
FACTOR ?= 1.25

SWIFT := swift
# Everything is built once, optimised, and shared by run, tests, acceptance and installation.
# Colours are an argument of the compiler: with them a terminal and a pipe would not share a build.
BUILD := $(SWIFT) build -c release --explicit-target-dependency-import-check error \
	--no-color-diagnostics
BIN := .build/release
# The same program for machines with AVX-512, in which workers are then started.
V4 := $(BIN)/v4

.NOTPARALLEL:
.PHONY: help run build release test lint unit levels acceptance systemd-test chaos hostile fuzz install \
	uninstall bench bench-compare clean \
	packages test-packages

help:
	@echo "make run        build, then watch ./inbox and fill ./outbox"
	@echo "make test       lint, build, all tests, acceptance on real scans, the unit under systemd"
	@echo "make build      only build: $(BIN)/restorad"
	@echo "make release    the same and, on x86-64, a second one whose workers use AVX-512"
	@echo "make install    PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) (see docs/deployment.md)"
	@echo "make uninstall  the reverse; configuration, state and scans stay"
	@echo "make levels     every step built for AVX2 and for AVX-512, side by side"
	@echo "make chaos      SECONDS=$(SECONDS): kills and faults while files come in; SEED= repeats a plan"
	@echo "make hostile    damaged files and bombs; RESTORAD_HOSTILE=10 for ten times as many"
	@echo "make fuzz       SECONDS=$(SECONDS): libFuzzer on the readers, each so long"
	@echo "make bench      measure beside the peers that are there; QUICK=1, SLOW=1, CASES=, PAGE=1"
	@echo "make clean      remove what was built"

packages:
	@scripts/check-swift
	@scripts/install-packages build

test-packages:
	@scripts/check-swift
	@scripts/install-packages test

build: packages
	$(BUILD) --product restorad
	@git rev-parse --short HEAD > $(BIN)/restorad.commit 2>/dev/null \
		|| echo unknown > $(BIN)/restorad.commit
	@rm -rf $(V4)

release: build
ifeq ($(shell uname -m),x86_64)
	RESTORAD_BUILD_LEVEL=v4 $(BUILD) --scratch-path .build/v4 --product restorad
	@install -d $(V4)
	install -m 755 .build/v4/release/restorad $(V4)/restorad
	@cp $(BIN)/restorad.commit $(V4)/restorad.commit
endif

run: build
	@mkdir -p inbox outbox
	@echo
	@echo "Copy DICOM or NIfTI scans into ./inbox. Some ten seconds after the last file of a scan"
	@echo "has come, work begins, and the result appears in ./outbox. What became of a scan:"
	@echo
	@echo "  $(BIN)/restorad jobs --config $(CONFIG)"
	@echo
	@echo "Ctrl-C stops; what is in progress is put away safely."
	@echo
	@exec $(BIN)/restorad run --config $(CONFIG)

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	@scripts/arm64

test: test-packages lint unit levels acceptance hostile systemd-test

unit: test-packages
	$(BUILD) --build-tests
	$(SWIFT) test -c release --skip-build

# Both builds of every step give the same bits; machines without AVX-512 say so and pass.
levels: build $(V4)/KernelBench
	$(BUILD) --product KernelBench
	scripts/levels $(BIN)/KernelBench $(V4)/KernelBench

.PHONY: $(V4)/KernelBench
$(V4)/KernelBench:
ifeq ($(shell uname -m),x86_64)
	RESTORAD_BUILD_LEVEL=v4 $(BUILD) --scratch-path .build/v4 --product KernelBench
	@install -d $(V4)
	@install -m 755 .build/v4/release/KernelBench $@
endif

acceptance: build
	scripts/acceptance $(BIN)/restorad
	scripts/watching $(BIN)/restorad

systemd-test: build
	scripts/systemd-test $(BIN)/restorad

# Cut, flipped, overflowing and nested files, and bombs; RESTORAD_HOSTILE=10 takes ten times as many.
hostile: build
	scripts/hostile $(BIN)/restorad

# libFuzzer with the address sanitizer on the readers, SECONDS each.
fuzz: build
	scripts/fuzz $(SECONDS)

# Kills and faults for so many seconds; SEED repeats a plan.
chaos: build
	scripts/chaos $(BIN)/restorad --seconds $(SECONDS) --json .build/chaos.json

# SLOW=1 also asks peers that take minutes, QUICK=1 measures little, CASES="n4 nlm3d" only those;
# PAGE=1 writes docs/benchmarks.md, KEEP=1 leaves what was measured before of other cases.
bench: release $(V4)/KernelBench
	$(BUILD) --product KernelBench
	$(PEERS_PYTHON) Benchmarks --build $(BIN) --json $(RESULT) $(if $(SLOW),--slow) \
		$(if $(QUICK),--quick) $(if $(KEEP),--keep) $(if $(PAGE),--page) \
		$(if $(CASES),--only $(CASES))

# Fails where a later result is slower by more than FACTOR, or less accurate.
bench-compare:
	$(PEERS_PYTHON) Benchmarks/compare.py $(OLD) $(RESULT) --slower $(FACTOR)

# What is there is installed, so that root needs no Swift: `make build && sudo make install`.
install:
	@test -x $(BIN)/restorad || $(MAKE) build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/restorad \
		$(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d \
		$(DESTDIR)$(PREFIX)/lib/tmpfiles.d $(DESTDIR)$(PREFIX)/share/restorad
	install -s -m 755 $(BIN)/restorad $(DESTDIR)$(PREFIX)/bin/.restorad.new
	mv -f $(DESTDIR)$(PREFIX)/bin/.restorad.new $(DESTDIR)$(PREFIX)/bin/restorad
	install -m 644 $(BIN)/restorad.commit $(DESTDIR)$(PREFIX)/share/restorad/commit
	rm -rf $(DESTDIR)$(PREFIX)/libexec/restorad
	if [ -x $(V4)/restorad ]; then \
		install -d $(DESTDIR)$(PREFIX)/libexec/restorad/v4 && \
		install -m 644 $(V4)/restorad.commit $(DESTDIR)$(PREFIX)/libexec/restorad/v4/ && \
		install -s -m 755 $(V4)/restorad $(DESTDIR)$(PREFIX)/libexec/restorad/v4/ ; fi
	install -m 644 README.md LICENSE docs/deployment.md $(DESTDIR)$(PREFIX)/share/doc/restorad
	sed 's|/usr/local/|$(PREFIX)/|' systemd/restorad.service \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/restorad.service
	install -m 644 systemd/restorad.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/restorad.conf
	install -m 644 systemd/restorad.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/restorad.conf
	test -e $(DESTDIR)/etc/restorad/restorad.yaml || \
		install -D -m 644 etc/restorad.yaml $(DESTDIR)/etc/restorad/restorad.yaml
	@echo
	@echo "Installed. For the service, as root:"
	@echo "  systemd-sysusers && systemd-tmpfiles --create restorad.conf"
	@echo "  systemctl daemon-reload && systemctl enable --now restorad"

uninstall:
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
		systemctl disable --now restorad.service 2>/dev/null || true; fi
	rm -f $(DESTDIR)$(PREFIX)/bin/restorad
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/restorad.service
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/restorad.conf
	rm -f $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/restorad.conf
	rm -rf $(DESTDIR)$(PREFIX)/libexec/restorad
	rm -rf $(DESTDIR)$(PREFIX)/share/restorad $(DESTDIR)$(PREFIX)/share/doc/restorad
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo
	@echo "Removed. What stays: /etc/restorad, /var/lib/restorad, /srv/restorad, the user restorad."

clean:
	rm -rf .build

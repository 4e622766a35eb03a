# The phone book: every command of the project, one line each. `make` alone prints it.
# Commands act on the emulator that `make up` starts on this machine; with ON=aws on the real account.

ENV    ?= dev
PYTHON ?= python3

# What these hold reaches the shell by the environment, as it was typed: quotes, and a $ that make
# would take for a variable of its own.
override TO     := $(value TO)
override REASON := $(value REASON)
override LOCK   := $(value LOCK)
override PORT   := $(value PORT)
override M      := $(value M)
override K      := $(value K)
override KEEP   := $(value KEEP)
override ACCEPT := $(value ACCEPT)
export TO REASON LOCK PORT M K KEEP ACCEPT
# Where a shell sets it, each command compiles all that it imports, once more every time.
unexport PYTHONDONTWRITEBYTECODE

RUN    := .venv/bin/python -m
# More workers than cores: an emulator is mostly waited for. A few tests are over before four have
# started, and an emulator that is kept has one user.
PYTEST = $(RUN) pytest -n $(if $(K)$(KEEP),0,4)

# Only what is typed behind make counts: a variable of the shell never leads to a real account.
override ON  := $(if $(filter command,$(origin ON)),$(value ON))
override YES := $(if $(filter command,$(origin YES)),$(value YES))
ifeq ($(ON),aws)
VERB := SLIPWAY_ON=aws $(RUN) scripts
SURE := $(if $(YES),--yes)
$(if $(filter up down,$(MAKECMDGOALS)),$(error up and down are the emulator's; on the real account there is deploy))
else ifeq ($(ON),)
# The folder spares emulator.run a second start: its docstring says how.
VERB := SLIPWAY_WORK_DIR="$(CURDIR)/.emulator/run/work" $(RUN) emulator.run scripts
SURE :=
else
$(error ON=aws is the real account, and without ON it is the emulator; there is no other)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help up down deploy roll-back pause resume abort hold unhold unlock-state destroy status history plan drift logs url \
        doctor check test soak bench format lock lint lint-aws clean

##@ The emulator: the whole platform on this machine

up: .venv/.installed ## Bring ENV up and print its URL; on PORT= where you name one
	@$(RUN) emulator.up "$(ENV)" $(if $(PORT),--port "$$PORT")

down: .venv/.installed ## Stop everything that runs here and leave nothing behind
	@$(RUN) emulator.down

##@ Every day, in ENV=dev unless you name another; on the real account with ON=aws

deploy: .venv/.installed ## Bring ENV to the working tree: infrastructure if it changed, then the release
	@$(VERB) deploy "$(ENV)" $(SURE) $(if $(ACCEPT),--accept "$$ACCEPT") $(if $(WAIT),--wait) $(if $(DESPITE_ALARMS),--despite-alarms)

roll-back: .venv/.installed ## Go back to the release before, or to TO=version (REJECTED=1 for a rejected one); holds ENV
	@$(VERB) roll-back "$(ENV)" $(SURE) $(if $(TO),--to "$$TO") $(if $(REASON),--reason "$$REASON") $(if $(REJECTED),--rejected-too)

pause: .venv/.installed ## Let AWS replace nothing in ENV until make resume
	@$(VERB) pause "$(ENV)" $(SURE)

resume: .venv/.installed ## Let a paused roll of ENV go on
	@$(VERB) resume "$(ENV)" $(SURE)

abort: .venv/.installed ## End the roll that runs in ENV; every instance it replaced goes back
	@$(VERB) abort "$(ENV)" $(SURE)

hold: .venv/.installed ## Let nothing change ENV, because of REASON='...'
	@$(VERB) hold "$(ENV)" $(SURE) --reason "$$REASON"

unhold: .venv/.installed ## Lift the hold of ENV
	@$(VERB) unhold "$(ENV)" $(SURE)

unlock-state: .venv/.installed ## Remove a dead run's lock from ENV's state, or any lock with LOCK=its-id
	@$(VERB) unlock-state "$(ENV)" $(SURE) $(if $(LOCK),--lock-id "$$LOCK")

destroy: .venv/.installed ## Take ENV down after asking; its data goes to the bucket, unless NO_EXPORT=1
	@$(VERB) destroy "$(ENV)" $(if $(YES),--yes) $(if $(NO_EXPORT),--no-export)

##@ Look

status: .venv/.installed ## URL, release, hold and instances of ENV
	@$(VERB) status "$(ENV)"

history: .venv/.installed ## Releases of ENV: recorded, rejected and failed
	@$(VERB) history "$(ENV)"

plan: .venv/.installed ## What the next deploy would change in ENV's infrastructure
	@$(VERB) plan "$(ENV)"

drift: .venv/.installed ## What in ENV differs from its ledger and its configuration
	@$(VERB) drift "$(ENV)"

doctor: .venv/.installed ## Each guarantee that the docs promise: in force or not, and the fix
	@$(VERB) doctor "$(ENV)"

logs: .venv/.installed ## Boot and service logs of ENV's instances
	@$(VERB) logs "$(ENV)"

url: .venv/.installed ## The URL of ENV, alone on its line: curl $$(make -s url)
	@$(VERB) url "$(ENV)"

##@ Check

check: lint ## Before every commit: linters, terraform validate, unit tests
	@$(RUN) pytest -n auto -q -m 'not slow and not soak' --durations=5

test: $(if $(M)$(K)$(FAILED),.venv/.installed,lint) ## Everything once, as CI does; M=marker, K='words' or FAILED=1: some of it
	@$(PYTEST) -m "not soak$(if $(M), and ($$M))" --durations=10 $(if $(K),-k "$$K") $(if $(FAILED),--last-failed --last-failed-no-failures none)

soak: .venv/.installed ## The full matrices, for hours; leaves its table in bench/scenarios.md
	@$(RUN) bench.scenarios

bench: .venv/.installed ## Measure the service, the emulator and rollouts on it; prints tables
	@$(RUN) bench

##@ Keep the repository in order

format: .venv/.installed ## Rewrite Python, Terraform and shell as the checks want them
	@$(RUN) scripts format-files

lock: .venv/.installed ## Pin requirements/*.txt to what *.in ask for; UPGRADE=1 takes the newest
	@$(RUN) scripts lock-requirements $(if $(UPGRADE),--upgrade)

lint: .venv/.installed ## The hooks of .pre-commit-config.yaml over all files
	@.venv/bin/pre-commit run --all-files

lint-aws: .venv/.installed ## tflint's own rules about AWS, which it fetches from GitHub
	@.venv/bin/pre-commit run --all-files --hook-stage manual

clean: $(if $(wildcard .venv/.installed),down) ## Remove tools, caches and the emulator: the next make starts afresh
	@rm -rf .venv .tools .work .emulator .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/.installed: requirements/dev.txt scripts/upkeep/make_venv.py
	@$(PYTHON) scripts/upkeep/make_venv.py .venv

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {gsub(/\$$\$$/, "$$", $$2); printf "  %-12s %s\n", $$1, $$2} END {print ""}' $(MAKEFILE_LIST)

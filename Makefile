# The targets are implemented in local/, in Python's standard library.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run check test generate events redrive nightly advisories sqlx bench clean distclean

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):  *## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

run:  ## run everything on this machine, with a demo race, until Ctrl-C
	@exec $(PYTHON) -m local run

check:  ## run the fast checks and tests: formatting, lints, generated files, unit and contract tests
	@exec $(PYTHON) -m local check

test:  ## run all checks and tests, with its own ports and data
	@exec $(PYTHON) -m local test

generate:  ## rewrite generated files and sections
	@exec $(PYTHON) -m local generate

events:  ## send each function its sample event with cargo-lambda (needs `make run`)
	@exec $(PYTHON) -m local events

redrive:  ## retry the dead letters of `make run`
	@exec $(PYTHON) -m local redrive

advisories:  ## check dependencies for known vulnerabilities
	@exec $(PYTHON) -m local advisories

nightly:  ## check the ledger with 10,000 random histories of results and failures
	@exec $(PYTHON) -m local nightly

sqlx:  ## update .sqlx/ after changing a query or a migration
	@exec $(PYTHON) -m local sqlx

bench:  ## measure size, cold start, memory and throughput of the release binaries
	@exec $(PYTHON) -m local bench

clean:  ## delete the data of `make run` and `make test`
	@exec $(PYTHON) -m local clean

distclean:  ## delete data, tools and builds
	@exec $(PYTHON) -m local distclean

# The verbs a person needs. What they do is in local/, in Python's standard library.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test events redrive nightly advisories sqlx bench clean distclean

help:  ## list these verbs
	@sed -n 's/^\([a-z]*\):  *## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

run:  ## start everything here, with a demo race, until Ctrl-C
	@exec $(PYTHON) -m local run

test:  ## run every check and test, on ports and data of their own
	@exec $(PYTHON) -m local test

events:  ## have each function answer its sample event through cargo-lambda, beside run
	@exec $(PYTHON) -m local events

redrive:  ## have what the dead-letter queues of run hold tried again
	@exec $(PYTHON) -m local redrive

advisories:  ## ask what is known against the dependencies by now
	@exec $(PYTHON) -m local advisories

nightly:  ## hold the ledger against 10,000 histories of results, with everything going wrong on the way
	@exec $(PYTHON) -m local nightly

sqlx:  ## describe the queries anew, after changing one or a migration
	@exec $(PYTHON) -m local sqlx

bench:  ## size, cold start, memory and throughput of the release binaries, next to baselines
	@exec $(PYTHON) -m local bench

clean:  ## forget the data of run and test
	@exec $(PYTHON) -m local clean

distclean:  ## forget data, tools and builds
	@exec $(PYTHON) -m local distclean

"""The local cloud: everything `make run` and `make test` need on a developer's own machine.

Only the standard library is used here, because these modules start before any package is installed. The exceptions
run in the virtual environment that `tools` sets up: `aws_server` (MiniStack), `stage` (SAM) and `stack` (boto3).
"""

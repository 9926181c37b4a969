"""The monthly bill and the limits of the stack, computed from prices.json and quantities.json.

`inputs` reads the files, `traffic` derives the load of a race, `bill` and `limits` compute, and `tables` formats the
results for docs/cost.md and docs/scale.md, into which `make generate` writes them.
"""

"""The local cloud: everything that `make` does on a developer's machine.

These modules use only the standard library, because they start before any package is installed. The exceptions run in
the virtual environment that `tools` creates, and say so in their docstrings.
"""

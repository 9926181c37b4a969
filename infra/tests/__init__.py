"""Tests of the templates. They run in the environment of the tools."""

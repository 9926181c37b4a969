"""Tests of what the templates allow, keep and protect. They run in the tools' environment."""

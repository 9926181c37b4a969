"""Unit tests of the local cloud."""

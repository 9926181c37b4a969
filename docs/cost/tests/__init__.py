"""Tests of the bill and the limits."""

"""Tests of what the local cloud decides by itself; the rest is tested by using it."""

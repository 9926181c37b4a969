"""Tests of the deployment scripts."""

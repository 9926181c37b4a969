"""Tests of the alarms and dashboards. They run in the environment of the tools."""

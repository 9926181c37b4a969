"""Tests of the dashboards and alarms. They run in the tools' environment."""

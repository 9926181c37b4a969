"""The dashboards for CloudWatch and Grafana, generated from one description in `panels`.

`cloudwatch` generates a cog block of infra/monitoring.yaml. `python -m monitoring` writes the file for Grafana.
"""

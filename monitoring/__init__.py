"""The dashboards of Grafana and CloudWatch, from one description: `python3 -m monitoring` writes both.

`panels` is what they show, `grafana` and `cloudwatch` are how each says it.
"""

"""The one place that writes the chart: a file per noun, one transaction an action."""

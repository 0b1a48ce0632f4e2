"""The site: Django, with the chart (the models and their only writer) beneath it."""

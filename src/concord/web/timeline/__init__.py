"""The timeline as a page: what was asked for, where it is drawn, one part for all.

It knows neither the clinician's pages nor the person's; both know it.
"""

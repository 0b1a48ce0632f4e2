"""One plan of changing doses: a titration, a taper, a switch, a restart.

A plan is made for one start date out of knowledge and what the prescriber asked for,
built only from pieces that exist, and checked against what is known. It is a value:
changing it makes another plan, whose past is the same.
"""

"""The demonstration: invented people, an invented clinic, and how both are served.

Nothing here is used outside CONCORD_DEMO=1, and nothing here writes but by the actions.
"""

"""Ground floor: values and rules.

Frozen records and functions from values to values: what a token says, what a trigger's answer
may change, whether a password is acceptable. No database, clock, randomness or network; ``now``
and identifiers are arguments. Nothing here imports a higher floor.
"""

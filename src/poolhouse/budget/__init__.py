"""Budgets over a user base: who would be over one, before a proxy refuses them.

Doors: :func:`poolhouse.budget.reporting.report`. Tokens' content comes from the mint's own
``customize``; whether one issuance is over a budget is judged there, too.
"""

"""The audit trail: a chained record of every issuance, and of what administrators looked at.

Doors: :class:`poolhouse.audit.trail.AuditTrail` writes, :mod:`poolhouse.audit.reading` queries and
verifies. The room must not know how tokens are made: it is handed records.
"""

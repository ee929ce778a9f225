"""Threat protection: auth events, how risky a sign-in is, stolen passwords, and what is done then.

Doors: :mod:`poolhouse.threat_protection.events`, :mod:`poolhouse.threat_protection.takeover`,
:mod:`poolhouse.threat_protection.compromised`. They do nothing where a pool has the feature
off. The room must not know how users prove who they are.
"""

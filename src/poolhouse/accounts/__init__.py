"""Accounts: how users come to be, confirm and recover themselves, change, and go.

Doors: ``sign_up``, ``confirmation``, ``recovery``, ``attributes``, ``passwords``, ``creation`` and
``lifecycle``. Each does its slow work (hashing) first, then one short transaction. A refused
attempt is counted in a transaction that stands, and raised after it. The room must not know HTTP
or wire names; signing in is :mod:`poolhouse.auth`.
"""

"""The store: every table, and the functions that read and write them.

A query is a function ``get(tx, pool_id, name) -> Record`` that raises the not-found error of its
noun; ``find`` returns None instead. Statements are SQLAlchemy Core, compiled once. Transactions
open and close inside :meth:`Database.write`; nothing outside this machine's database is awaited
while one is open. The room must not know services, HTTP or the rules of sign-in.
"""

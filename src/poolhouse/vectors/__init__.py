"""Token customization as data: what a function answers, and what the tokens must then say.

A case names who signs in, what the pool's function answers, and how the tokens differ from those
of a pool without a function. Cases run in process (:func:`run_pure`), and anywhere a pool and a
function can be made: :func:`function_source` writes the function, :func:`check` and
:func:`check_error` judge the tokens or the refusal. The room must not know how either came about.

The format is described in :mod:`poolhouse.vectors.cases`.
"""

from __future__ import annotations

from poolhouse.vectors.answering import answer_to, function_source
from poolhouse.vectors.cases import BadVector, Case, Expectation, Subject, SubjectGroup, load
from poolhouse.vectors.judging import check, check_error
from poolhouse.vectors.pure import run_pure

__all__ = [
    "BadVector",
    "Case",
    "Expectation",
    "Subject",
    "SubjectGroup",
    "answer_to",
    "check",
    "check_error",
    "function_source",
    "load",
    "run_pure",
]

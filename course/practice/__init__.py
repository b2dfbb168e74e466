"""Exercises: what they are (``exercise``), how an attempt runs (``attempt``), what is said of it (``verdict``).

``watch`` and ``same`` are for examiners. And ``apart``: a second Python process for a function of the notebook.
"""

from course.practice.attempt import check
from course.practice.child import start_ahead
from course.practice.exercise import Exercise, exercise
from course.practice.second_python import apart
from course.practice.verdict import NotYet, Verdict, must_be_array, same
from course.practice.watch import watch

__all__ = [
    "Exercise",
    "NotYet",
    "Verdict",
    "apart",
    "check",
    "exercise",
    "must_be_array",
    "same",
    "start_ahead",
    "watch",
]

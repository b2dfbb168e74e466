"""Exercises: what they are (``exercise``), how an attempt runs (``attempt``), what is said of it (``verdict``)."""

from course.practice.attempt import check
from course.practice.exercise import Exercise, exercise
from course.practice.verdict import NotYet, Verdict

__all__ = ["Exercise", "NotYet", "Verdict", "check", "exercise"]

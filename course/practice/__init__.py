"""Exercises, attempts at them, and what is said of these.

=================  ==============================================================================
module             what it is
=================  ==============================================================================
``exercise``       an exercise: reference, examiner, hints, known wrong attempts
``attempt``        ``check``: starts the process of an attempt, ends it when it takes too long
``newest``         whether the cell that was run last for a function has defined it
``inside``         what runs in that process: the attempt, called by the examiner
``seen``           ``watch``, for examiners: what an attempt did with sessions, Savers and readers
``verdict``        what the learner reads; ``same`` and others, for examiners
``feedback``       the part of it that looks at earlier attempts
``panel``          its buttons in a notebook
``cases``          the exercises of a review
``second_python``  ``apart``: another Python process for a function of the notebook
``child``          the processes of all these: started, spoken to, killed
``preload``        what their server imports first
``before_forks``   what it does last, before it forks one
=================  ==============================================================================
"""

from course.practice.attempt import check
from course.practice.child import start_ahead
from course.practice.exercise import Exercise, exercise
from course.practice.second_python import apart
from course.practice.seen import watch
from course.practice.verdict import NotYet, Verdict, must_be_array, same

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

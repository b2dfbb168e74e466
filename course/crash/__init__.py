"""Processes that save and are killed at a chosen step, for lessons 14a and 14b: what a crash leaves on disk.

``run`` runs a function in a child process and counts what it does to the files of a folder; at a step of your choice
the child kills itself with SIGKILL, which no program can catch. ``table`` does so at each step.
"""

from course.crash.outcomes import outcome, table
from course.crash.victim import Run, run, start
from course.working_folder import emptied

__all__ = ["Run", "emptied", "outcome", "run", "start", "table"]

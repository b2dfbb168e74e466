"""Helpers for the course Save and Restore in TensorFlow.

A notebook imports this package before TensorFlow, so that TensorFlow starts quietly: see ``course.quiet``.
The names below are loaded when they are first used: ``import course`` imports neither TensorFlow nor matplotlib.

========================  =========================================================  ==============
name                      what it does                                               introduced in
========================  =========================================================  ==============
``check(function)``       runs your attempt at an exercise and gives a verdict       lesson 00
``hint(function)``        the next of three hints                                    lesson 00
``solution(function)``    a solution that works, with comments that say why          lesson 00
``explain()``             what the last error means, and what to do                  lesson 00
``expect_error(*types)``  runs lines that must fail, and shows the error in a line   lesson 01
``outcome()``             runs lines that may fail, and shows what comes of them     lesson 01
``show.graph(graph)``     draws the operations of a graph                            lesson 01
``show.walk(prefix)``     steps through what graph, session and disk hold            lesson 01
``show.values(graph)``    draws what the graph, a session and the disk hold          lesson 02
``scratch(name)``         a fresh working folder beside the notebook                 lesson 03
``files(prefix)``         the files that a save left on disk, with size and role     lesson 03
``variables(prefix)``     the variables in a checkpoint: name, shape, dtype          lesson 03
``show.disk(prefix)``     draws the bytes of a data file, and whose they are         lesson 03
``show.graphs(graphs)``   draws several graphs side by side, and what a Saver finds  lesson 05
``show.training(runs)``   draws the loss of training runs, step by step              lesson 08a
``diff(prefix, graph)``   what a restore will stumble over, and likely renames       lesson 11a
``apart()``               a second Python process, for functions of the notebook     lesson 11c
``inspect(path)``         looks at what is on disk without loading it                lesson 11c
``guards``                a file to copy from: errors in place of silent failures    lesson 12a
``show.index(prefix)``    draws the bytes of an index file, and what they say        lesson 13
``crash.run(function)``   runs a function apart, and kills it at a step of a save    lesson 14a
``crash.table(…)``        kills it at each step, and shows what is left              lesson 14a
``durable``               a file to copy from: saves that survive a crash            lesson 14b
``legacy(name)``          files that TensorFlow 1 wrote, with recorded outputs       lesson 16a
``rescue``                a file to copy from: graphs of TensorFlow 1                lesson 18a
``cluster(ps, workers)``  servers of TensorFlow, each a process, to save and kill    lesson 19a
``machines.launch(f)``    runs a function on several machines, each a process        lesson 19b
``peak(function)``        the most memory that a function needs while it runs        lesson 20a
``show.curves(lines)``    draws how one quantity depends on another                  lesson 20a
``progress()``            the lessons and exercises that you have done               README
========================  =========================================================  ==============
"""

import os
import sys
import threading

from course.quiet import start_quietly

__version__ = "1.0.0"
PYTHONS = ((3, 11), (3, 12), (3, 13))  # that both TensorFlow 2.21 and JupyterLab 4.6 run on

start_quietly()

_MODULES = {
    "check": "course.lessons",
    "hint": "course.lessons",
    "solution": "course.lessons",
    "expect_error": "course.expected_errors",
    "outcome": "course.expected_errors",
    "scratch": "course.working_folder",
    "files": "tfckpt",
    "variables": "tfckpt",
    "diff": "tfckpt.compare.diff",
    "apart": "course.practice",
    "explain": "course.last_error",
    "inspect": "tfckpt",
    "show": "course.show",
    "guards": "course.guards",
    "crash": "course.crash",
    "durable": "course.durable",
    "legacy": "course.legacy_files",
    "progress": "course.learner.progress",
    "rescue": "course.rescue",
    "cluster": "course.servers",
    "machines": "course.machines",
    "peak": "course.memory",
}
__all__ = list(_MODULES)


def _start_ahead():
    from course.practice import start_ahead

    start_ahead()


def _in_a_kernel():
    module = sys.modules.get("ipykernel.kernelapp")
    return module is not None and module.IPKernelApp.initialized()


if _in_a_kernel():
    from course.collect_later import collect_later
    from course.meanwhile import watch_cells

    watch_cells()
    collect_later()
    # What the first check needs starts now. COURSE_AHEAD=off leaves it to the check, and saves memory.
    if os.environ.get("COURSE_AHEAD") != "off":
        threading.Thread(target=_start_ahead, daemon=True).start()


def __getattr__(name):
    if name not in _MODULES:
        raise AttributeError("module 'course' has no attribute {!r}".format(name))
    import importlib

    module = importlib.import_module(_MODULES[name])
    return module if _MODULES[name] == "course." + name else getattr(module, name)


def __dir__():
    return sorted(__all__ + ["__version__"])

"""Raises the messages of ``tfckpt/messages.toml`` for real: one function for each ``made_by``, called by its name.

A function gets an empty folder as its current one. It raises the error, or leaves a warning in the log. Those with
``@tensorflow_1`` run after the others, when TensorFlow 2's behavior has been switched off for good, each in a graph of
its own. ``python tests/make_messages.py`` prints what all of them raise, as JSON.
"""

import contextlib
import inspect
import json
import logging
import os
import sys
import tempfile
import traceback
import warnings

import tensorflow.compat.v1 as tf

import course  # noqa: F401  quiet start-up

IN_TENSORFLOW_1 = set()


def tensorflow_1(function):
    """A function that needs sessions and reference variables."""
    IN_TENSORFLOW_1.add(function.__name__)
    return function


def saved(prefix="run/model", **variables):
    """Saves variables with these values, in a graph of its own. Returns the prefix."""
    os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in variables.items():
            tf.get_variable(name, initializer=value)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver().save(session, prefix)


def restored(prefix, saver=None, **options):
    """Restores into the variables that the default graph has."""
    with tf.Session() as session:
        (saver or tf.train.Saver(**options)).restore(session, prefix)


@tensorflow_1
def key_not_found():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0])
    tf.get_variable("C", initializer=[0.0])
    restored(prefix)


@tensorflow_1
def no_variables_to_save():
    tf.train.Saver()


def makers():
    """The functions that make messages, by their names: those of TensorFlow 2 first."""
    helpers = {"tensorflow_1", "saved", "restored", "makers", "made", "all_made", "heard"}
    own = {
        name: value
        for name, value in globals().items()
        if inspect.isfunction(value) and value.__module__ == __name__ and name not in helpers
    }
    return dict(sorted(own.items(), key=lambda pair: pair[0] in IN_TENSORFLOW_1))


@contextlib.contextmanager
def heard(lines):
    """Adds to a list what Python's logs and warnings say meanwhile, one text each."""

    class Listener(logging.Handler):
        def emit(self, record):
            lines.append(f"{record.levelname}:{record.name}:{record.getMessage()}")

    listener, loggers = Listener(), [logging.getLogger(name) for name in ("tensorflow", "absl")]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
    lines += [f"{each.category.__name__}: {each.message}" for each in caught]


def made(function):
    """What comes of one function: a traceback, and before it what was logged."""
    lines, before = [], os.getcwd()
    with tempfile.TemporaryDirectory() as folder, heard(lines):
        os.chdir(folder)
        try:
            if function.__name__ in IN_TENSORFLOW_1:
                with tf.Graph().as_default():
                    function()
            else:
                function()
        except BaseException:
            return "\n".join([*lines, traceback.format_exc()])
        finally:
            os.chdir(before)
    return "\n".join(lines)


def all_made(names=None):
    """``{name: what comes of it}``."""
    texts, switched = {}, False
    for name, function in makers().items():
        if names and name not in names:
            continue
        if name in IN_TENSORFLOW_1 and not switched:
            tf.disable_v2_behavior()
            switched = True
        texts[name] = made(function)
    return texts


if __name__ == "__main__":
    json.dump(all_made(sys.argv[1:]), sys.stdout)

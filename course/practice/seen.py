"""``watch``: what an attempt did with sessions, Savers and readers, so that a verdict says what was so."""

import functools
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from unittest import mock


@dataclass
class Seen:
    """The calls made while ``watch`` was watching, in order."""

    restores: list = field(default_factory=list)  # (prefix, names of the Saver's variables, [] for an imported Saver)
    saves: list = field(default_factory=list)  # prefixes, as they were passed
    reads: list = field(default_factory=list)  # prefixes that a checkpoint reader opened
    runs: int = 0  # calls of Session.run, those within restore and save included
    held: list = field(default_factory=list)  # for each session {variable: its value at the end}, those with a value


@contextmanager
def watch():
    """Notes what the lines of a ``with`` block do to checkpoints. For examiners.

    A reader is ``tf.train.NewCheckpointReader``, and whatever stands on it: ``load_checkpoint``, ``load_variable``,
    ``list_variables``, ``init_from_checkpoint``. Files that are opened otherwise are not seen.

    Yields:
        A ``Seen``, which fills while the block runs.
    """
    import tensorflow.compat.v1 as tf
    from tensorflow.python.client.session import BaseSession
    from tensorflow.python.training import py_checkpoint_reader

    seen = Seen()
    opened = []
    restore, save, run, reader = (
        tf.train.Saver.restore,
        tf.train.Saver.save,
        BaseSession.run,
        tf.train.NewCheckpointReader,
    )
    initialize, close = BaseSession.__init__, BaseSession.close

    @functools.wraps(restore)
    def restoring(saver, sess, save_path):
        names = [variable.op.name for variable in variables_of(saver)]
        seen.restores.append((str(save_path), names))
        return restore(saver, sess, save_path)

    @functools.wraps(save)
    def saving(saver, sess, save_path, *arguments, **options):
        seen.saves.append(str(save_path))
        return save(saver, sess, save_path, *arguments, **options)

    @functools.wraps(run)
    def running(session, *arguments, **options):
        seen.runs += 1
        return run(session, *arguments, **options)

    def opening(session, *arguments, **options):
        initialize(session, *arguments, **options)
        opened.append(session)

    def closing(session):
        if session in opened:
            opened.remove(session)
            seen.held.append(values_in(session, run))
        close(session)

    @functools.wraps(reader)
    def reading(filepattern):
        seen.reads.append(str(filepattern))
        return reader(filepattern)

    with (
        mock.patch.object(tf.train.Saver, "restore", restoring),
        mock.patch.object(tf.train.Saver, "save", saving),
        mock.patch.object(BaseSession, "run", running),
        mock.patch.object(BaseSession, "__init__", opening),
        mock.patch.object(BaseSession, "close", closing),
        mock.patch.object(py_checkpoint_reader, "NewCheckpointReader", reading),
        mock.patch.object(tf.train, "NewCheckpointReader", reading),
    ):
        yield seen
    seen.held += [values_in(session, run) for session in opened]  # those that were left open


def values_in(session, run):
    """``{name: value}`` of the variables of a session's graph that have a value in it."""
    values = {}
    for variable in session.graph.get_collection("variables") + session.graph.get_collection("local_variables"):
        with suppress(Exception):  # without a value; or something else stands in the collection
            values[variable.op.name] = run(session, variable)
    return values


def variables_of(saver):
    """The variables that a Saver was made for; none for one that came with an imported graph, which has names only."""
    listed = saver._var_list or []
    return listed.values() if isinstance(listed, dict) else listed

"""``close_in_time``: closing a session that speaks to another process, where TensorFlow would wait for ever.

``Session.close`` tells the process at the other end, and if that has ended, it waits until it is back. The end of
``with tf.Session(…)`` closes, and so does Python when nobody has the session any more.
"""

import functools
import os
import threading
import weakref

SECONDS = 5  # in which a session is closed
ANSWERS = {}  # address of the process at the other end -> a weak reference to a function that says whether it runs


def close_in_time(target, answers):
    """Lets closing a session come back, whatever has become of the process that it speaks to.

    Args:
        target: that process, as ``tf.Session`` takes it. Other sessions close as ever.
        answers: a method that says whether the process runs. Its object is not kept alive.
    """
    from tensorflow.python.client.session import BaseSession

    ANSWERS[target] = weakref.WeakMethod(answers)
    close = BaseSession.close
    if hasattr(close, "of_tensorflow"):
        return

    @functools.wraps(close)
    def closing(session):
        target = os.fsdecode(session.sess_str)
        if target not in ANSWERS:
            return close(session)
        answers = ANSWERS[target]()
        if answers is None or not answers():
            session._closed = True  # there is nobody to tell
        else:
            wait_for(close, session)
        return None

    closing.of_tensorflow = close
    BaseSession.close = closing


def wait_for(close, session):
    """Closes a session, or gives that up after a while."""
    errors = []

    def attempt():
        try:
            close(session)
        except Exception as error:  # any: it is raised where the session is closed
            errors.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        session._session = None  # it is in the hands of that thread
        print(f"Closing the session was given up after {SECONDS} seconds: a task of its cluster does not answer.")
    for error in errors:
        raise error

"""``in_sentences``: what goes wrong in a command becomes a sentence and an exit code, and never a traceback."""

import os
import signal
import sys
from contextlib import contextmanager
from functools import wraps

import click

from tfckpt.bounds import LINE, in_lines
from tfckpt.document import printable
from tfckpt.errors import sentence

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def in_sentences(exit_code=1):
    """A decorator for the function of a command.

    Args:
        exit_code: of the command if it could not do what it was asked for.
    """

    def decorator(command):
        @wraps(command)
        def run(*arguments, **options):
            try:
                with ended_as_by_ctrl_c(), bus_error_in_a_sentence(exit_code):
                    return command(*arguments, **options)
            except (click.ClickException, click.Abort, ModuleNotFoundError):
                raise
            except BrokenPipeError:  # somebody has read enough: `| head`
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return 0
            except Exception as error:
                stopped = click.ClickException(in_lines(printable(sentence(error)), LINE - len("Error: ")))
                stopped.exit_code = getattr(error, "exit_code", exit_code)
                raise stopped from error

        return run

    return decorator


@contextmanager
def ended_as_by_ctrl_c():
    """Whatever ends the program within it ends it as Ctrl-C does: what is half written is taken back."""
    before = {number: signal.signal(number, stop) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(number, frame):
    raise KeyboardInterrupt


@contextmanager
def bus_error_in_a_sentence(exit_code):
    """Says so if a file becomes shorter that is mapped. The system ends the process: Python cannot go on from there."""
    if not hasattr(signal, "SIGBUS"):
        yield
        return
    import ctypes

    @ctypes.CFUNCTYPE(None, ctypes.c_int)
    def say(number):
        if "tfckpt.writers.unfinished" in sys.modules:
            sys.modules["tfckpt.writers.unfinished"].take_back()
        os.write(2, b"Error: A file became shorter while it was read.\n")
        os._exit(exit_code)

    system = ctypes.CDLL(None)
    system.signal.restype = ctypes.c_void_p
    system.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    before = system.signal(signal.SIGBUS, ctypes.cast(say, ctypes.c_void_p))
    try:
        yield
    finally:
        system.signal(signal.SIGBUS, before)

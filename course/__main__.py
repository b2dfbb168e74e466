"""``python3 -m course``: sets the course up if needed, then hands over to the command line (``course.cli``).

This file and ``course/__init__.py`` keep to a syntax that Python 3.6 can read, so that an old Python gets a
sentence and not a ``SyntaxError``.
"""

import os
import sys

if not __package__:  # started as `python3 path/to/checkout/course`
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import course  # noqa: E402


def main():
    arguments = sys.argv[1:]
    if sys.version_info[:2] < course.PYTHONS[0]:
        sys.exit(unsupported())
    from course.setup import requirements
    from course.setup.checkout import find

    says_what_it_can = not arguments and find() is None  # away from the lessons, which TensorFlow is needed for
    if sys.version_info[:2] not in course.PYTHONS:
        if not says_what_it_can and not requirements.runs_on_any_python(arguments):
            sys.exit(unsupported())
    for stream in (sys.stdout, sys.stderr):  # a console of another encoding prints "?", it does not fail
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = start(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # somebody has read enough: `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def start(arguments):
    """Runs the command in this Python, or in an environment that has what it needs. Returns the exit code."""
    from course.setup import install, requirements, usage
    from course.setup.checkout import find

    checkout, command = find(), requirements.command_of(arguments)
    if checkout is None and not arguments:
        print(usage.away())
        return 0
    if install.runs_here(checkout, command):
        from course.cli import run

        return run(arguments)
    if checkout is None:
        return usage.refuse_away(arguments, requirements.missing(command))
    if command == "doctor" and checkout.state != "ready":
        from course.setup import doctor

        return doctor.report()
    return install.set_up_and_hand_over(checkout, arguments)


def unsupported():
    """What to say to a Python that TensorFlow 2.21 or JupyterLab 4.6 does not support."""
    from shutil import which
    from subprocess import call

    called = "py -{}.{}" if sys.platform == "win32" else "python{}.{}"
    names = [called.format(*version) for version in reversed(course.PYTHONS)]
    with open(os.devnull, "w") as nowhere:  # py has no such version, and pyenv's command only says that it is not there
        found = [
            name
            for name in names
            if which(name.split()[0]) and call(name.split() + ["--version"], stdout=nowhere, stderr=nowhere) == 0
        ]
    if found:
        advice = "This machine has {0}. Type:  {0} -m course".format(found[0])
    else:
        advice = "Install Python 3.13 (python.org, your system's packages or conda), then type:  {} -m course".format(
            names[0]
        )
    return "The course needs Python 3.11, 3.12 or 3.13. This is Python {}.{} ({}).\n{}".format(
        sys.version_info[0], sys.version_info[1], sys.executable, advice
    )


if __name__ == "__main__":
    main()

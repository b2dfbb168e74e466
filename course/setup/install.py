"""Sets the course up on first use: an environment in the checkout, from ``requirements.lock``, hashes required.

Standard library only: this runs before anything is installed.
"""

import json
import os
import platform
import shutil
import sys
import sysconfig
import time
from contextlib import nullcontext, redirect_stdout
from dataclasses import replace
from importlib import util

from course.setup import origin, uv
from course.setup.requirements import ALONE, command_of, missing
from course.setup.run_command import StepError, explain, hand_over, step
from course.setup.usage import NOT_SET_UP, answered

BYTES_NEEDED = 3 * 10**9  # 2.3 GB stay, the downloads pass through
BYTES_NEEDED_BY_SMALL = 3 * 10**8  # 0.1 GB stays
BEGINNING = (
    "Setting up the course in {} (first use only).\nIt downloads about 0.5 GB, takes 2.3 GB of disk and one to five "
    "minutes."
)
BEGINNING_OF_SMALL = "Setting up what {} needs in {} (first use only): 0.1 GB of disk, and some seconds.{}"
ALSO = " {} and {} need the same."


class SetupError(Exception):
    """A set-up that cannot go on. Its text says what was seen and what to do."""


def runs_here(checkout, command):
    """True when this interpreter has what the command needs: a conda environment, Binder, a venv of the user's,
    or the course's own when it is up to date."""
    own = [checkout, replace(checkout, small=True)] if checkout else []
    for environment in own[: 2 if command in ALONE else 1]:
        if environment.runs_this and environment.record.exists():
            return environment.state == "ready" or (command in ALONE and not missing(command))
    if checkout is None and command in ALONE:
        return util.find_spec("click") is not None  # what needs more says so
    return not missing(command)


def set_up_and_hand_over(checkout, arguments, module="course"):
    """Makes an environment ready, then runs the command in it. Returns the exit code.

    ``--help`` and ``--version`` are answered without an environment.

    Args:
        checkout: the ``Checkout``.
        arguments: the command and what follows it.
        module: what is run in the environment: ``course`` or ``tfckpt``.
    """
    command = command_of(arguments) if module == "course" or arguments[:1] and arguments[0] in ALONE else module
    if (command in ALONE or module == "tfckpt") and checkout.state != "ready":
        checkout = replace(checkout, small=True)
    if checkout.runs_this and checkout.state == "ready":
        print(f"{checkout.venv} is damaged. Delete it, then start again.", file=sys.stderr)
        return 1
    # Somebody else's environment is asked itself: it may have what the command needs.
    asked = checkout.state == "foreign" and checkout.python.exists() and not checkout.runs_this
    if checkout.state != "ready" and not asked:
        if module == "course" and answered(arguments, "" if checkout.state == "outdated" else NOT_SET_UP):
            return 0
        if failed := set_up_or_say_why(checkout, command):
            return failed
    environment = {**os.environ, "PYTHONPATH": checkout.python_path}
    return hand_over([str(checkout.python), "-m", module, *arguments], environment)


def set_up_or_say_why(checkout, command):
    """Calls ``set_up``, and says on standard error why it did not end. Returns an exit code: 0 when all is ready."""
    try:
        with redirect_stdout(sys.stderr) if checkout.small else nullcontext():  # what inspect prints may be JSON
            set_up(checkout, command)
    except (SetupError, StepError) as error:
        what = f"What {command} needs" if checkout.small else "The course"
        print(f"\n{what} is not set up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up stopped. The next start begins it again.", file=sys.stderr)
        return 130
    return 0


def set_up(checkout, command="lab"):
    """Creates or mends the environment, for a command that was typed, or ``tfckpt``. Raises SetupError, with advice."""
    state, name = checkout.state, checkout.venv.name
    refuse_what_is_not_ours(checkout, command)
    if state != "outdated":  # an update needs little room, and no ensurepip
        check_machine(checkout)
    began = time.monotonic()
    try:
        if state == "outdated":
            print(f"The course's requirements have changed since the last set-up: updating {name}.", flush=True)
        else:
            if state == "unfinished":
                refuse_second_set_up(checkout)
                print(
                    f"The {name} cannot be used (its set-up did not finish, or the folder was moved). Starting again.",
                    flush=True,
                )
                shutil.rmtree(checkout.venv)
            print(beginning(checkout, command), flush=True)
        checkout.venv.mkdir(exist_ok=True)
        checkout.note(finished=False)
        run_steps(checkout, new=state != "outdated")
        checkout.note(finished=True)
    except OSError as error:
        raise SetupError(explain(str(error))) from error
    print(f"Ready after {time.monotonic() - began:.0f} s.\n", flush=True)


def beginning(checkout, command):
    """What is said before the first set-up: what it is for, where it goes, what it takes."""
    if not checkout.small:
        return BEGINNING.format(checkout.venv)
    *others, last = [each for each in ALONE if each != command]
    also = ALSO.format(", ".join(others), last) if command in ALONE else ""
    return BEGINNING_OF_SMALL.format(command, checkout.venv, also)


def run_steps(checkout, new):
    """Makes the environment if it is new, and installs what it needs. Raises StepError for the first that fails."""
    last = 2 if checkout.small else 4
    if new:
        python = getattr(sys, "_base_executable", sys.executable)  # not the one in .venv, which was just deleted
        step(f"1/{last} creating the environment", [python, "-m", "venv", str(checkout.venv)])
    pip = [str(checkout.python), *"-m pip --disable-pip-version-check install --no-input --no-user --no-deps".split()]
    requirements = checkout.venv / "requirements.txt" if checkout.small else checkout.lock
    if checkout.small:
        requirements.write_text(checkout.requirements, encoding="utf-8")
    title = f"2/{last} installing packages"
    if checkout.small or not uv.install(checkout, pip, title):
        locked = [*pip, "--require-hashes", "--no-compile", "-r", str(requirements)]
        step(title, locked, packages=len(checkout.names))
    library = checkout.venv / ("Lib" if os.name == "nt" else "lib")
    # The course too: where Python is told to write no bytecode, as in many images, its commands would start slower.
    ours = [str(checkout.root / "course"), str(checkout.root / "tfckpt")]
    if checkout.small:
        return  # compiled as they are imported
    compile_all = [str(checkout.python), *"-m compileall -q -j 0".split(), str(library), *ours]
    step("3/4 compiling, so that TensorFlow starts in 3 seconds and not in 9", compile_all, may_fail=True)
    # In this mode the checkout's path is all that is added: the other one costs 10 ms at each start of Python.
    editable = ["--no-build-isolation", "--config-settings=editable_mode=compat", "--editable", str(checkout.root)]
    step("4/4 adding the course itself", [*pip, *editable])


def refuse_what_is_not_ours(checkout, command):
    """Raises SetupError when the environment's folder is a link or somebody else's: then it is not ours to change."""
    venv, state = checkout.venv, checkout.state
    if venv.is_symlink() and (state == "unfinished" or not venv.exists()):  # what it leads to is not ours to delete
        raise SetupError(
            f"{venv.name} in {checkout.root} is a symbolic link, to {os.readlink(venv)}, and what is there cannot be "
            "used as it is.\nRemove the link, not what it leads to, then start again:  "
            f"{'rmdir' if os.name == 'nt' else 'rm'} {venv.name}"
        )
    if state == "foreign":
        lacking = ", ".join(missing(ALONE[0] if checkout.small else command))
        raise SetupError(
            f"there is a {venv.name} in {checkout.root} that the course did not make, and it lacks "
            f"{lacking}.\nMove it away and start again, or activate it and type:  pip install -r "
            "requirements.lock"
        )


def check_machine(checkout):
    """Raises SetupError for a machine on which the set-up is sure to fail."""
    if not checkout.small:
        check_tensorflow_has_a_build(checkout)
    if util.find_spec("venv") is None or util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        raise SetupError(
            f"this Python ({sys.executable}) comes without ensurepip, so it cannot make an environment.\nOn Debian and "
            f"Ubuntu type:  sudo apt install python{version}-venv"
        )
    free, needed = shutil.disk_usage(checkout.root).free, BYTES_NEEDED_BY_SMALL if checkout.small else BYTES_NEEDED
    if free < needed:
        raise SetupError(
            f"{checkout.root} has {free / 10**9:.1f} GB free, and the set-up needs {needed / 10**9:g} GB. Free some "
            "space, or move the checkout to a larger disk."
        )


def check_tensorflow_has_a_build(checkout):
    """Raises SetupError on a system for which TensorFlow is not to be had."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        system, way = "Intel Macs", "Take the course on Binder"
    elif sys.platform == "win32" and platform.machine().lower() == "arm64":
        system, way = "Windows on ARM", "Use WSL, or take the course on Binder"
    elif "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        system, way = "musl systems such as Alpine", "Use a glibc system, or take the course on Binder"
    else:
        return
    found = origin.of(checkout.root)
    there = f"open {found.binder}" if found else "see README.md, or ask whoever gave you the course for a Binder link."
    raise SetupError(f"TensorFlow 2.21 has no build for {system}. {way}: {there}")


def refuse_second_set_up(checkout):
    """Raises SetupError when the unfinished set-up is not dead but at work, in another terminal perhaps."""
    try:
        process = json.loads(checkout.record.read_text(encoding="utf-8"))["process"]
        if os.name == "nt" or process == os.getpid():  # on Windows os.kill would end the process
            return
        os.kill(process, 0)  # asks whether it is there
    except (OSError, ValueError, KeyError):
        return
    raise SetupError(f"another set-up is at work (process {process}). Wait for it to finish, then start again.")

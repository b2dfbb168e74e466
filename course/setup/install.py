"""Sets the course up on first use: a ``.venv`` in the checkout, from ``requirements.lock``, hashes required.

Standard library only: this runs before anything is installed. What it learns about a set-up it writes to
``.venv/course-setup.json``; a ``.venv`` without that file is somebody else's and is left alone.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import time
from importlib import util
from pathlib import Path

import course
from course.setup.requirements import command_of, missing
from course.setup.run_command import StepError, explain, step
from course.setup.usage import NOT_SET_UP, usage

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
RECORD = VENV / "course-setup.json"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

BYTES_NEEDED = 3 * 10**9  # 2.1 GB stay, the downloads pass through


class SetupError(Exception):
    """A set-up that cannot go on. Its text says what was seen and what to do."""


def runs_here(arguments):
    """True when this interpreter has what the command needs: a conda environment, Binder, a venv of the user's,
    or the course's own ``.venv`` when it is up to date."""
    if Path(sys.prefix).resolve() == VENV.resolve() and RECORD.exists():
        return state() == "ready"
    return not missing(command_of(arguments))


def state():
    """What ``.venv`` is: ``absent``, ``foreign`` (not the course's), ``unfinished``, ``outdated`` or ``ready``."""
    if not VENV.exists():
        return "foreign" if VENV.is_symlink() else "absent"  # a link that leads nowhere is somebody's, too
    try:
        record = json.loads(RECORD.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "foreign" if any(VENV.iterdir()) else "unfinished"
    except (ValueError, OSError):
        return "unfinished"
    if not record.get("finished") or record.get("folder") != str(ROOT) or not PYTHON.exists():
        return "unfinished"  # a moved checkout or a Python that was uninstalled leaves scripts that point nowhere
    return "ready" if record.get("lock") == lock_hash() else "outdated"


def lock_hash():
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def set_up_and_hand_over(arguments):
    """Makes ``.venv`` ready, then runs the command in it. Returns the exit code.

    ``--help`` and ``--version`` are answered without an environment.
    """
    first = arguments[0] if arguments else ""
    now = state()
    here = Path(sys.prefix).resolve() == VENV.resolve()
    # Somebody else's .venv is asked itself: it may have what the command needs.
    if now != "ready" and not (now == "foreign" and PYTHON.exists() and not here):
        if first == "--version":
            print(f"course {course.__version__}")
            return 0
        if first in ("--help", "-h"):
            print(usage() if now == "outdated" else f"{usage()}\n{NOT_SET_UP}")
            return 0
        try:
            set_up(now)
        except (SetupError, StepError) as error:
            print(f"\nThe course is not set up: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nSet-up stopped. The next start begins it again.", file=sys.stderr)
            return 130
    command = [str(PYTHON), "-m", "course", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    if os.name == "nt":  # execve on Windows returns to the shell before the command ends
        return subprocess.run(command, env=environment).returncode
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def set_up(now):
    """Creates or mends ``.venv``. Raises SetupError, with advice, when it cannot."""
    if VENV.is_symlink() and (now == "unfinished" or not VENV.exists()):  # what it leads to is not ours to delete
        raise SetupError(
            f".venv in {ROOT} is a symbolic link, to {os.readlink(VENV)}, and what is there cannot be used as it is.\n"
            f"Remove the link, not what it leads to, then start again:  {'rmdir' if os.name == 'nt' else 'rm'} .venv"
        )
    if now == "foreign":
        raise SetupError(
            f"there is a .venv in {ROOT} that the course did not make, and it lacks "
            f"{', '.join(missing('test'))}.\nMove it away and start again, or activate it and type:  pip install -r "
            "requirements.lock"
        )
    if now != "outdated":  # an update needs little room, and no ensurepip
        check_machine()
    began = time.monotonic()
    try:
        if now == "outdated":
            print("The course's requirements have changed since the last set-up: updating .venv.", flush=True)
        else:
            if now == "unfinished":
                refuse_second_set_up()
                print(
                    "The .venv cannot be used (its set-up did not finish, or the folder was moved). Starting again.",
                    flush=True,
                )
                shutil.rmtree(VENV)
            print(
                f"Setting up the course in {VENV} (first use only).\nIt downloads about 0.5 GB, takes 2.1 GB of disk "
                "and one to five minutes.",
                flush=True,
            )
        VENV.mkdir(exist_ok=True)
        record(finished=False)
        if now != "outdated":
            python = getattr(sys, "_base_executable", sys.executable)  # not the one in .venv, which was just deleted
            step("1/4 creating the environment", [python, "-m", "venv", str(VENV)])
        pip = [str(PYTHON), *"-m pip --disable-pip-version-check install --no-input --no-user --no-deps".split()]
        locked = [*pip, "--require-hashes", "--no-compile", "-r", str(LOCK)]
        step("2/4 installing packages", locked, packages=packages())
        library = VENV / ("Lib" if os.name == "nt" else "lib")
        # The course too: where Python is told to write no bytecode, as in many images, its commands would start slower.
        ours = [str(ROOT / "course"), str(ROOT / "tfckpt")]
        compile_all = [str(PYTHON), *"-m compileall -q -j 0".split(), str(library), *ours]
        step("3/4 compiling, so that TensorFlow starts in 3 seconds and not in 9", compile_all, may_fail=True)
        # In this mode the checkout's path is all that is added: the other one costs 10 ms at each start of Python.
        editable = [*pip, "--no-build-isolation", "--config-settings=editable_mode=compat", "--editable", str(ROOT)]
        step("4/4 adding the course itself", editable)
        record(finished=True)
    except OSError as error:
        raise SetupError(explain(str(error))) from error
    print(f"Ready after {time.monotonic() - began:.0f} s.\n", flush=True)


def check_machine():
    """Raises SetupError for a machine on which the set-up is sure to fail."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SetupError("TensorFlow 2.21 has no build for Intel Macs. Take the course on Binder: see README.md.")
    if sys.platform == "win32" and platform.machine().lower() == "arm64":
        raise SetupError("TensorFlow 2.21 has no build for Windows on ARM. Use WSL, or Binder: see README.md.")
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        raise SetupError(
            "TensorFlow 2.21 has no build for musl systems such as Alpine. Use a glibc system, or Binder: see "
            "README.md."
        )
    if util.find_spec("venv") is None or util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        raise SetupError(
            f"this Python ({sys.executable}) comes without ensurepip, so it cannot make an environment.\nOn Debian and "
            f"Ubuntu type:  sudo apt install python{version}-venv"
        )
    free = shutil.disk_usage(ROOT).free
    if free < BYTES_NEEDED:
        raise SetupError(
            f"{ROOT} has {free / 10**9:.1f} GB free, and the set-up needs {BYTES_NEEDED / 10**9:.0f} GB. Free some "
            "space, or move the checkout to a larger disk."
        )


def refuse_second_set_up():
    """Raises SetupError when the unfinished set-up is not dead but at work, in another terminal perhaps."""
    try:
        process = json.loads(RECORD.read_text(encoding="utf-8"))["process"]
        if os.name == "nt" or process == os.getpid():  # on Windows os.kill would end the process
            return
        os.kill(process, 0)  # asks whether it is there
    except (OSError, ValueError, KeyError):
        return
    raise SetupError(f"another set-up is at work (process {process}). Wait for it to finish, then start again.")


def record(finished):
    """Writes what ``state`` reads. An unfinished set-up has a record too: it tells ours from somebody else's."""
    text = json.dumps({"finished": finished, "lock": lock_hash(), "folder": str(ROOT), "process": os.getpid()})
    RECORD.write_text(text, encoding="utf-8")


def packages():
    """How many packages the lock names: an upper bound, since some are for other systems."""
    return sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line and line[:1].isalnum())

"""Lets uv install what ``requirements.lock`` names, as pip is told to on this machine. Standard library only.

uv takes a fifth of pip's time. It reads none of pip's configuration, so that is handed to it; where there is something
in it that uv has no word for, pip installs.
"""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path

from course.setup.run_command import StepError, known_cause, own_environment, step

OPTIONS = {  # what pip calls it -> what uv does
    "index-url": "--default-index",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
    "only-binary": "--only-binary",
    "no-binary": "--no-binary",
}
VARIABLES = {
    "cert": ["SSL_CERT_FILE"],
    "client-cert": ["SSL_CLIENT_CERT"],
    "proxy": ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"],
    "timeout": ["UV_HTTP_TIMEOUT"],
    "default-timeout": ["UV_HTTP_TIMEOUT"],
    "retries": ["UV_HTTP_RETRIES"],
}
# What is about pip itself, or about choices that a lock and an environment leave nobody.
OF_NO_MATTER = """
break-system-packages cache-dir compile config-file disable-pip-version-check exists-action log no-cache-dir no-color
no-compile no-input no-python-version-warning no-warn-conflicts no-warn-script-location prefer-binary prefix progress-
bar quiet require-virtualenv root-user-action target upgrade upgrade-strategy user verbose
""".split()
TRUE = ("1", "true", "yes", "on", "y", "t")


def install(checkout, pip, title):
    """Installs what the lock names. Returns False where pip has to: uv is not to be had, or it fails.

    Args:
        checkout: the ``Checkout``.
        pip: the command of the environment's pip that installs, as a list.
        title: of the line of progress.

    Raises:
        StepError: neither would succeed.
    """
    configuration = subprocess.run(
        [*pip[: pip.index("install")], "config", "list"], env=own_environment(), capture_output=True, text=True
    )
    told = translated(configuration.stdout, checkout.names)
    if configuration.returncode or told is None:
        return False
    options, variables = told
    requirements = checkout.venv / "uv.txt"
    requirements.write_text(checkout.locked(["uv"]), encoding="utf-8")
    try:
        step(f"{title}: uv first", [*pip, "--require-hashes", "--no-compile", "-r", str(requirements)])
    except StepError as error:
        if known_cause(error.output.replace("(from versions: none)", "")):  # pip would meet it again
            raise
        return False
    cache = checkout.root / ".course" / "uv"  # on the same disk, so that nothing is copied; the home stays as it is
    command = [str(checkout.python.with_name("uv")), *"pip install --color never --no-deps --require-hashes".split()]
    command += ["--index-strategy", "unsafe-best-match", "--cache-dir", str(cache), *options]  # of all, as pip does
    command += ["--python", str(checkout.python), "-r", str(checkout.lock)]
    try:
        step(title, command, len(checkout.names), unpacked=cache / "archive-v0", variables=variables)
    except (StepError, OSError):
        return False
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    return True


def translated(configuration, locked):
    """pip's configuration for uv: ``(options, variables)``; None if there is something in it that only pip can do.

    Args:
        configuration: what ``pip config list`` prints.
        locked: the names of the packages in the lock.
    """
    options, variables = [], {}
    for name, value in settings(configuration).items():
        if name in OPTIONS:
            options += [word for one in value.split() for word in (OPTIONS[name], one)]
        elif name in VARIABLES:
            variables.update(dict.fromkeys(VARIABLES[name], value))
        elif name == "no-index":
            options += ["--no-index"] if value.lower() in TRUE else []
        elif name == "constraint":
            if not all(is_about_others(Path(path), locked) for path in value.split()):
                return None
        elif name not in OF_NO_MATTER:
            return None
    for bundle in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # pip reads them, too
        if bundle in os.environ and "SSL_CERT_FILE" not in os.environ:
            variables.setdefault("SSL_CERT_FILE", os.environ[bundle])
    return options, variables


def settings(configuration):
    """What ``pip install`` is told: ``{name: value}``, from the lines ``section.name='value'``."""
    found = {}
    for section in ("global", "install", ":env:"):  # the later one wins
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(['\"].*['\"])$", configuration, re.MULTILINE):
            if ast.literal_eval(value).strip():
                found[name] = ast.literal_eval(value)
    return found


def is_about_others(constraints, locked):
    """True if a file of constraints has plain lines about packages that the lock does not name: uv takes no others."""
    try:
        lines = [line.partition("#")[0].strip() for line in constraints.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return False
    names = [re.match(r"\w[\w.-]*|", line)[0] for line in lines if line]  # empty for an option such as -r
    return not {re.sub(r"[-_.]+", "-", name).lower() for name in names} & {"", *locked}

"""Truth 7: one environment. pyproject.toml, requirements.lock, environment.yml, binder/ and the workflows agree."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import course
from conftest import ROOT
from course.setup import origin, requirements, usage
from course.setup.checkout import Checkout, find

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
BINDER = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
PYTHONS = ["{}.{}".format(*version) for version in course.PYTHONS]
ON_BINDER = {
    "sys_platform": "linux",
    "platform_machine": "x86_64",
    "python_version": "3.12",
    "python_full_version": "3.12.0",
}


def direct():
    """The requirements that pyproject.toml names, as ``(extra, requirement)``."""
    named = [("", text) for text in PROJECT["dependencies"]]
    named += [(extra, text) for extra, texts in PROJECT["optional-dependencies"].items() for text in texts]
    return [(extra, Requirement(text)) for extra, text in named]


def pins(text):
    """The pinned versions of a requirements file: ``{name: {version, …}}``, several where systems or Pythons differ."""
    found = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def test_the_lock_has_what_the_project_asks_for():
    locked, asked = pins(LOCK), {}
    for _, requirement in direct():
        asked.setdefault(requirement.name, []).append(requirement.specifier)
    for name, specifiers in asked.items():  # several for a package of which another Python gets another version
        assert name in locked, f"{name} is not in requirements.lock: compile it anew, as CONTRIBUTING.md says"
        for version in locked[name]:
            assert any(specifier.contains(version) for specifier in specifiers), (
                f"requirements.lock has {name} {version}"
            )
        for specifier in specifiers:
            assert any(specifier.contains(version) for version in locked[name]), (
                f"requirements.lock lacks {name}{specifier}"
            )


@pytest.mark.parametrize("text", [LOCK, BINDER], ids=["requirements.lock", "binder/requirements.txt"])
def test_every_package_has_hashes_and_no_address(text):
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    for entry in entries:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert not re.search(r"https?:|index-url|find-links|file:", text)


def test_the_installed_environment_is_the_lock():
    """What the tests ran with is what the lock says; in an environment of the user's this shows where it differs."""
    if not find().runs_this or find().state != "ready" or os.environ.get("COURSE_TENSORFLOW"):
        pytest.skip("these tests do not run in the course's own .venv")
    for name, versions in pins(LOCK).items():
        try:
            assert metadata.version(name) in versions, name
        except metadata.PackageNotFoundError:
            continue  # for another system or Python


def test_the_modules_that_the_set_up_looks_for_are_the_projects():
    modules_of = {"": [name.replace("-", "_") for name in requirements.SMALL], "kernel": requirements.MODULES}
    modules_of |= requirements.MODULES_OF | {"site": requirements.SITE}
    modules = {}
    for module, names in metadata.packages_distributions().items():
        for name in names:
            modules.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(module)
    for extra, requirement in direct():
        if requirement.marker is None or requirement.marker.evaluate():
            looked_for = modules_of[extra]
            assert modules[requirement.name] & set(looked_for), (
                f"course/setup/requirements.py misses {requirement.name}"
            )


def test_the_small_environment_is_what_the_distribution_needs():
    """inspect, diff and export have the same from ``pip install`` as in a checkout, and what that needs in turn."""
    small = set(requirements.SMALL)
    assert {requirement.name for extra, requirement in direct() if not extra} == small
    for name in small:
        needed = [Requirement(text) for text in metadata.requires(name) or ()]
        for system in ("linux", "darwin", "win32"):
            on = {"sys_platform": system, "platform_system": "Windows" if system == "win32" else system, "extra": ""}
            assert {one.name for one in needed if one.marker is None or one.marker.evaluate(on)} <= small, name
    locked = Checkout(ROOT, small=True).requirements
    assert pins(locked) == {name: versions for name, versions in pins(LOCK).items() if name in small}
    assert locked.count("--hash=") > 200, "the hashes are there too"


def test_the_pythons_agree():
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(15) if allowed.contains(f"3.{minor}")] == [*PYTHONS, "3.14"]
    for name in ("tensorflow", "tensorflow-cpu"):  # on the others, inspect, diff and export can be installed
        (marker,) = [requirement.marker for _, requirement in direct() if requirement.name == name]
        on = {"sys_platform": "linux", "platform_machine": "x86_64" if name == "tensorflow-cpu" else "aarch64"}
        pythons = [f"3.{minor}" for minor in range(11, 16) if marker.evaluate({**on, "python_version": f"3.{minor}"})]
        assert pythons == PYTHONS
    assert (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-") in PYTHONS
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["tests"]["strategy"]["matrix"]["python"] == PYTHONS


def test_the_site_is_published_with_each_release(tmp_path):
    """The workflow's steps say what the code says, and the last one does what it says, with a repository of ours."""
    text = (ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    workflow = yaml.load(text, Loader=yaml.BaseLoader)  # in which "on" is no boolean
    assert workflow["on"]["release"] == {"types": ["published"]}
    steps = workflow["jobs"]["site"]["steps"]
    tests = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    used = [step["uses"] for step in tests["jobs"]["tests"]["steps"] if "uses" in step]
    assert [step["uses"] for step in steps if "uses" in step] == used
    assert steps[1]["with"]["python-version"] in PYTHONS
    assert "python -m course html --output" in steps[2]["run"]
    if sys.platform == "win32":
        return  # the runner is Linux
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("a page", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "published"], check=True)
    given = {"RUNNER_TEMP": tmp_path, "TOKEN": "secret", "GITHUB_REPOSITORY": "OWNER/NAME", "GITHUB_REF_NAME": "v1"}
    given |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_VALUE_0": "https://x-access-token:secret@github.com/OWNER/NAME.git"}
    given |= {"GIT_CONFIG_KEY_0": f"url.{tmp_path / 'published'}.insteadOf"}
    subprocess.run(["bash", "-e", "-c", steps[3]["run"]], check=True, env={**os.environ, **given})
    shown = ["git", "-C", tmp_path / "published", "show", f"{origin.PAGES}:index.html"]
    assert subprocess.run(shown, check=True, capture_output=True, text=True).stdout == "a page"


def test_editors_know_the_environment():
    """VS Code and Codespaces: the same Python, the same extensions, and a set-up by a command that there is."""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    extensions = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))
    inside = container["customizations"]["vscode"]
    assert inside["extensions"] == extensions["recommendations"]
    assert container["image"].rpartition(":")[2] in PYTHONS
    name = Checkout(ROOT).venv.name
    assert settings["python.defaultInterpreterPath"] == f"${{workspaceFolder}}/{name}"
    assert inside["settings"]["python.defaultInterpreterPath"] == f"${{containerWorkspaceFolder}}/{name}"
    command = container["postCreateCommand"].split()
    assert command[:3] == ["python3", "-m", "course"] and command[3] in usage.COMMANDS
    for opened in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / opened).is_file()


def test_the_weekly_run_installs_everything():
    weekly = (ROOT / ".github" / "workflows" / "newest-tensorflow.yml").read_text(encoding="utf-8")
    assert f"--editable '.[{','.join(PROJECT['optional-dependencies'])}]'" in weekly


def test_the_tensorflows_agree():
    if os.environ.get("COURSE_TENSORFLOW"):
        pytest.skip("the weekly run tries another TensorFlow")
    for _, requirement in direct():
        if requirement.name.startswith("tensorflow"):
            assert str(requirement.specifier) == f"=={requirements.TENSORFLOW}*"
    assert any(version.startswith(requirements.TENSORFLOW) for version in pins(LOCK)["tensorflow"])


def test_conda():
    from rattler import MatchSpec

    path = ROOT / "environment.yml"
    environment = yaml.safe_load(path.read_text(encoding="utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    specs = {spec.name.normalized: spec for spec in map(MatchSpec, conda)}
    assert set(specs) == {"python", "pip"}, "conda brings Python; everything else comes from requirements.lock"
    assert any(
        str(specs["python"].version).startswith(f"{version}.") or version in str(specs["python"].version)
        for version in PYTHONS
    )
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert pip == ["-r requirements.lock"]
    for line in path.read_text(encoding="utf-8").splitlines():
        assert "# " in line, f"no comment: {line}"


def test_binder_has_the_locks_versions_and_leaves_jupyterlab_alone():
    locked, binder = pins(LOCK), pins(BINDER)
    for name, versions in binder.items():
        assert versions <= locked[name], (
            f"binder/requirements.txt has {name} {versions}: compile it anew, as CONTRIBUTING.md says"
        )
    for extra, requirement in direct():
        if extra in ("", "kernel") and (requirement.marker is None or requirement.marker.evaluate(ON_BINDER)):
            assert requirement.name in binder
    assert "jupyterlab" not in binder, "Binder's base image brings its own"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no run bit, and repo2docker does not run there")
def test_binder_as_repo2docker_reads_it(monkeypatch):
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    for buildpack in app.buildpacks:
        pack = buildpack(base_image=app.base_image)
        pack.platform = "linux/amd64"
        if pack.detect():
            break
    assert type(pack).__name__ == "PythonBuildPack"
    dockerfile = pack.render({})
    install_line = dockerfile.index('-r "binder/requirements.txt"')
    assert install_line < dockerfile.index("COPY --chown=1000:1000 src/ "), "a commit must not install TensorFlow again"
    for script in ("postBuild", "start"):
        assert f"binder/{script}" in dockerfile
        assert os.access(ROOT / "binder" / script, os.X_OK), f"binder/{script} lacks the run bit"


@pytest.mark.skipif(sys.platform == "win32", reason="Binder is Linux")
def test_binder_starts_with_the_course_settings_and_workspace(checkout):
    """binder/start, in a copy of the checkout, before a command that prints the environment it is given."""
    shutil.copytree(ROOT / "binder", checkout / "binder")
    command = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {**os.environ, "PATH": path, "PYTHONPATH": str(checkout), "JUPYTER_CONFIG_PATH": "of-the-hub"}
    start = subprocess.run([checkout / "binder" / "start", *command], cwd=checkout, env=given, capture_output=True)
    assert start.returncode == 0, start.stderr.decode()
    variables = json.loads(start.stdout)

    own, above = variables["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert (Path(own), above) == (checkout / "course" / "lab", "of-the-hub")
    settings = json.loads((Path(own) / "jupyter_lab_config.json").read_text(encoding="utf-8"))
    name = settings["LabApp"]["default_url"].rpartition("/")[2]
    (workspace,) = Path(variables["JUPYTERLAB_WORKSPACES_DIR"]).iterdir()
    layout = json.loads(workspace.read_text(encoding="utf-8"))
    assert layout["metadata"]["id"] == name
    assert "notebook:notebooks/00_start_here.ipynb" in layout["data"]


def test_help_fits_80_columns():
    for line in "\n".join([usage.usage(), usage.NOT_SET_UP, usage.away()]).splitlines():
        assert len(line) <= 80, line

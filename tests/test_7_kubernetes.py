"""Truth 7, on Kubernetes: the values for Zero to JupyterHub are what its chart takes, and fit the rest of the course.

No cluster is here. What the chart's schema says of the keys that are used is written down below, from
``jupyterhub/values.schema.yaml`` of jupyterhub/zero-to-jupyterhub-k8s at its commit 02dd73df01bd (the chart for
JupyterHub 5). Whatever key the chart does not know, it refuses, and so does this.
"""

import copy
import os
import re
import shutil
import subprocess

import jsonschema
import pytest
import yaml

from conftest import ROOT

FILE = ROOT / "docs" / "zero-to-jupyterhub.yaml"
TEXT = {"type": "string"}
AMOUNT = {"type": ["number", "null"]}
BYTES = {"type": ["number", "string", "null"]}
ANYTHING = {"type": "object", "additionalProperties": True}


def only(required=(), **properties):
    """The schema of an object that has these properties and no others, as most of the chart's are."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {name.rstrip("_"): schema for name, schema in properties.items()},
    }


SCHEMA = only(
    singleuser=only(
        image=only(["name", "tag"], name=TEXT, tag=TEXT),
        memory=only(limit=BYTES, guarantee=BYTES),
        cpu=only(limit=AMOUNT, guarantee=AMOUNT),
        storage=only(
            ["type", "homeMountPath"],
            type={"enum": ["dynamic", "static", "none"]},
            capacity={"type": ["string", "null"]},
            homeMountPath=TEXT,
            extraVolumes={"type": "array"},
            extraVolumeMounts={"type": "array"},
        ),
        lifecycleHooks=only(postStart=ANYTHING, preStop=ANYTHING),
        extraEnv={"type": ["object", "array"], "additionalProperties": True},
        defaultUrl={"type": ["string", "null"]},
        startTimeout={"type": ["integer", "null"]},
        uid={"type": ["integer", "null"]},
        fsGid={"type": ["integer", "null"]},
    )
)
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}  # of KubeSpawner's memory settings


@pytest.fixture
def values():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_the_chart_takes_the_values(values):
    jsonschema.Draft202012Validator(SCHEMA).validate(values)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["image", "tag"], 1),
        (["image", "repository"], "name"),
        (["memory", "limits"], "2G"),
        (["cpu", "limit"], "2"),
        (["storage", "type"], "shared"),
        (["storage", "volumes"], []),
        (["storage", "extraVolumes"], {}),
        (["startTimeout"], "300"),
        (["mem_limit"], "2G"),
    ],
)
def test_what_the_chart_refuses_is_refused(values, path, value):
    changed = copy.deepcopy(values)
    place = changed["singleuser"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(changed)


def in_bytes(amount):
    """What KubeSpawner makes of an amount of memory: a number and one letter. Kubernetes' ``Gi`` is none of them."""
    number, unit = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT])", amount).groups()
    return float(number) * UNITS[unit]


def test_the_memory_is_what_the_teachers_page_asks_for(values):
    memory = values["singleuser"]["memory"]
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert "give each one 2 GB" in page
    assert in_bytes(memory["limit"]) == 2e9
    assert 0.45e9 <= in_bytes(memory["guarantee"]) < 2e9, "what a learner at work takes"


def test_each_mount_has_its_volume_and_none_hides_another(values):
    storage = values["singleuser"]["storage"]
    assert {mount["name"] for mount in storage["extraVolumeMounts"]} == {one["name"] for one in storage["extraVolumes"]}
    mounted = [storage["homeMountPath"], *(mount["mountPath"] for mount in storage["extraVolumeMounts"])]
    in_the_image = values["singleuser"]["extraEnv"]["JUPYTER_CONFIG_PATH"]
    assert not [path for path in mounted if in_the_image.startswith(f"{path}/")], "a mount hides the image's course"
    assert all(one["persistentVolumeClaim"]["claimName"] for one in storage["extraVolumes"])


def test_the_paths_fit_together(values):
    server = values["singleuser"]
    home = server["storage"]["homeMountPath"]
    assert server["extraEnv"]["HOME"] == home, "the learner's disk"
    within, there = server["extraEnv"]["PYTHONPATH"].split("/", 1)
    assert within == "$(HOME)", "which Kubernetes replaces"
    image = server["extraEnv"]["JUPYTER_CONFIG_PATH"].split("/course/")[0]
    assert server["defaultUrl"].startswith(f"/lab/tree/{there}/")
    assert (ROOT / server["defaultUrl"].removeprefix(f"/lab/tree/{there}/")).exists()
    assert (ROOT / server["extraEnv"]["JUPYTER_CONFIG_PATH"].removeprefix(f"{image}/")).is_dir()
    (*_, command) = server["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert f"cp -r {image} " in command and f"test -e {there} " in command
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert f"--target-repo-dir {image}" in page, "where the image has the course"
    assert server["image"]["name"] in page


@pytest.mark.skipif(not shutil.which("sh"), reason="needs a shell")
def test_each_learner_gets_a_whole_copy_once(values, tmp_path):
    """A copy that a stopped server left half is made anew; one that a learner works in stays as it is."""
    *shell, command = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    image, home = tmp_path / "image", tmp_path / "home"
    (image / "notebooks").mkdir(parents=True)
    (image / "notebooks" / "one").touch()
    there = home / "save-and-restore"
    home.mkdir()

    def start(copy="cp"):
        script = command.replace("/srv/save-and-restore", str(image)).replace("cp ", f"{copy} ")
        return subprocess.run([*shell, script], env={**os.environ, "HOME": str(home)}).returncode

    half = tmp_path / "half"
    half.write_text('#!/bin/sh\nmkdir "$3"\nexit 1\n')
    half.chmod(0o755)
    assert start(copy=half) != 0 and not there.exists()
    assert start() == 0 and (there / "notebooks" / "one").exists()
    (there / "mine").touch()
    assert start() == 0 and (there / "mine").exists()
    assert sorted(home.iterdir()) == [there]

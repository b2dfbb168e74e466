"""Truth 9, the examples in the docstrings of ``tfckpt``: each public name has one, and it shows what happens."""

import ast
import doctest
import importlib
import pkgutil
import shutil
import zipfile

import h5py
import numpy as np
import pytest
import tensorflow as tf

import tfckpt
from conftest import OURS, ROOT

# Behind these stand inspect, diff and export: they have examples, and their rooms are for nobody else.
BEHIND = (
    "tfckpt.commands",
    "tfckpt.compare",
    "tfckpt.danger",
    "tfckpt.inspectors",
    "tfckpt.sentences",
    "tfckpt.terminal",
)
WITHOUT = {
    "tfckpt.prefix.link_to_nowhere": "it needs a link, which on Windows not everybody may make",
}
MODULES = sorted(module.name for module in pkgutil.walk_packages(tfckpt.__path__, "tfckpt."))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the examples speak of: ``run/model-50``, and one of the other kinds each."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "run").mkdir()
    for path in (OURS / "pair").glob("model.*"):
        shutil.copy(path, folder / "run" / path.name.replace("model", "model-50"))
    (folder / "run" / "checkpoint").write_text('model_checkpoint_path: "model-50"\n')
    with h5py.File(folder / "weights.h5", "w") as file:
        file["layers/dense/vars/0"] = np.array([1.0, 2.0])
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.14.1"}')
        archive.writestr("config.json", "{}")
        archive.write(folder / "weights.h5", "model.weights.h5")
    for suffix in ("npz", "safetensors"):
        tfckpt.export(folder / "run" / "model-50", folder / f"weights.{suffix}")
    (folder / "page.index").write_text("<!doctype html><html>")
    (folder / "old").mkdir()
    tf.raw_ops.Save(filename=str(folder / "old" / "model"), tensor_names=["A"], data=[tf.constant([1, 2])])
    tf.train.Checkpoint(w=tf.Variable([1.0, 2.0])).write(str(folder / "objects" / "ckpt-1"))
    return folder


@pytest.mark.parametrize("name", [name for name in MODULES if name != "tfckpt.__main__"])
def test_each_example_shows_what_happens(folder, monkeypatch, name):
    monkeypatch.chdir(folder)
    shown = []
    runner = doctest.DocTestRunner(verbose=False)
    for example in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name)):
        runner.run(example, out=shown.append)
    assert not shown, "".join(shown)


def room(module):
    return ".".join(module.split(".")[:2])


def public_names():
    """What another room of ``tfckpt``, or the course, imports: pairs of a module and a name; and what users import."""
    names = {(getattr(tfckpt, name).__module__, name) for name in tfckpt.__all__}
    for path in [path for package in ("tfckpt", "course") for path in (ROOT / package).rglob("*.py")]:
        importer = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in MODULES and room(node.module) != room(importer):
                names |= {
                    (node.module, each.name) for each in node.names if f"{node.module}.{each.name}" not in MODULES
                }
    return sorted(names)


def test_each_public_name_has_an_example():
    finder = doctest.DocTestFinder(exclude_empty=True)
    with_example, without = set(), set()
    for module, name in public_names():
        value = getattr(importlib.import_module(module), name)
        if not callable(value) or (module.startswith(BEHIND) and name not in tfckpt.__all__):
            continue
        has_one = any(each.examples for each in finder.find(value, name))
        (with_example if has_one else without).add(f"{value.__module__}.{name}")
    assert without == set(WITHOUT)
    assert len(with_example) > 70

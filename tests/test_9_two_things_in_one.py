"""Truth 9, files of Keras that are two things, or have configurations in odd places: written by hand."""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_9_origins import field, saved

from tfckpt.danger import keras_files
from tfckpt.danger.keras_code import Code, code_in
from tfckpt.danger.two_files import (
    doubts_of_folder,
    doubts_of_hdf5,
    doubts_of_zip,
    hdf5_begins,
    is_zip,
    loaded_as,
)

HDF5 = b"\x89HDF\r\n\x1a\n"
LAMBDA = json.dumps({"class_name": "Lambda", "config": {"name": "l"}})
RUNS = Code("l", "is a Lambda layer: it calls a Python function each time the model is called")


def zipped(path, *members, before=b""):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    Path(path).write_bytes(before + Path(path).read_bytes())
    return Path(path)


# Where HDF5 and a zip begin


@pytest.mark.parametrize(
    ("before", "begins"), [(0, 0), (512, 512), (1024, 1024), (2048, 2048), (1, None), (256, None), (1536, None)]
)
def test_where_hdf5_begins(in_folder, before, begins):
    Path("m").write_bytes(b"x" * before + HDF5 + bytes(4096))
    assert hdf5_begins("m") == begins
    says = f"'m' has {begins} bytes before its HDF5 begins, which were not looked at"
    assert [str(doubt) for doubt in doubts_of_hdf5("m")] == ([says] if begins else [])
    Path("m").write_bytes(b"x" * before + HDF5[:-1])
    assert hdf5_begins("m") is None
    Path("m").write_bytes(b"")
    assert hdf5_begins("m") is None


@pytest.mark.parametrize(
    ("name", "hdf5", "first", "last", "kind"),
    [
        ("m.keras", False, True, False, "zip"),
        ("m.keras", True, False, True, "zip"),
        ("m.keras", True, False, False, "hdf5"),
        ("m.h5", True, False, True, "hdf5"),
        ("m.h5", False, True, False, "zip"),
        ("m", True, False, True, "hdf5"),
        ("m", False, True, False, "zip"),
        ("m", False, False, False, None),
        ("m.keras", False, False, False, None),
    ],
)
def test_what_keras_takes_a_file_for(in_folder, name, hdf5, first, last, kind):
    archive = zipped("z", ("config.json", "{}")).read_bytes()
    content = archive if first else HDF5 + bytes(600) if hdf5 else b"words"
    Path(name).write_bytes(content + archive * last)
    assert loaded_as(name) == kind
    assert is_zip(name) == (first or last)


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "m.keras", "m"])
def test_a_zip_with_hdf5_behind_its_beginning(in_folder, name):
    """Both are at their places: it goes by the name."""
    path = zipped("z", ("config.json", "{}" + " " * 500))
    content = path.read_bytes()
    Path(name).write_bytes(content[:512] + HDF5 + content[512 + 8 :])
    assert hdf5_begins(name) == 512
    assert loaded_as(name) == ("hdf5" if name.endswith(("h5", "hdf5")) else "zip")


def doubts(path, escaping=()):
    with zipfile.ZipFile(path) as archive:
        return [str(doubt) for doubt in doubts_of_zip(path, archive, escaping)]


def test_what_is_doubtful_of_a_zip(in_folder):
    assert doubts(zipped("m.keras", ("config.json", "{}"))) == []
    assert doubts(zipped("m.keras")) == []
    assert doubts(zipped("m.keras", ("config.json", "{}")), ["../" + "x" * 200, "more"]) == [
        f"'m.keras' has {'../' + 'x' * 97!r} in it, which would be unpacked outside of its folder"]  # fmt: skip
    before = zipped("m.keras", ("config.json", "{}"), before=b"before")
    assert doubts(before) == ["'m.keras' has 6 bytes before its zip begins, which were not looked at"]
    both = zipped("m.keras", ("config.json", "{}"), before=HDF5 + bytes(100))
    says = "'m.keras' is an HDF5 file as well as a zip: Keras loads the zip, which was looked at, others the HDF5"
    assert doubts(both) == [says]
    with pytest.warns(UserWarning, match="Duplicate"):
        several = zipped("m.keras", ("a", ""), ("b", ""), ("b", ""))
    assert doubts(several) == ["'m.keras' has 2 files 'b' in its zip: Keras takes the last one, which was looked at"]


@pytest.mark.parametrize(("name", "told"), [("model.weights.h5", 0), ("w.hdf5", 0), ("config.json", 1)])
def test_hdf5_that_is_a_member_of_the_zip_is_no_other_file(in_folder, name, told):
    """It may lie at byte 512, where HDF5 begins if a file has something before it."""
    header = 30 + len(name)
    path = zipped("m.keras", ("a", "x" * (512 - header - 31)), (name, HDF5 + bytes(100)))
    assert path.read_bytes()[512:520] == HDF5
    assert len(doubts(path)) == told
    far = zipped("m.keras", ("a", "x" * (512 - header - 31)), (name, b"x" * 512 + HDF5 + bytes(100)))
    assert far.read_bytes()[1024:1032] == HDF5 and len(doubts(far)) == 1, "not where a member begins"


def test_hdf5_with_a_zip_behind_it(in_folder):
    archive = zipped("z", ("config.json", "{}")).read_bytes()
    Path("m.h5").write_bytes(HDF5 + bytes(100) + archive)
    (doubt,) = doubts_of_hdf5("m.h5")
    assert doubt.as_dict() == {
        "name": "m.h5",
        "touches": "files",
        "does": "is a zip as well as an HDF5 file: the HDF5 was looked at, others may load the zip",
    }


def test_other_graphs_in_the_folder_of_a_saved_model(in_folder):
    def told():
        return [str(doubt) for doubt in doubts_of_folder(".")]

    def beside(name, loaded):
        says = f"TensorFlow loads the {loaded}, which was looked at, others may load this one"
        return f"{name!r} stands beside saved_model{loaded}: {says}"

    text, chunked = "saved_model.pbtxt", "saved_model.cpb"
    assert told() == []
    Path(chunked).touch()
    assert told() == [
        "'saved_model.cpb' is a graph in another form, which was not looked at: TensorFlow 2.21 does not load it, "
        "others may"
    ]
    Path(text).touch()
    assert told() == [beside(chunked, ".pbtxt")]
    Path("saved_model.pb").touch()
    assert told() == [beside(text, ".pb"), beside(chunked, ".pb")]
    Path(chunked).unlink()
    assert told() == [beside(text, ".pb")]
    Path("saved_model.pb").unlink()
    assert told() == []


# Configurations in odd places

OWN = json.dumps({"class_name": "Mine", "config": {"name": "m"}, "registered_name": "p>Mine"})
UNREAD = "has a configuration that cannot be read: nobody knows what it does"


def test_a_configuration_in_a_folder(in_folder):
    assert keras_files.code_in_folder(".") == []
    Path("config.json").mkdir()
    assert keras_files.code_in_folder(".") == []
    Path("config.json").rmdir()
    for content, told in (
        (LAMBDA, [RUNS]),
        (OWN, []),
        ("[" * 10**5, [Code("config.json", "cannot be read: nobody knows what it does")]),
        ("{", [Code("config.json", "cannot be read: nobody knows what it does")]),
        ("null", [Code("config.json", "cannot be read: nobody knows what it does")]),
        ("{}", []),
    ):
        Path("config.json").write_text(content)
        assert keras_files.code_in_folder(".") == told, content[:20]


def test_configurations_in_the_metadata_of_keras_2(in_folder):
    nodes = [("root", LAMBDA), ("again", LAMBDA), ("own", OWN), ("bad", "{"), ("n" * 200, "["), ("none", "")]
    content = b"".join(field(1, field(3, name.encode()) + field(5, text.encode())) for name, text in nodes)
    Path("keras_metadata.pb").write_bytes(content + field(2, b"more") + field(1, field(5, b"{")) + field(1, b""))
    assert keras_files.code_in_metadata(Path("keras_metadata.pb")) == [
        RUNS, Code("bad", UNREAD), Code("n" * 120, UNREAD), Code("", UNREAD)]  # fmt: skip


def test_configurations_in_the_objects_of_a_saved_model():
    objects = [
        saved("user", ("_tf_keras_layer", LAMBDA)),
        saved("user", ("_tf_keras_model", LAMBDA.replace('"l"', '"k"'))),
        saved("user", ("_generic_user_object", LAMBDA.replace('"l"', '"other"'))),
        saved("function", ("_tf_keras_layer", LAMBDA.replace('"l"', '"function"'))),
    ]
    found = keras_files.code_in_objects([SimpleNamespace(objects=objects[:1]), SimpleNamespace(objects=objects[1:])])
    assert [code.where for code in found] == ["l", "k"]


# What an object of a configuration does


def told(config):
    return [(str(code), code.needs) for code in code_in(config)]


def of(**value):
    return told({"config": {"name": "x"}, **value})


@pytest.mark.parametrize(
    "module",
    """os os.path subprocess keras_cv.layers keras_hub keras_nlp numpy numpy.linalg tensorflow.python torch.nn jax flax
    scipy pandas sklearn h5py pip setuptools pkg_resources google.cloud absl six yaml requests joblib dill
    cloudpickle""".split(),
)
def test_what_is_imported_for_a_class_of_another_package(module):
    assert of(class_name="Scale", module=module) == [(f"'x' has Keras import the module {module!r} for 'Scale'", False)]
    assert of(class_name="function", config="f", module=module)[0][0].endswith(
        f"Keras import the module {module!r} for 'f'"
    )


def test_modules_of_keras_are_no_other_ones():
    for module in ("keras", "keras.layers", "keras_core.layers", "tf_keras.src.layers"):
        assert of(class_name="Dense", module=module) == []
    for module in ("keras2", "my.keras"):
        assert "(of the module" in of(class_name="Dense", module=module)[0][0]


@pytest.mark.parametrize(
    "kind",
    """__keras_tensor__ __tensor__ __numpy__ __bytes__ __slice__ __ellipsis__ __tuple__ __set__ __complex__ TensorShape
    TypeSpec CompositeTensor Ellipsis""".split(),
)
def test_what_stands_for_plain_values(kind):
    assert of(class_name=kind) == of(class_name=kind, module="tensorflow") == of(class_name=kind, module="os") == []


def test_a_type_of_values_is_imported():
    assert of(class_name="__typespec__", module="os") != [] and of(class_name="__typespec__") == []
    assert of(class_name="__typespec__", module="keras.x") == [("'x' has Keras import 'keras.x'", False)]


@pytest.mark.parametrize(("kind", "has_it"), [("Merge", False), ("TimeDistributedMerge", False), ("Mine", True)])
def test_a_layer_of_keras_1(kind, has_it):
    why = "is not part of Keras" if has_it else "Keras 3 no longer has"
    assert of(class_name=kind) == [(f"'x' needs the class {kind!r}, which {why}", True)]


def test_a_merge_of_keras_1():
    def merge(**config):
        return told({"class_name": "Merge", "config": {"name": "x", **config}})

    calls = ("'x' calls a Python function to merge what it takes in", False)
    assert calls in merge(mode_type="function") and calls not in merge() and calls not in merge(mode_type="raw")


def test_a_vocabulary_in_a_file():
    def lookup(**config):
        return [code.does for code in code_in({"class_name": "StringLookup", "config": {"name": "x", **config}})]

    for key in ("vocabulary", "vocabulary_file"):
        assert lookup(**{key: "/v"}) == ["reads its vocabulary from the file '/v'"]
        assert lookup(**{key: ["a"]}) == lookup(**{key: ""}) == lookup(**{key: None}) == []
    assert lookup(other="/v") == []


def test_where_something_stands():
    inner = {"class_name": "Lambda", "config": {"name": "l"}}
    wrapped = {"class_name": "Wrapper", "module": "keras", "config": {"name": "w", "layer": inner}}
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [wrapped, [inner], {"config": inner}]}}
    found = [where for where, _ in ((code.where, code) for code in code_in(config)) if where.endswith("l")]
    assert found == ["s/w/l", "s/l"]
    long = {"class_name": "Lambda", "config": {"name": "n" * 200}}
    assert code_in(long)[0].where == "n" * 120
    assert str(code_in({"class_name": "Lambda"})[0]).startswith("The model is a Lambda layer")
    assert str(code_in({"class_name": "Lambda", "config": {"name": 7}})[0]).startswith("The model is a Lambda layer")


def test_a_function_in_the_place_of_a_layer():
    function = {"class_name": "function", "config": "relu", "module": "builtins"}
    layers = {"class_name": "Sequential", "config": {"name": "s", "layers": [function]}}
    assert told(layers) == [("'s' has a function in the place of a layer: 'relu', which is called", False)]
    assert told({"class_name": "Dense", "config": {"name": "d", "activation": function}}) == []
    nested = {"class_name": "Sequential", "config": {"name": "s", "layers": [[function]]}}
    assert len(told(nested)) == 1


@pytest.mark.parametrize(
    ("name", "module", "says", "needs"),
    [
        ("relu", None, None, None),
        ("relu", "keras.activations", None, None),
        ("eval", None, "takes 'eval' of Python, which is not known to be harmless", False),
        ("eval", "", "takes 'eval' of Python, which is not known to be harmless", False),
        ("a.b", None, "takes 'a.b' of Python, which is not known to be harmless", False),
        ("mine", None, "needs the function 'mine', which is not part of Keras", True),
        ("mine", "builtins", "needs the function 'mine', which is not part of Keras", True),
        ("mine", "keras.x", "takes 'mine' of 'keras.x', which is not known to be harmless", False),
        (7, None, "takes a function that it does not name", False),
    ],
)
def test_a_function_that_is_named(name, module, says, needs):
    found = told({"class_name": "function", "config": name, "module": module})
    assert found == ([(f"The model {says}", needs)] if says else [])


@pytest.mark.parametrize(
    ("kind", "module", "name", "says", "needs"),
    [
        ("Dense", None, None, None, None),
        ("Dense", None, "Dense", None, None),
        ("Dense", "keras.layers", "", None, None),
        ("Custom>Dense", None, None, None, None),
        ("Dense", "keras.layers", "p>Dense", "needs the class 'Dense', registered as 'p>Dense', which is not", True),
        ("Mine", "keras.layers", None, "has Keras make a 'Mine' of 'keras.layers', which is not known", False),
        ("Mine", "keras.layers", "p>Mine", "needs the class 'p>Mine', which is not part of Keras", False),
        ("Mine", "builtins", "p>Mine", "needs the class 'Mine', registered as 'p>Mine', which is not part", True),
        ("Mine", None, "p>Mine", "needs the class 'Mine', registered as 'p>Mine', which is not part of Keras", True),
        ("p>Mine", None, None, "needs the class 'Mine', registered as 'p>Mine', which is not part of Keras", True),
        (
            "Mine",
            "shop.layers",
            "p>Mine",
            "needs the class 'Mine', registered as 'p>Mine', which is not part of Kera",
            True,
        ),
    ],
)
def test_a_class_that_is_registered(kind, module, name, says, needs):
    found = of(class_name=kind, module=module, registered_name=name)
    assert len(found) == bool(says)
    if says:
        assert found[0][0].startswith(f"'x' {says}") and found[0][1] == needs


def test_how_a_model_was_compiled():
    compiled = {
        "class_name": "Sequential",
        "config": {"name": "s"},
        "compile_config": {"loss": "own", "metrics": ["own"]},
    }
    assert [says.partition(", which")[0] for says, needs in told(compiled) if needs] == [
        "'s' needs the loss 'own'", "'s' needs the metric 'own'"]  # fmt: skip
    assert told({**compiled, "compile_config": None}) == []


def test_it_in_json():
    (code,) = code_in(json.loads(LAMBDA))
    assert code.as_dict() == {"name": "l", "touches": "Python", "does": RUNS.does}

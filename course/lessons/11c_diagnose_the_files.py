"""Exercises of lesson 11c: a path that is no prefix, a damaged checkpoint, a graph that cannot be imported."""

import shutil
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same

GENUINE = Path(__file__).parent / "files/tf-1.15.5"  # as TensorFlow 1.15.5 wrote them
VALUES = {
    "bias": np.float32([1, 2]),
    "embedding": np.float32([[3, np.nan], [5, 6]]),
    "none": np.zeros([0, 2], np.float32),  # whole, though it has no bytes
    "scale": np.float32([7]),
    "steps": np.int32([0]),  # whole, though it is zero
}


def save_values(prefix, sharded=False):
    """Saves ``VALUES``, in one data file or in two, and leaves an empty default graph."""
    Path(prefix).parent.mkdir(exist_ok=True)
    tf.reset_default_graph()
    for name, value in VALUES.items():
        with tf.device("/cpu:0" if name == "embedding" else None):
            tf.get_variable(name, initializer=tf.constant(value), trainable=name != "scale")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(sharded=sharded).save(sess, prefix, write_meta_graph=False, write_state=False)
    tf.reset_default_graph()


@exercise(
    hints=[
        "Which names are in the folder that the path leads into? What does each of the six answers need there?",
        "`Path(path).parent` is the folder, if `is_dir()`, and `iterdir()` lists it; `Path(path).name` is the last "
        "part. Ask for the `.index` first: a prefix may be a folder's name as well.",
        'In this order: `name + ".index"` in the list, with or without a name that begins with `name + ".data-"`; '
        'then `is_file()`; then a name that begins with `name + "-"`, ends in `.index`, and has only digits between '
        "(`isdecimal()`); then `is_dir()`.",
    ],
    raised={
        "No such file or directory": "The folder that the path leads to need not exist, and a path may have no folder "
        "in it. `Path(path).parent` is a folder in each case; ask it with `is_dir()`.",
        "cannot find the path": "The folder that the path leads to need not exist, and a path may have no folder in "
        "it. `Path(path).parent` is a folder in each case; ask it with `is_dir()`.",
    },
)
def what_is_at(path):
    """Return what somebody passed as a prefix: the first of these that holds.

    "prefix": an .index of this name is there, and at least one .data-… with it;
    "no data": the .index is there, and no .data-…;
    "file": a file, such as one of a checkpoint;
    "no step": an .index of this name with a step after it is there: path-100.index;
    "folder": a folder;
    "nothing": none of these.
    """
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:  # before folders: a prefix may be the name of a folder as well
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    for each in names:
        step = each.removeprefix(name + "-").removesuffix(".index")
        # Only digits are a step: words-old-9 is not one of words.
        if each == f"{name}-{step}.index" and step.isdecimal():
            return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.examiner
def _(attempt):
    far = Path("far.v2").absolute()
    for prefix in ("run/words-9", "run/words-10", "run/best", "run/lost", "alone-3", "run/old-words-4", "run/aXb-3"):
        save_values(prefix)
    save_values(f"{far}/model.ckpt-50")
    save_values(f"{far}/parts", sharded=True)
    Path("run/lost.data-00000-of-00001").unlink()
    Path("run/gone-5.data-00000-of-00001").write_bytes(b"values")
    Path("run/lost-10.data-00000-of-00001").write_bytes(b"values")  # of another one
    for name in ("run/lost.data", "run/12", "run/words-10"):  # an ending almost right; only digits; beside its prefix
        Path(name).write_bytes(b"notes")
    Path("run/checkpoint").write_text('model_checkpoint_path: "words-10"\n')
    for folder in ("run/best", "run/words", "run/words-9-copy"):
        Path(folder).mkdir()
    Path("run/loss.csv").write_bytes(b"0.5")
    for name in ("run/draft-v2.index", "run/draft-2nd.index", "run/long-1234567.index"):
        shutil.copy("run/words-9.index", name)
    for path, wanted in (
        ("run/words-9", "prefix"),
        ("run/words-9.index", "file"),
        ("run/words-10.data-00000-of-00001", "file"),
        ("run/checkpoint", "file"),
        ("run/loss.csv", "file"),
        ("run/lost.meta", "nothing"),
        ("run/long", "no step"),
        ("run/words", "no step"),
        ("run", "folder"),
        ("run/word", "nothing"),
        ("run/words-1", "nothing"),
        ("run/lost", "no data"),
        ("run/best", "prefix"),
        ("run/words-10", "prefix"),
        ("rum/words", "nothing"),
        ("alone-3", "prefix"),
        ("alone", "no step"),
        ("run/gone-5", "nothing"),
        ("run/gone", "nothing"),
        ("run/draft", "nothing"),
        ("run/old", "nothing"),
        ("run/a.b", "nothing"),
        ("run/words-9-copy", "folder"),
        (f"{far}/parts", "prefix"),
        (f"{far}/model.ckpt", "no step"),
        (f"{far}/model.ckpt-50", "prefix"),
        (f"{far}/model", "nothing"),
        (str(far), "folder"),
    ):
        before = sorted(Path().rglob("*"))
        answer = attempt(path)
        if sorted(Path().rglob("*")) != before:
            raise NotYet(
                seen=f"After the call for `{path.replace(str(far), '/…/far.v2')}`, there is a file or a folder more, "
                "or one is gone.",
                expected="Everything as it was: the function looks, and changes nothing.",
                because="`mkdir` and `makedirs` make a folder that is not there. Ask with `is_dir()` whether it is.",
            )
        if answer != wanted:
            shown = path.replace(str(far), "/…/far.v2")
            there = (
                sorted(each.name for each in Path(path).parent.iterdir()) if Path(path).parent.is_dir() else ["nothing"]
            )
            raise NotYet(
                seen=f"For `{shown}` the function returned `{answer!r}`.",
                expected=f'`"{wanted}"`. Beside it there are: {", ".join(there)}.',
                because=why_not_at(path, wanted),
            )
    return "The names in the folder, and what is a file there and what a folder, tell these six from each other."


def why_not_at(path, wanted):
    if path == "run/best":
        return "`run/best` is a prefix and a folder. `restore` takes it for the prefix, so ask for its `.index` first."
    if path == "run/words":
        return "There is a folder of this name, and there are steps of it. In the description, the step comes first."
    if path.endswith("parts"):
        return "A checkpoint may have several data files: `.data-00000-of-00002` is the first of two."
    if path == "run/words-10":
        return "`run/words-10` is a prefix and a file. `restore` takes it for the prefix: ask for its `.index` first."
    if path == "run/loss.csv":
        return "A file of any other name is a file, too. Ask with `is_file()`: its ending says nothing for sure."
    if path == "run/lost.meta":
        return "There is no such file. An ending is a part of a name: ask whether the file is there."
    if path == "run/long":
        return "A step may be any number. Do not try one after the other: list the folder."
    if wanted == "file":
        return (
            "This is one of the files, not what their names begin with. `tf.train.checkpoint_exists` says yes to an "
            "`.index` as well."
        )
    if wanted == "prefix":
        return "A prefix is no file, so `exists()` does not find it. Its `.index` is one."
    if wanted == "no data":
        return "The `.index` is half of it: without a `.data-…` there are no values."
    if wanted == "no step":
        return "There is an `.index` with a step: the name, a hyphen, digits, `.index`. The name may have a dot in it."
    if path.startswith("run/gone"):
        return "Only its `.data-…` is there, and without an `.index` that is no prefix."
    if wanted == "nothing":
        return "Other names begin like this one. A step is a hyphen and digits, up to `.index`."
    return "Compare the path with each of the six descriptions."


@what_is_at.wrong_attempt(says="`run/best` is a prefix and a folder")
def asks_for_folders_first(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    step = any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names)
    if Path(path).is_dir() and not step:
        return "folder"
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    return "no step" if step else "nothing"


@what_is_at.wrong_attempt(says="`run/words-10` is a prefix and a file")
def asks_for_files_first(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if Path(path).is_file():
        return "file"
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names):
        return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.wrong_attempt(says="A prefix is no file")
def asks_whether_it_exists(path):
    from pathlib import Path

    if not Path(path).exists():
        return "nothing"
    return "folder" if Path(path).is_dir() else "file"


@what_is_at.wrong_attempt(says="is half of it")
def trusts_the_index(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:
        return "prefix"
    if Path(path).is_file():
        return "file"
    if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names):
        return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.wrong_attempt(says="Other names begin like this one")
def takes_whatever_begins_so(path):
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    if any(each.startswith(name) and each.endswith(".index") for each in names):
        return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.wrong_attempt(says="there is a file or a folder more")
def makes_the_folder(path):
    import os

    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    return what_is_at.reference(path)


@what_is_at.wrong_attempt(says="need not exist")
def lists_the_folder_at_once(path):
    import re
    from pathlib import Path

    name = Path(path).name
    names = [each.name for each in Path(path).parent.iterdir()]
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names):
        return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.wrong_attempt(says="In the description, the step comes first")
def asks_for_folders_before_steps(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).exists():
        return "folder" if Path(path).is_dir() else "file"
    return "no step" if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names) else "nothing"


@what_is_at.wrong_attempt(says="its ending says nothing for sure")
def looks_at_the_ending(path):
    there = what_is_at.reference(path)
    ending = path.endswith((".index", ".meta", "checkpoint")) or ".data-" in path
    return "nothing" if there == "file" and not ending else there


@what_is_at.wrong_attempt(says="An ending is a part of a name")
def trusts_the_ending(path):
    there = what_is_at.reference(path)
    return "file" if there == "nothing" and path.endswith((".index", ".meta")) else there


@what_is_at.wrong_attempt(says="A step may be any number")
def tries_a_thousand_steps(path):
    import os

    there = what_is_at.reference(path)
    if there != "no step":
        return there
    return there if any(os.path.exists(f"{path}-{step}.index") for step in range(1000)) else "nothing"


@what_is_at.wrong_attempt(says="is the first of two")
def expects_a_single_data_file(path):
    import glob
    import os

    if os.path.exists(path + ".index"):
        return "prefix" if os.path.exists(path + ".data-00000-of-00001") else "no data"
    if os.path.isfile(path):
        return "file"
    if any(each[len(path) + 1 : -6].isdigit() for each in glob.glob(path + "-*.index")):
        return "no step"
    return "folder" if os.path.isdir(path) else "nothing"


@what_is_at.wrong_attempt(says="without an `.index` that is no prefix")
def asks_for_either_file(path):
    import glob
    import os

    if glob.glob(path + ".index") or glob.glob(path + ".data-*"):
        return "prefix" if glob.glob(path + ".data-*") else "no data"
    if os.path.isfile(path):
        return "file"
    if any(each[len(path) + 1 : -6].isdigit() for each in glob.glob(path + "-*.index")):
        return "no step"
    return "folder" if os.path.isdir(path) else "nothing"


@what_is_at.right_attempt
def uses_glob(path):
    import glob
    import os

    safe = glob.escape(path)
    if os.path.exists(path + ".index"):
        return "prefix" if glob.glob(safe + ".data-*") else "no data"
    if os.path.isfile(path):
        return "file"
    if any(each[len(path) + 1 : -6].isdigit() for each in glob.glob(safe + "-*.index")):
        return "no step"
    return "folder" if os.path.isdir(path) else "nothing"


@what_is_at.right_attempt
def asks_tensorflow(path):
    import re

    folder, _, name = path.rpartition("/")
    names = tf.io.gfile.listdir(folder or ".") if tf.io.gfile.isdir(folder or ".") else []
    names = [each.rstrip("/") for each in names]
    index = tf.io.gfile.exists(path + ".index")
    return (
        ("prefix" if [each for each in names if each.startswith(f"{name}.data-")] else "no data")
        if index
        else "file"
        if tf.io.gfile.exists(path) and not tf.io.gfile.isdir(path)
        else "no step"
        if [each for each in names if re.match(rf"{re.escape(name)}-[0-9]+\.index$", each)]
        else "folder"
        if tf.io.gfile.isdir(path)
        else "nothing"
    )


@exercise(
    hints=[
        "A Saver reads all that it covers, or raises an error. Which function reads one value at a time?",
        "`tf.train.load_variable(prefix, name)`, for each name of `tf.train.list_variables(prefix)`. It raises "
        "`tf.errors.OpError` for a wrong checksum or a missing file, and `IndexError` for a file that ends too early.",
        "Put the `try` inside the loop, around the one line that reads, so that the loop goes on after an error: "
        "`except (tf.errors.OpError, IndexError):`.",
    ],
    raised={
        "Checksum does not match": "One value is damaged, and the error ended the function. The others are still "
        "there: read them one by one, and catch the error of each. A reader raises `tf.errors.OpError` for it, which "
        "`except tf.errors.DataLossError` does not catch.",
        "No such file or directory": "One data file is missing, and the error ended the function. The values in the "
        "other one are still there: read them one by one, and catch `tf.errors.OpError` for each.",
        "bytes, but '": "The data file ends too early for one value, and the error ended the function. Catch it inside "
        "the loop.",
        "Read less bytes than requested": "The data file ends too early for one value. For that the reader raises "
        "Python's `IndexError`, which is no `tf.errors.OpError`.",
    },
)
def read_what_is_whole(prefix):
    """Return {name: array} with the values of a damaged checkpoint that are still whole.

    The table in .index is good. In .data, some values are not, or a file ends before
    them, or one of several .data files is missing. What is not whole is left out.
    """
    values = {}
    for name, _ in tf.train.list_variables(prefix):
        try:  # each value by itself: the checksum that fails is this value's alone
            # With a new reader each time: after an error in a partitioned variable, a reader
            # is broken, and reading on with it ends the process.
            values[name] = tf.train.load_variable(prefix, name)
        except (tf.errors.OpError, IndexError):
            pass  # a wrong checksum or no file; or the file ends before the value does
    return values


@read_what_is_whole.examiner
def _(attempt):
    for prefix, sharded, damaged, length in (
        ("run/flipped-1", False, {"bias": 0}, 32),  # the values are in the order of their names
        (str(Path("far.v2/short-1").absolute()), False, {"embedding": 15, "scale": 24, "steps": 28}, 26),
        ("run/whole-1", False, {}, 32),
        ("run/parts-1", True, {"embedding": None}, None),
    ):
        save_values(prefix, sharded)
        if sharded:  # the part that has the embedding is lost
            next(path for path in Path("run").glob("parts-1.data-*") if path.stat().st_size == 16).unlink()
        else:
            hurt(Path(prefix + ".data-00000-of-00001"), [place for place in damaged.values() if place < length], length)
        whole = {name: value for name, value in VALUES.items() if name not in damaged}
        before = contents()
        judge_whole(attempt(prefix), whole)
        if contents() != before:
            raise NotYet(
                seen="After the call, a file of the checkpoint is gone, has other bytes, or there is one more.",
                expected="All files as they were.",
                because="The function reads. A damaged file may hold what somebody else can still save from it.",
            )
    for path in (GENUINE / "kinds").iterdir():
        shutil.copy(path, path.name)
    kinds = {name: tf.train.load_variable("model", name) for name, _ in tf.train.list_variables("model")}
    judge_whole(attempt("model"), kinds)
    hurt(Path("model.data-00000-of-00001"), [70, 272], 274)  # in int64, in the last letter of text, and in uint8
    judge_whole(attempt("model"), {name: kinds[name] for name in kinds if name not in ("int64", "text", "uint8")})
    return "Each value has its own checksum, so one that is damaged takes no other with it."


def contents():
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def hurt(path, places, length):
    """Flips a bit at each of ``places``, and cuts the file at ``length``."""
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= 1
    path.write_bytes(content[:length])


def judge_whole(answer, whole):
    expected = f"The names {list(whole)}, with their saved values."
    if not isinstance(answer, dict):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="Collect the values in a dict and hand it back with `return`.",
        )
    more, less = sorted(answer.keys() - whole.keys()), sorted(whole.keys() - answer.keys())
    if more:
        raise NotYet(
            seen=f"The dict has {more} as well.",
            expected=expected,
            because="A damaged value is in it, as `None`. Leave its name out."
            if any(answer[name] is None for name in more)
            else "The names are those that `tf.train.list_variables` gives."
            if any(name.removesuffix(":0") in whole for name in more)
            else "The bytes seem to have been taken as they are, or to have been replaced. TensorFlow's reader "
            "compares the checksums; with `tfckpt.Bundle`, `verify(name)` computes one, to be compared with "
            "`entry(name).crc32c`.",
        )
    if less:
        raise NotYet(
            seen=f"The dict lacks {less}.",
            expected=expected,
            because="Zeros are values as well, and so are whole numbers and an array without elements. What counts is "
            "the checksum."
            if set(less) <= {"none", "steps"}
            else "The first damaged value ended the loop: the `try` belongs inside, around a single value. Or "
            "what is whole was left out, or overwritten: any shape and any number is whole, zeros and nothing too."
            if len(whole) <= len(VALUES)
            else "Values that are whole are left out. Read each of them, whatever its dtype or shape: strings, too.",
        )
    for name, value in whole.items():
        if not same(answer[name], value):
            raise NotYet(
                seen=f"`{name}` is `{answer[name]}`.",
                expected=f"`{value.tolist()}`, of dtype {value.dtype}.",
                because="That is not what was saved under this name. Return the arrays as they were read.",
            )


@read_what_is_whole.wrong_attempt(says="and the error ended the function. The others")
def reads_all_or_nothing(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@read_what_is_whole.wrong_attempt(says="the `try` belongs inside")
def stops_at_the_first(prefix):
    values = {}
    try:
        for name, _ in tf.train.list_variables(prefix):
            values[name] = tf.train.load_variable(prefix, name)
    except (tf.errors.OpError, IndexError):
        pass
    return values


@read_what_is_whole.wrong_attempt(says="Zeros are values as well")
def leaves_zeros_and_nothing_out(prefix):
    values = read_what_is_whole.reference(prefix)
    return {name: value for name, value in values.items() if value.dtype == object or value.any()}


@read_what_is_whole.wrong_attempt(says="strings, too")
def reads_numbers_only(prefix):
    return {name: value for name, value in read_what_is_whole.reference(prefix).items() if value.dtype != object}


@read_what_is_whole.wrong_attempt(says="what somebody else can still save")
def tidies_up(prefix):
    from pathlib import Path

    values = read_what_is_whole.reference(prefix)
    for path in Path(prefix).parent.glob(Path(prefix).name + ".data-*"):
        path.unlink()
    return values


@read_what_is_whole.wrong_attempt(says="seem to have been taken as they are")
def does_not_check(prefix):
    from tfckpt import Bundle

    bundle = Bundle(prefix)
    return {name: bundle.tensor(name) for name in bundle.entries}


@read_what_is_whole.wrong_attempt(says="as `None`. Leave its name out")
def keeps_a_place_for_it(prefix):
    values = {}
    for name, _ in tf.train.list_variables(prefix):
        try:
            values[name] = tf.train.load_variable(prefix, name)
        except (tf.errors.OpError, IndexError):
            values[name] = None
    return values


@read_what_is_whole.wrong_attempt(says="which is no `tf.errors.OpError`")
def expects_one_kind_of_error(prefix):
    values = {}
    for name, _ in tf.train.list_variables(prefix):
        try:
            values[name] = tf.train.load_variable(prefix, name)
        except tf.errors.OpError:
            continue
    return values


@read_what_is_whole.wrong_attempt(says="of dtype")
def makes_floats_of_all(prefix):
    values = {}
    for name, _ in tf.train.list_variables(prefix):
        try:
            values[name] = np.float64(tf.train.load_variable(prefix, name))
        except (tf.errors.OpError, IndexError):
            continue
    return values


@read_what_is_whole.right_attempt
def keeps_one_reader(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    values = {}
    for name in reader.get_variable_to_shape_map():
        try:
            values[name] = reader.get_tensor(name)
        except Exception:
            print(name, "is damaged")
    return values


@read_what_is_whole.right_attempt
def restores_one_variable_at_a_time(prefix):
    values, dtypes = {}, tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    for name, shape in tf.train.list_variables(prefix):
        with tf.Graph().as_default(), tf.Session() as sess:
            variable = tf.get_variable(name, shape, dtypes[name], initializer=tf.zeros_initializer())
            try:
                tf.train.Saver([variable]).restore(sess, prefix)
                values[name] = sess.run(variable)
            except (tf.errors.DataLossError, tf.errors.OutOfRangeError, tf.errors.NotFoundError):
                pass
    return values


@exercise(
    hints=[
        "A `.meta` that cannot be imported can still be read. What does patient 19's cell read it with?",
        "`graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def`; each `node` of `graph.node` has its "
        "type in `node.op`. So has each `node` of `function.node_def`, for each `function` of "
        "`graph.library.function`, and a type may be the name of such a function: `function.signature.name`.",
        "`tf.Graph().op_def_for_type(kind)` raises an error for a type that this TensorFlow does not have. Collect the "
        "types in a set, take the names of the graph's own functions away, and return what raises, `sorted`.",
    ],
    raised={
        "Op type not registered": "That is the error for a type that is lacking. From an import, it ends the import: "
        "read the bytes instead. From `op_def_for_type`, it is the answer: catch it, for each type.",
        "object has no attribute 'node'": "The nodes are in `meta.graph_def.node`; in a function's body they are "
        "called `node_def`.",
    },
)
def unknown_operations(path):
    """Return the types of the operations in a .meta that this TensorFlow lacks, sorted.

    path is the file. Each type is listed once, such as "ThreeNN". There are operations
    in the graph itself, and in the bodies of its functions (its library). A type may be
    the name of one of these functions, which the operation calls: that is not lacking.
    """
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def  # reads, and builds no graph
    kinds = {node.op for node in graph.node}
    for function in graph.library.function:
        kinds |= {node.op for node in function.node_def}
    lacking = []
    for kind in sorted(kinds - {function.signature.name for function in graph.library.function}):
        try:  # not hasattr(tf.raw_ops, kind): some types have no function there
            tf.Graph().op_def_for_type(kind)
        except RuntimeError:
            lacking.append(kind)
    return lacking


@unknown_operations.examiner
def _(attempt):
    Path("far.v2").mkdir()
    far = str(Path("far.v2/saved-7.meta.bak").absolute())
    save_meta(
        "old.meta",
        {"first": "ThreeNN", "second": "ThreeNN", "third": "Resampler", "last": "RGBToAcme"},
        {"inner": "GRUBlockCell0"},
    )
    save_meta("new.meta", {}, {})
    save_meta(
        far,
        {"sound": "AudioMicrofrontend", "call": "body", "other": "AcmeBeamSearch", "next": "bodyScan", "last": "bod"},
        {"end": "_Retval", "call": "empty"},
    )
    shutil.copy(GENUINE / "contrib/model.meta", "genuine.meta")
    for path, wanted in (
        ("old.meta", ["GRUBlockCell0", "RGBToAcme", "Resampler", "ThreeNN"]),
        ("new.meta", []),
        ("genuine.meta", ["AdjustHsvInYiq"]),
        (far, ["AcmeBeamSearch", "bod", "bodyScan"]),
    ):
        before = Path(path).read_bytes()
        answer = attempt(path)
        if Path(path).read_bytes() != before:
            raise NotYet(
                seen=f"After the call, `{Path(path).name}` has other bytes.",
                expected="The file as it was: it is only read.",
                because="The graph was changed and written back, or the file was opened for writing.",
            )
        if not isinstance(answer, list | tuple) or list(answer) != wanted:
            raise NotYet(
                seen=f"For `{Path(path).name}` the function returned `{answer}`.",
                expected=f"`{wanted}`",
                because=why_not_lacking(answer, wanted),
            )
    imported = tf.get_default_graph().as_graph_def()
    if imported.node or imported.library.function:  # an import that fails has brought the functions by then
        raise NotYet(
            seen="The default graph has operations or functions now.",
            expected="The default graph as it was: the file is read.",
            because="`import_meta_graph` adds all that it can to the default graph. Here, nothing needs an import.",
        )
    return "The types are in the file, those in its functions included. Reading them needs no import."


def why_not_lacking(answer, wanted):
    given = list(answer) if isinstance(answer, list | tuple | set | frozenset) else []
    if given == sorted(wanted, key=str.lower) != wanted:
        return "The list is sorted as `sorted` does it by itself, with capitals before small letters."
    if given and sorted(set(given)) == wanted:
        return "Each type belongs in the list once, and the list is sorted. A set has no order."
    if not isinstance(answer, list | tuple):
        return "A list of strings is asked for, handed back with `return`. It may be empty."
    if "first" in given or "inner" in given:
        return "`node.name` is what its author called it. The type is `node.op`."
    if given == [name for name in wanted if name != "GRUBlockCell0"] != wanted:
        return "One of them is in the body of a function: `meta.graph_def.library.function`."
    if "MatMul" in given or "VariableV2" in given:
        return (
            "This TensorFlow has `MatMul` and `VariableV2`. `tf.Graph().op_def_for_type(kind)` asks TensorFlow itself."
        )
    if "AudioMicrofrontend" in given or "_Retval" in given:
        return "`tf.raw_ops` has no function for some types that TensorFlow knows. `op_def_for_type` knows them all."
    for function in ("body", "empty"):
        if function in given:
            return f"`{function}` is a function of this graph, in its library, and an operation calls it by its name."
    if given and set(given) < set(wanted) and not {"bod", "bodyScan"} & set(given):
        return "These types are lacking, and no function has their name. `body` only begins like them, or they like it."
    return "Compare each node's `op` with what this TensorFlow has."


def save_meta(path, operations, in_a_function):
    """Writes a ``.meta`` of a small model, with operations of other types added: ``{name: type}``."""
    with tf.Graph().as_default():
        tf.matmul(tf.get_variable("kernel", initializer=tf.ones([2, 2])), tf.ones([2, 2]))
        meta = tf.train.export_meta_graph()
    for name, kind in operations.items():
        meta.graph_def.node.add(name=name, op=kind)
    meta.graph_def.library.function.add().signature.name = "empty"
    function = meta.graph_def.library.function.add()
    function.signature.name = "body"
    for name, kind in in_a_function.items():
        function.node_def.add(name=name, op=kind)
    Path(path).write_bytes(meta.SerializeToString())


@unknown_operations.wrong_attempt(says="From an import, it ends the import")
def imports_it(path):
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(path)
    return sorted({op.type for op in graph.get_operations() if not hasattr(tf.raw_ops, op.type)})


@unknown_operations.wrong_attempt(says="One of them is in the body of a function")
def forgets_the_functions(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    return sorted({node.op for node in meta.graph_def.node if not hasattr(tf.raw_ops, node.op)})


@unknown_operations.wrong_attempt(says="only begins like them")
def takes_pieces_for_names(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    own = [function.signature.name for function in graph.library.function]
    kinds = unknown_operations.reference(path)
    return [kind for kind in kinds if not any(kind in name or name in kind for name in own)]


@unknown_operations.wrong_attempt(says="has other bytes")
def mends_the_file(path):
    from pathlib import Path

    lacking = unknown_operations.reference(path)
    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    for node in meta.graph_def.node:
        if node.op in lacking:
            node.op = "NoOp"
    Path(path).write_bytes(meta.SerializeToString())
    return lacking


@unknown_operations.wrong_attempt(says="No such file or directory")
def puts_an_ending_behind_it(path):
    return unknown_operations.reference(str(path).removesuffix(".meta") + ".meta")


@unknown_operations.wrong_attempt(says="A list of strings is asked for")
def returns_one_text(path):
    return ", ".join(unknown_operations.reference(path))


@unknown_operations.wrong_attempt(says="is what its author called it")
def returns_the_names(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sorted(node.name for node in nodes if not hasattr(tf.raw_ops, node.op))


@unknown_operations.wrong_attempt(says="with capitals before small letters")
def sorts_as_a_dictionary_does(path):
    return sorted(unknown_operations.reference(path), key=str.lower)


@unknown_operations.wrong_attempt(says="Here, nothing needs an import")
def imports_what_it_can(path):
    import contextlib

    lacking = unknown_operations.reference(path)
    with contextlib.suppress(tf.errors.NotFoundError, ValueError):
        tf.train.import_meta_graph(path)
    return lacking


@unknown_operations.wrong_attempt(says="in the list once")
def lists_each_operation(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return [node.op for node in nodes if not hasattr(tf.raw_ops, node.op)]


@unknown_operations.wrong_attempt(says="asks TensorFlow itself")
def asks_for_a_function_of_its_name(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sorted({node.op for node in nodes if not hasattr(tf, node.op.lower())})


@unknown_operations.wrong_attempt(says="has no function for some types")
def trusts_raw_ops(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    own = {function.signature.name for function in graph.library.function}
    return sorted({node.op for node in nodes if not hasattr(tf.raw_ops, node.op)} - own)


@unknown_operations.wrong_attempt(says="is a function of this graph, in its library")
def takes_calls_for_operations(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    lacking = set()
    for node in [*graph.node, *(node for function in graph.library.function for node in function.node_def)]:
        try:
            tf.get_default_graph().op_def_for_type(node.op)
        except RuntimeError:
            lacking.add(node.op)
    return sorted(lacking)


@unknown_operations.right_attempt
def imports_each_type_alone(path):
    from pathlib import Path

    graph = tf.MetaGraphDef()
    graph.ParseFromString(Path(path).read_bytes())
    library = graph.graph_def.library.function
    kinds = {node.op: 0 for part in [graph.graph_def.node, *[each.node_def for each in library]] for node in part}
    for kind in kinds:
        with tf.Graph().as_default():
            alone = tf.GraphDef()
            alone.node.add(name="alone", op=kind)
            try:
                tf.import_graph_def(alone)
            except Exception as error:
                kinds[kind] = "not registered" in str(error)
    return sorted(kind for kind in kinds if kinds[kind] and kind not in [each.signature.name for each in library])


@unknown_operations.right_attempt
def returns_a_tuple(path):
    return tuple(unknown_operations.reference(path))


@unknown_operations.right_attempt
def asks_the_registry(path):
    from tensorflow.python.framework import op_def_registry

    with tf.io.gfile.GFile(path, "rb") as file:
        graph = tf.MetaGraphDef.FromString(file.read()).graph_def
    own = [function.signature.name for function in graph.library.function]
    found = set(own)
    lacking = []
    for nodes in (graph.node, *(function.node_def for function in graph.library.function)):
        for node in nodes:
            if node.op not in found and op_def_registry.get(node.op) is None:
                lacking.append(node.op)
            found.add(node.op)
    lacking.sort()
    return lacking

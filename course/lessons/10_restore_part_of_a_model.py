"""Exercises of lesson 10: a scope restored under another name, whatever fits, and averages instead of weights."""

from collections import namedtuple
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, same, watch

RECIPE = -1  # what each initializer of a graph gives; no checkpoint here has it

Kind = namedtuple("Kind", "shape dtype trainable", defaults=([], "float32", True))


def build(kinds):
    """Build variables of these ``{name: Kind}`` in an empty default graph, with the recipe -1 everywhere."""
    tf.reset_default_graph()
    for name, kind in kinds.items():
        value = tf.constant(RECIPE, kind.dtype, kind.shape)
        tf.get_variable(name, initializer=value, trainable=kind.trainable)


def save(kinds, prefix, first=1):
    """Save variables with values that no two of them share, and return ``{name: array}``."""
    build(kinds)
    values = {}
    for name, kind in kinds.items():
        count = int(np.prod(kind.shape))
        values[name] = np.arange(first, first + count).astype(kind.dtype).reshape(kind.shape)
        first += count
    write(values, prefix)
    return values


def write(values, prefix):
    """Save the default graph's variables with these values, and then a later checkpoint, which nobody asks for."""
    Path(prefix).parent.mkdir(parents=True, exist_ok=True)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        for path, more in ((prefix, 0), (f"{prefix}-later", 500)):
            for variable in tf.global_variables():
                variable.load(values[variable.op.name] + np.array(more, variable.dtype.as_numpy_dtype), sess)
            saver.save(sess, path)
    tf.reset_default_graph()


def judge_values(sess, kinds, expected, strays=None):
    """Raise ``NotYet`` unless the variables in ``expected`` have these values, and the others the recipe's.

    Args:
        sess: the session after the attempt.
        kinds: the graph's variables as the examiner made them.
        expected: ``{name: array}`` of those that were to be restored.
        strays: ``{name: likely cause}`` for others that a known mistake would fill.
    """
    missing = [name.decode() for name in sess.run(tf.report_uninitialized_variables())]
    if missing:
        raise NotYet(
            seen=f"Afterwards the variables {sorted(missing)} have no value.",
            expected="Every variable of the graph has one.",
            because="They are not trained, but they need a value as well. `tf.trainable_variables` leaves them out."
            if not any(kinds[name].trainable for name in missing)
            else "What is not restored has to be initialized: all of them first, then restore the part."
            if expected
            else "Nothing is to be restored this time, but the variables still have to be initialized.",
        )
    for name in sorted(kinds, key=lambda name: name in expected):  # the strays first: they tell more
        kind, value = kinds[name], sess.run(f"{name}:0")
        if name in expected and not same(value, expected[name]):
            if not np.all(value == RECIPE):
                because = "These are other values than those that this checkpoint has for it."
            elif name == "scale":
                because = (
                    "That is the initializer's value. The shape of a scalar is `[]`, and that is false in an `if`."
                )
            elif kind.trainable:
                because = (
                    "That is the initializer's value. It ran after `restore`, or this variable was not restored, or "
                    "the initializer was made before `init_from_checkpoint` was called."
                )
            else:
                because = (
                    "That is the initializer's value. Was it left out because it is not trained? "
                    "`tf.trainable_variables` has only what is, and a model needs the rest as well."
                )
            raise NotYet(
                seen=f"Afterwards `{name}` is {value.tolist()}.",
                expected=f"{expected[name].tolist()}, as saved.",
                because=because,
            )
        if name not in expected and not np.all(value == RECIPE):
            raise NotYet(
                seen=f"Afterwards `{name}` is {value.tolist()}.",
                expected=f"{RECIPE} everywhere, from its initializer.",
                because=(strays or {}).get(name, "It is not in the part that was to be restored."),
            )


PATTERN = (
    "`tf.global_variables(scope)` takes a regular expression, in which the dot of `net.1` stands for any character. "
    "`name.startswith(…)` takes the string as it is."
)


@exercise(
    hints=[
        "What must a Saver be told when a variable has one name in the graph and another one in the checkpoint?",
        "A mapping: `{name in the checkpoint: variable}`. A variable is in the scope if "
        '`v.op.name.startswith(new + "/")`. Only the first piece of its name differs.',
        "Initialize all. Then `tf.train.Saver({old + v.op.name[len(new):]: v for v in … if …})`, and restore with it.",
    ],
    raised={
        "Key net/": "The Saver asked for the names that the graph has. A mapping tells it those of the checkpoint.",
        "Key encoder/": "The Saver asked for the names that the graph has. A mapping tells it those of the checkpoint.",
        "Key head/": "The head is not in this checkpoint. Restore the variables of the scope, and no others.",
        "Key decoder/": "The scope `net` is at the beginning of a name. `decoder/net` is another scope.",
        ":0 not found": "`variable.name` is a tensor's name. The checkpoint has `variable.op.name`, without `:0`.",
        "Key featureswork": "A scope ends with a slash. Without it, `network/kernel` begins like `net` as well.",
        "Key tower/netx1": PATTERN,
        "Key features/Adam": "Only the beginning of a name is the scope. What follows may have a slash in it, too.",
        "Key features/features": "Only the first piece of a name is the scope. `replace` changed a later one, too.",
        "as a Python `bool`": "The mapping is the wrong way round: name in the checkpoint first, then the variable.",
        "Key features/scale": "In `net/net/scale`, the first `net/` is the scope. `lstrip` strips letters, "
        "and `replace` changes every place; `removeprefix` cuts off the beginning, once.",
        "Key blocks/one/net.1": "The name of a scope may have a slash in it, as in `tower/net.1`. Remove all of it.",
        "list index out of range": "Nothing of that name was found. The scopes have other names in each call: `old` "
        "and `new`.",
        "does not exist, or was not created with": "The graph has no variable of that name. `old` is the scope in the "
        "checkpoint, and `new` the one in the graph.",
        "No variables to save": "No variable was found in the scope: `new` is its name in the graph, `old` the one in "
        "the checkpoint. Look at how the names are put together.",
    },
)
def restore_scope(sess, prefix, old, new):
    """Restore the variables in the scope new. In the checkpoint the scope is called old.

    With old = "features" and new = "net", the variable "net/kernel" gets the values of
    "features/kernel". All other global variables of the graph, even those whose names the
    checkpoint has, get theirs from their initializers.
    """
    sess.run(tf.global_variables_initializer())  # all of them, and before the restore
    # The slash keeps "network/kernel" out of the scope "net". Only the beginning of a name is exchanged.
    scope = [v for v in tf.global_variables() if v.op.name.startswith(new + "/")]
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in scope}).restore(sess, prefix)


PIECES = {
    "kernel": Kind([2, 3]),
    "mean": Kind([3], trainable=False),
    "bias": Kind([3]),
    "updates": Kind(dtype="int64", trainable=False),
}
HEAD = {"head/kernel": Kind([3, 1])}
SCOPES = (  # prefix, old scope, new scope, what is in them, what else the checkpoint has, what else the graph has
    ("saved", "layers", "encoder", PIECES, HEAD | {"layers/kernel/Adam": Kind([2, 3])}, HEAD),
    (
        "saved",
        "features",
        "net",
        PIECES | {"net/scale": Kind([1]), "kernel/Adam": Kind([2, 3], trainable=False)},
        {},
        HEAD | {"network/kernel": Kind([2]), "decoder/net/bias": Kind([3]), "step": Kind([], "int64", trainable=False)},
    ),
    (
        "./run 2/model.ckpt-30",
        "blocks/one",
        "tower/net.1",
        PIECES,
        HEAD,
        HEAD | {"tower/netx1/kernel": Kind([2, 3]), "blocks/one/bias": Kind([3])},
    ),
)
STRAYS = {"tower/netx1/kernel": PATTERN}


@restore_scope.examiner
def _(attempt):
    for place, old, new, pieces, also_saved, others in SCOPES:
        prefix = Path(place).resolve().as_posix() if place.startswith("./") else place
        saved = save({f"{old}/{piece}": kind for piece, kind in pieces.items()} | also_saved, prefix)
        kinds = {f"{new}/{piece}": kind for piece, kind in pieces.items()} | others
        build(kinds)
        expected = {f"{new}/{piece}": saved[f"{old}/{piece}"] for piece in pieces}
        with tf.Session() as sess:
            attempt(sess, prefix, old, new)
            judge_values(sess, kinds, expected, STRAYS)
    return (
        "Each variable in the new scope has what the checkpoint has under the old one, and the rest its initial value."
    )


@restore_scope.wrong_attempt(says="A mapping tells it those of the checkpoint")
def takes_a_list(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(tf.global_variables(new + "/")).restore(sess, prefix)


@restore_scope.wrong_attempt(says="The mapping is the wrong way round")
def maps_the_wrong_way_round(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    mapping = {v: old + v.op.name[len(new) :] for v in tf.global_variables(new + "/")}
    tf.train.Saver(mapping).restore(sess, prefix)


@restore_scope.wrong_attempt(says="without `:0`")
def uses_tensor_names(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old + v.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`replace` changed a later one")
def replaces_everywhere(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    mapping = {v.op.name.replace(new, old): v for v in tf.global_variables(new + "/")}
    tf.train.Saver(mapping).restore(sess, prefix)


@restore_scope.wrong_attempt(says="A scope ends with a slash")
def forgets_the_slash(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new)}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="It ran after `restore`")
def initializes_last(sess, prefix, old, new):
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)
    sess.run(tf.global_variables_initializer())


@restore_scope.wrong_attempt(says="What is not restored has to be initialized")
def does_not_initialize(sess, prefix, old, new):
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="Was it left out because it is not trained?")
def takes_what_is_trained(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.trainable_variables() if v.op.name.startswith(new + "/")]
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="takes the string as it is")
def takes_a_pattern_for_a_name(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="It is not in the part that was to be restored")
def restores_all_that_it_can(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    mapping = {}
    for variable in tf.global_variables():
        name = variable.op.name
        name = old + name[len(new) :] if name.startswith(new + "/") else name
        if name in saved:
            mapping[name] = variable
    tf.train.Saver(mapping).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`decoder/net` is another scope")
def looks_for_the_scope_anywhere(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.global_variables() if new + "/" in v.op.name]
    tf.train.Saver({v.op.name.replace(new, old, 1): v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`tf.trainable_variables` leaves them out")
def initializes_what_is_trained(sess, prefix, old, new):
    sess.run(tf.variables_initializer(tf.trainable_variables()))
    scope = [v for v in tf.global_variables() if v.op.name.startswith(new + "/")]
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`lstrip` strips letters")
def strips_letters(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.global_variables() if v.op.name.startswith(new + "/")]
    tf.train.Saver({f"{old}/{v.op.name.lstrip(new + '/')}": v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="The name of a scope may have a slash in it")
def cuts_at_the_first_slash(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.global_variables() if v.op.name.startswith(new + "/")]
    tf.train.Saver({f"{old}/{v.op.name.split('/', 1)[1]}": v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`old` the one in the checkpoint")
def looks_for_the_old_scope(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.global_variables() if v.op.name.startswith(old + "/")]
    tf.train.Saver({new + v.op.name[len(old) :]: v for v in scope}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="These are other values")
def takes_the_latest(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    scope = [v for v in tf.global_variables() if v.op.name.startswith(new + "/")]
    latest = tf.train.latest_checkpoint(Path(prefix).parent)
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in scope}).restore(sess, latest)


@restore_scope.wrong_attempt(says="do not close it")
def closes_the_session(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    sess.close()


@restore_scope.wrong_attempt(says="Nothing of that name was found")
def writes_the_names_out(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    kernel = [v for v in tf.global_variables() if v.op.name == "net/kernel"][0]
    tf.train.Saver({"features/kernel": kernel}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="no constants, no placeholders, no names")
def maps_the_scopes(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old: new}).restore(sess, prefix)


@restore_scope.right_attempt
def replaces_the_initializers(sess, prefix, old, new):
    tf.train.init_from_checkpoint(prefix, {old + "/": new + "/"})
    sess.run(tf.global_variables_initializer())


@restore_scope.right_attempt
def loads_one_by_one(sess, prefix, old, new):
    sess.run([v.initializer for v in tf.global_variables()])
    reader = tf.train.NewCheckpointReader(prefix)
    for v in tf.global_variables():
        scope, slash, rest = v.op.name[: len(new)], v.op.name[len(new) : len(new) + 1], v.op.name[len(new) + 1 :]
        if (scope, slash) == (new, "/"):
            v.load(reader.get_tensor(f"{old}/{rest}"), sess)


@exercise(
    hints=[
        "How do you know, before restoring, which variables the checkpoint can fill?",
        "`dict(tf.train.list_variables(prefix))` has the shape for each name, and `v.shape.as_list()` is a variable's. "
        "A Saver takes the list of those that fit.",
        "Initialize all. Collect `fitting = [v for v in tf.global_variables() if …]`. If there are any, restore with "
        "`tf.train.Saver(fitting)`. Return `sorted(v.op.name for v in fitting)`.",
    ],
    raised={
        "Assign requires shapes": "The names agree and the shapes do not. Such a variable does not fit.",
        "not found in checkpoint": "A variable is not in the checkpoint. Leave it out of the Saver.",
        "'gate'": "The checkpoint has no such name, and asking for it raised an error: `saved.get(name)` does not.",
        "'NoneType' object is not iterable": "`get` gives `None` for a name that the checkpoint lacks. Compare with it "
        "as it is.",
        "No variables to save": "Nothing fits this time, and you cannot make a Saver from an empty list. Ask first.",
    },
)
def fill(sess, prefix):
    """Restore what fits, initialize the rest, return the sorted names of what fits.

    A global variable of the default graph fits if the checkpoint has its name, with its
    shape. It may be that none does. Where the names agree, so do the dtypes.
    """
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    # get returns None for a name that the checkpoint lacks, and None is no variable's shape.
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:  # a Saver cannot be made for nothing
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


SAVED = {
    "features/kernel": Kind([2, 3]),
    "features/bias": Kind([3]),
    "features/mean": Kind([3], trainable=False),
    "head/kernel": Kind([3, 5]),
    "scale": Kind([]),
    "global_step": Kind([], "int64", trainable=False),
}
FILLED = (  # the prefix, what the graph has, and what of it fits
    (
        "saved",
        {name: SAVED[name] for name in ("features/kernel", "features/bias", "scale")}
        | {"gate": Kind([1]), "updates": Kind([], "int64", trainable=False)},
        ["features/bias", "features/kernel", "scale"],
    ),
    (  # the shape of the last one is in the checkpoint, but under another name
        "saved",
        {"head/kernel": Kind([3, 1]), "features/kernel": Kind([2, 3]), "features/bias": Kind([2, 3])},
        ["features/kernel"],
    ),
    (
        "saved",
        {"features/kernel": Kind([3, 2]), "features/mean": SAVED["features/mean"], "features/bias": Kind([1, 3])},
        ["features/mean"],
    ),
    ("saved", {"encoder/kernel": Kind([2, 3]), "head/kernel": Kind([3, 1])}, []),
    (
        "./run 2/model.ckpt-30",
        {name: SAVED[name] for name in ("head/kernel", "global_step", "features/mean")} | {"scale": Kind([1])},
        ["features/mean", "global_step", "head/kernel"],
    ),
)


@fill.examiner
def _(attempt):
    for number, (place, kinds, fitting) in enumerate(FILLED):
        prefix = Path(place).resolve().as_posix() if place.startswith("./") else place
        saved = save(SAVED, prefix, first=1 + 100 * number)
        build(kinds)
        with tf.Session() as sess:
            answer = attempt(sess, prefix)
            judge_fit(sess, kinds, {name: saved[name] for name in fitting})
        if not isinstance(answer, list | tuple) or list(answer) != fitting:
            raise NotYet(
                seen=f"For a graph with {shapes_of(kinds)}, the function returned `{answer!r}`.",
                expected=f"`{fitting}`. The checkpoint has {shapes_of(SAVED)}.",
                because="These are all names of the checkpoint. Return only those of the variables that it filled."
                if isinstance(answer, list | tuple) and sorted(answer, key=str) == sorted(SAVED)
                else "Hand back the sorted names with `return`, as a list: `variable.op.name`, without `:0`.",
            )
    return "What the checkpoint has, with its name and its shape, was restored; the rest has its initial value."


def shapes_of(kinds):
    return {name: kind.shape for name, kind in kinds.items()}


def judge_fit(sess, kinds, expected):
    """As ``judge_values``; a variable that was filled although its shape differs gets a cause of its own."""
    strays = {
        name: f"In the checkpoint its shape is {SAVED[name].shape}. The same number of elements in another shape would "
        "land in other places, so it does not fit."
        for name, kind in kinds.items()
        if name in SAVED and kind.shape != SAVED[name].shape
    }
    judge_values(sess, kinds, expected, strays)


@fill.wrong_attempt(says="The names agree and the shapes do not")
def compares_the_names_only(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if v.op.name in saved]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Leave it out of the Saver")
def restores_all(sess, prefix):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().restore(sess, prefix)
    return sorted(v.op.name for v in tf.global_variables())


@fill.wrong_attempt(says="you cannot make a Saver from an empty list")
def does_not_think_of_none(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="It ran after `restore`")
def initializes_what_was_restored(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    sess.run(tf.global_variables_initializer())
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Hand back the sorted names")
def returns_the_tensors_names(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.name for v in fitting)


@fill.wrong_attempt(says="Was it left out because it is not trained?")
def fills_what_is_trained(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.trainable_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="would land in other places")
def counts_the_elements(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = {name: np.prod(shape) for name, shape in tf.train.list_variables(prefix)}
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.num_elements()]
    if fitting:
        tf.train.Saver(fitting, reshape=True).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="These are all names of the checkpoint")
def returns_what_the_file_has(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(saved)


@fill.wrong_attempt(says="`tf.trainable_variables` leaves them out")
def initializes_what_is_trained_of_the_rest(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    sess.run(tf.variables_initializer([v for v in tf.trainable_variables() if v not in fitting]))
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Nothing is to be restored this time")
def stops_if_nothing_fits(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if not fitting:
        return []
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="What is not restored has to be initialized")
def restores_only(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="`saved.get(name)` does not")
def expects_every_name(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved[v.op.name] == v.shape.as_list()]
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Compare with it as it is")
def makes_a_list_of_nothing(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if list(saved.get(v.op.name)) == v.shape.as_list()]
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.right_attempt
def initializes_only_the_rest(sess, prefix):
    shapes = tf.train.NewCheckpointReader(prefix).get_variable_to_shape_map()
    names = []
    for v in tf.global_variables():
        if v.op.name in shapes and tf.TensorShape(shapes[v.op.name]) == v.shape:
            names.append(v.op.name)
            tf.train.Saver([v]).restore(sess, prefix)
        else:
            sess.run(v.initializer)
    return tuple(sorted(names))


@fill.right_attempt
def maps_what_fits(sess, prefix):
    reader = tf.train.load_checkpoint(prefix)
    found = {}
    for v in tf.global_variables():
        if reader.has_tensor(v.op.name) and reader.get_tensor(v.op.name).shape == tuple(v.get_shape().as_list()):
            found[v.op.name] = v
    if found:
        tf.train.init_from_checkpoint(prefix, found)
    tf.global_variables_initializer().run(session=sess)
    return sorted(found)


@exercise(
    hints=[
        "Under which names does the checkpoint have the averages, and for which variables are they?",
        "Build `w`, `b` and `mean`, the last with `trainable=False`. "
        "`tf.train.ExponentialMovingAverage(0.9).variables_to_restore()` is the mapping, and a Saver takes it. The "
        "decay does not matter here: nothing is averaged.",
        "After `restore`, in the same session: `return sess.run(tf.matmul(x - mean, w) + b)`.",
    ],
    raised={
        "No variables to save": "The mapping is empty: it was asked for before the variables were there.",
        "has invalid type": "`average(w)` is `None` in a graph where nothing was averaged. Restore into `w` itself.",
        "uninitialized value": "`restore` was not called in this session, or its Saver did not know all variables.",
        "Assign requires shapes": "The shapes differ: `w` has [2, 1], `b` has [1], and `mean` has [2].",
        "does not equal original dtype": "The dtypes differ: all variables are float32.",
        "Dimensions must be equal": "The shapes do not fit each other. In `tf.matmul`, the rows of `x` come first: "
        "[n, 2] times [2, 1] gives [n, 1].",
        "should be passed in a dict or a list": "A Saver wants the mapping: what `variables_to_restore()` returns.",
        "Key mean/ExponentialMovingAverage": "`mean` is not trained and has no average: it keeps its own name. "
        "`variables_to_restore` knows so from `trainable=False`.",
        "not found in checkpoint": "The Saver asked for a name that the file does not have. "
        "`tf.train.list_variables(prefix)` shows those that it has.",
    },
)
def predict_averaged(prefix, x):
    """Return (x - mean) times w, plus b, with averages instead of the trained w and b.

    The checkpoint was saved in training. It has "w", float32 of shape [2, 1], "b" of
    shape [1], the moving average of each, and "mean" of shape [2], which is not trained
    and has none. Make the three variables in the default graph, which is empty, and
    restore them. x is a float32 array of shape [n, 2].
    """
    w = tf.get_variable("w", [2, 1])
    b = tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    # The mapping has "w/ExponentialMovingAverage" for w, the same for b, and "mean" for mean, which is not trained.
    averages = tf.train.ExponentialMovingAverage(decay=0.9).variables_to_restore()
    saver = tf.train.Saver(averages)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


predict_averaged.may_pass(
    "averages = tf.train.ExponentialMovingAverage(decay=0.9).variables_to_restore() -> "
    "averages = tf.train.ExponentialMovingAverage(decay=1.9).variables_to_restore()",
    because="The decay is for averaging. Nothing is averaged here, so any number does.",
)

TRAINED = (  # the prefix; the weights, their averages (w, w, b); the mean; x
    ("trained", (1, 2, 3), (4, 6, 8), (1, -1), [[1, 0], [0, 1], [2, -1]]),
    ("./run 2/model.ckpt-30", (5, -5, 0), (2, -1, 3), (0, 2), [[3, 4.5]]),
)


@predict_averaged.examiner
def _(attempt):
    for place, weights, averages, mean, x in TRAINED:
        prefix = Path(place).resolve().as_posix() if place.startswith("./") else place
        x = np.array(x, np.float32)
        save_trained(weights, averages, mean, prefix)
        expected = predictions(x, averages, mean)
        with watch() as seen:
            answer = attempt(prefix, x)
        shown = (
            f"`{expected.tolist()}`: the averages are {averages[:2]} for `w`, {averages[2]} for `b`; `mean` is {mean}."
        )
        must_be_array(answer, shown, none="Hand back what `sess.run` returns, with `return`.")
        if not np.array_equal(answer, expected):
            because = (
                "Restore the averages into `w` and `b`, run no initializer after that, and compute "
                "`tf.matmul(x - mean, w) + b` as it is, with all rows of `x`."
            )
            if np.array_equal(answer, predictions(x, weights, mean)):
                because = "These are the predictions with the weights. An ordinary Saver restores `w` into `w`."
            elif np.array_equal(answer, predictions(x, averages[:2] + weights[2:], mean)):
                because = "`b` is the weight here. It has an average as well."
            elif np.array_equal(answer.ravel(), expected.ravel()):
                because = "The numbers are right. `tf.matmul` gives a column, with a row for each row of `x`."
            elif not np.any(answer):
                because = "`w` and `b` seem to be zero. Was the initializer run after `restore`, or instead of it?"
            elif np.array_equal(answer, predictions(x, averages, (0, 0))):
                because = "`mean` was left out, or was not restored: it is in the checkpoint under its own name."
            raise NotYet(f"The function returned `{answer.tolist()}`.", shown, because)
        if not seen.restores and (len(tf.global_variables()) < 3 or not seen.runs):
            raise NotYet(
                seen="The numbers are right, but they do not come from three variables in the default graph.",
                expected="`w`, `b` and `mean` in the default graph, restored from the checkpoint.",
                because="The file was read, and the model was computed outside of TensorFlow. A real model has a graph "
                "that computes: bring the averages into its variables.",
            )
    return "The predictions are those of the averages, and `mean`, which has none, came with its own value."


def predictions(x, values, mean):
    return (x - np.float32(mean)) @ np.array(values[:2], np.float32).reshape(2, 1) + np.float32(values[2])


def save_trained(weights, averages, mean, prefix):
    """Save ``w``, ``b`` and ``mean``, the averages of the first two, and a slot of an optimizer for each of them."""
    ends = ("", "/ExponentialMovingAverage", "/Momentum")
    build(
        {f"w{end}": Kind([2, 1], trainable=not end) for end in ends}
        | {f"b{end}": Kind([1], trainable=not end) for end in ends}
        | {"mean": Kind([2], trainable=False)}
    )
    values = {"mean": np.float32(mean)}
    for end, three in zip(ends, (weights, averages, (0, 0, 0)), strict=True):
        values[f"w{end}"] = np.reshape(np.float32(three[:2]), [2, 1])
        values[f"b{end}"] = np.float32([three[2]])
    write(values, prefix)


@predict_averaged.wrong_attempt(says="the predictions with the weights")
def restores_the_weights(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    mean = tf.get_variable("mean", initializer=tf.zeros([2]), trainable=False)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="It has an average as well")
def takes_the_average_of_w_only(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    with tf.Session() as sess:
        tf.train.Saver({"w/ExponentialMovingAverage": w, "b": b, "mean": mean}).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="`tf.matmul` gives a column")
def makes_a_row_of_the_column(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    with tf.Session() as sess:
        tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore()).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)[:, 0]


@predict_averaged.wrong_attempt(says="shows those that it has")
def makes_up_the_names(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    with tf.Session() as sess:
        tf.train.Saver({"w/MovingAverage": w, "b/MovingAverage": b, "mean": mean}).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="as it is, with all rows")
def rounds_the_predictions(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    with tf.Session() as sess:
        tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore()).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b).round()


@predict_averaged.wrong_attempt(says="The mapping is empty")
def asks_for_the_mapping_first(prefix, x):
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    mean = tf.get_variable("mean", initializer=tf.zeros([2]), trainable=False)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="in a graph where nothing was averaged")
def fetches_the_average(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    mean = tf.get_variable("mean", initializer=tf.zeros([2]), trainable=False)
    average = tf.train.ExponentialMovingAverage(0.9)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return (x - sess.run(mean)) @ sess.run(average.average(w))


@predict_averaged.wrong_attempt(says="`w` and `b` seem to be zero")
def initializes_after_restoring(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    mean = tf.get_variable("mean", initializer=tf.zeros([2]), trainable=False)
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="it keeps its own name")
def asks_for_an_average_of_each(prefix, x):
    w = tf.get_variable("w", [2, 1])
    b = tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    with tf.Session() as sess:
        tf.train.Saver({v.op.name + "/ExponentialMovingAverage": v for v in (w, b, mean)}).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="`mean` was left out")
def restores_what_has_an_average(prefix, x):
    w = tf.get_variable("w", [2, 1])
    b = tf.get_variable("b", [1])
    mean = tf.get_variable("mean", initializer=tf.zeros([2]), trainable=False)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver({v.op.name + "/ExponentialMovingAverage": v for v in (w, b)}).restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="computed outside of TensorFlow")
def reads_the_file(prefix, x):
    w, b = (tf.train.load_variable(prefix, f"{name}/ExponentialMovingAverage") for name in "wb")
    return (x - tf.train.load_variable(prefix, "mean")) @ w + b


@predict_averaged.wrong_attempt(says="the rows of `x` come first")
def multiplies_the_other_way_round(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(w, x - mean) + b)


@predict_averaged.wrong_attempt(says="A Saver wants the mapping")
def passes_the_averages_themselves(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9))
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b)


@predict_averaged.wrong_attempt(says="`.tolist()`, `str` and the like")
def returns_a_list(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x - mean, w) + b).tolist()


@predict_averaged.right_attempt
def writes_the_mapping_by_hand(prefix, x):
    offset, weights, bias = (tf.get_variable(name, shape) for name, shape in (("m", [2]), ("k", [2, 1]), ("c", [1])))
    end = "/ExponentialMovingAverage"
    with tf.Session() as sess:
        tf.train.Saver({"mean": offset, "w" + end: weights, "b" + end: bias}).restore(sess, prefix)
        offset, weights, bias = sess.run([offset, weights, bias])
    return np.matmul(x - offset, weights) + bias


@predict_averaged.right_attempt
def restores_the_averages_as_they_are(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    average = tf.train.ExponentialMovingAverage(0.5)
    average.apply([w, b])
    output = tf.matmul(x - mean, average.average(w)) + average.average(b)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return output.eval()


@predict_averaged.right_attempt
def gives_them_other_initializers(prefix, x):
    w, b = tf.get_variable("w", [2, 1]), tf.get_variable("b", [1])
    mean = tf.get_variable("mean", [2], trainable=False)
    names = tf.train.ExponentialMovingAverage(0.99).variables_to_restore()
    tf.train.init_from_checkpoint(prefix, names)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(tf.matmul(x - mean, w) + b)

"""Exercises of lesson 11a: the cause of a missing key, and two cures for what does not match."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same


def saved(values, prefix):
    """Saves ``{name: array}`` as a checkpoint and leaves an empty default graph.

    The latest checkpoint of the folder is another one, which has nothing but ``other``.
    """
    Path(prefix).parent.mkdir(exist_ok=True)
    tf.reset_default_graph()
    variables = [tf.get_variable(name, initializer=tf.constant(value)) for name, value in values.items()]
    other = tf.get_variable("other", initializer=0)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(variables).save(sess, prefix, write_meta_graph=False)
        tf.train.Saver([other]).save(sess, f"{prefix}-later", write_meta_graph=False)
    tf.reset_default_graph()


# Two lists of names, in no order, and keys that are in neither.
KEYS = [
    (
        [
            "dense/kernel",
            "conv_2/kernel",
            "conv_2d/kernel",
            "kernel",
            "dense/bias",
            "dense/kernel/Adam",
            "global_step",
            "net/cell/kernel",
        ],
        {
            "tensor name": ["dense/bias:0", "global_step:0", "dense/kernel:1", "dense/bias/Adam:0", "dense/bias:12"],
            "optimizer": [
                "beta1_power",
                "train/beta2_power",
                "beta1_power_1",
                "dense/bias/Adam",
                "dense/kernel/Adam_1",
                "dense/bias/Adam_10",
                "dense/bias/Momentum",
                "dense/bias/Adagrad",
                "dense/kernel/RMSProp",
                "net/cell/kernel/RMSProp_1",
                "dense/bias:0/Adam",
            ],
            "average": ["dense/kernel/ExponentialMovingAverage"],
            "built twice": [
                "dense/bias_1",
                "dense_1/kernel",
                "dense_2/bias",
                "dense_12/kernel",
                "global_step_1",
                "net_1/cell/kernel",
                "net/cell_1/kernel",
                "conv_2/kernel_1",
                "conv_2d_1/kernel",
            ],
            "scope": ["net/dense/bias", "bias", "cell/kernel", "teacher/net/dense/bias", "Adam/dense/bias"],
            "new": [
                "head/bias",
                "pool_1/bias",
                "lobal_step",
                "my_global_step",
                "conv/bias",
                "conv_3/bias",
                "dense1/bias",
                "my_Adam",
                "dense/my_Adam",
                "dense/Adam_rate",
                "dense/momentum",
                "motor_power",
                "dense/kernel_old",
                "dense/my_ExponentialMovingAverage",
                "dense/ExponentialMovingAverage_1",
                "dense/ExponentialMovingAverage/rate",
                "7",
            ],
        },
    ),
    (
        [
            "global_step",
            "tower/net/gate",
            "hidden/bias",
            "hidden/kernel",
            "output_1/kernel",
            "output_1/bias",
            "lstmx/bias",
        ],
        {
            "tensor name": ["hidden/bias:0"],
            "optimizer": ["hidden/bias/Momentum", "output_1/bias/Adam_1"],
            "average": ["output_1/bias/ExponentialMovingAverage"],
            "built twice": ["output_1_1/bias", "output_1/bias_1", "hidden_1/kernel"],
            "scope": ["bias", "tower/output_1/bias", "gate", "net/gate", "a/b/hidden/bias"],
            "new": [
                "hidden/net/bias",
                "net/hidden/kernel/part",
                "tower/gate",
                "dense/bias_1",
                "output/bias",
                "lstm_2x/bias",
                "hidden_2x/bias",
                "output_2/kernel_2",
                "net/dense/bias",
            ],
        },
    ),
]
CAUSES = list(KEYS[0][1])


@exercise(
    hints=[
        "Which causes show in the end of the key alone, and for which do you have to look into `names`?",
        '`parts = key.split("/")`. Look at the ends first: a colon and a number, then the last part. A function that '
        "takes `_1`, `_2`, … off a part serves twice: for `Adam_1`, and for the parts of a model that was built twice.",
        '`head, _, number = part.rpartition("_")`, and `number.isdecimal()` says whether it is one. For "built twice", '
        'change one part at a time, put the parts together again, and look into `names`. For "scope": does the key '
        'end in `"/" + name`, or the name in `"/" + key`, for any of `names`?',
    ],
)
def cause_of(key, names):
    """Return the likely cause for a key that a checkpoint with these names does not have:
    the first of these that holds.

    "tensor name": the key ends in a colon and a number;
    "optimizer": its last part is beta1_power, beta2_power, Adam, RMSProp, Momentum or
        Adagrad, with or without a _1, _2, … after it;
    "average": its last part is ExponentialMovingAverage;
    "built twice": without the _1, _2, … of one of its parts it is one of names;
    "scope": it is one of names with scopes added in front, or taken away;
    "new": none of these.
    """

    def plain(part):
        head, _, number = part.rpartition("_")
        return head if number.isdecimal() else part

    parts = key.split("/")
    if ":" in key and key.split(":")[-1].isdecimal():
        return "tensor name"
    # Before "built twice": Adam_1 is Adam's second slot for a variable, not a second Adam.
    if plain(parts[-1]) in ("beta1_power", "beta2_power", "Adam", "RMSProp", "Momentum", "Adagrad"):
        return "optimizer"
    if parts[-1] == "ExponentialMovingAverage":
        return "average"
    for place, part in enumerate(parts):  # one part at a time: conv_2 may be the layer's own name
        if "/".join([*parts[:place], plain(part), *parts[place + 1 :]]) in names:
            return "built twice"
    # With the slash, whole scopes were added or taken away, and not just a few letters.
    if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names):
        return "scope"
    return "new"


@cause_of.examiner
def _(attempt):
    for names, keys_by_cause in KEYS:
        for cause, keys in keys_by_cause.items():
            for key in keys:
                given = list(names)
                answer = attempt(key, given)
                if answer != cause:
                    raise NotYet(
                        seen=f"For `{key}` the function returned `{answer!r}`.",
                        expected=f'`"{cause}"`. The checkpoint has `{"`, `".join(names)}`.',
                        because=why_another_cause(key, answer, cause),
                    )
                if given != names:
                    raise NotYet(
                        seen=f"After the call for `{key}`, `names` has {len(given)} of its {len(names)} names, in the "
                        f"order {given}.",
                        expected="The list that was passed, as it was: the caller asks about the next key with it.",
                        because="`pop` and `remove` change the caller's list. Loop over it, or make a copy: "
                        "`list(names)`."
                        if len(given) < len(names)
                        else "`sort` and `reverse` work on the caller's list. `sorted(names)` makes a new one.",
                    )
    return "For five of the six causes, the key and the names in the checkpoint say which one is likely."


def why_no_optimizer(key, answer):
    if answer == "built twice":
        return "`Adam_1` is Adam's second slot for a variable. Look for an optimizer before you look for `_1`."
    if "/" in key and "_power" in key:
        return "An optimizer's variables may be in a scope, too. Look at the last part of the key."
    return "This ending is one of those in the description, perhaps with a number after it."


def why_another_cause(key, answer, cause):
    if answer not in CAUSES:
        return "The answer has to be one of the six strings, handed back with `return`."
    if cause == "tensor name":
        return "What follows the colon is the number of one of the operation's outputs. It need not be 0."
    if answer == "tensor name":
        return "The colon and its number count only at the very end of the key."
    if cause == "optimizer":
        return why_no_optimizer(key, answer)
    if answer in ("optimizer", "average"):
        return "The whole last part has to be the name that the description gives, not a piece of it or a scope."
    if cause == "built twice" and answer == "scope" and key != "dense_12/kernel":
        return (
            "It is one of `names` without its number, and without its first scope, too. Ask for the number first, at "
            "the end of each part: the first cause that holds is the answer."
        )
    if key == "conv_2/kernel_1":
        return (
            "Taking the numbers off all parts at once hides it. `conv_2` is the layer's own name here: `kernel` was "
            "made a second time."
        )
    if key == "dense_12/kernel":
        return "The number at the end of a part may have several digits."
    if cause == "built twice":
        return (
            "Without the number at the end of one of its parts this key is one of `names`. Look at each part: a layer "
            "that was built twice has its number in the middle."
        )
    if key in ("hidden_2x/bias", "lstm_2x/bias") and answer == "built twice":
        number = key.removesuffix("x/bias")
        return f"The number has to be the end of the part. After `{number}` another letter follows: it is another name."
    if key == "dense1/bias" and answer == "built twice":
        return "TensorFlow puts `_` before the number. `dense1` is a name that somebody has written, of another layer."
    if answer == "built twice":
        return (
            "A number alone is no proof: a second layer is called `pool_1` as well. What is the key without the "
            "number, and is that one of `names`?"
        )
    if cause == "scope" and answer == "new":
        return (
            "One scope or several may have been added in front, or taken away. Compare the end of the longer name, "
            "from a slash on, with the whole shorter one."
        )
    if answer == "scope" and key in ("hidden/net/bias", "net/hidden/kernel/part", "tower/gate"):
        return (
            "Scopes are added in front, or taken away there. Here the parts of a name stand apart, or others follow "
            "them: it is not the end of the other name."
        )
    if answer == "scope" and key in ("head/bias", "pool_1/bias", "conv/bias", "conv_3/bias", "dense/bias_1"):
        return (
            "The last part alone proves nothing: each layer has a `bias`. The whole shorter name has to be the end of "
            "the longer one."
        )
    if answer == "scope":
        return "A few letters more or less do not make a scope. A scope ends in a slash."
    return "Compare the key with each of the six descriptions, in their order."


@cause_of.wrong_attempt(says="Look for an optimizer before")
def looks_for_a_number_first(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if re.search(r"_\d+$", key):
        return "built twice"
    if key.split("/")[-1] in ("Adam", "RMSProp", "Momentum", "Adagrad") or key.endswith("_power"):
        return "optimizer"
    return "new"


@cause_of.wrong_attempt(says="has its number in the middle")
def looks_at_the_end_only(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    last = re.sub(r"_\d+$", "", key.split("/")[-1])
    if last in ("Adam", "RMSProp", "Momentum", "Adagrad", "beta1_power", "beta2_power"):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    if re.sub(r"_\d+$", "", key) in names:
        return "built twice"
    return "new"


@cause_of.wrong_attempt(says="may have several digits")
def expects_one_digit(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    last = re.sub(r"_\d+$", "", key.split("/")[-1])
    if last in ("Adam", "RMSProp", "Momentum", "Adagrad", "beta1_power", "beta2_power"):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    if "/".join(re.sub(r"_[0-9]$", "", part) for part in key.split("/")) in names:
        return "built twice"
    return "scope" if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names) else "new"


@cause_of.wrong_attempt(says="After `hidden_2` another letter follows")
def cuts_at_the_first_digit(key, names):
    import re

    parts = key.split("/")
    for place, part in enumerate(parts):
        cut = "/".join([*parts[:place], re.sub(r"_\d.*", "", part), *parts[place + 1 :]])
        if part != "Adam_1" and cause_of.reference(key, names) in ("new", "built twice") and cut in names:
            return "built twice"
    return cause_of.reference(key, names)


@cause_of.wrong_attempt(says="After `lstm_2` another letter follows")
def cuts_a_number_out_anywhere(key, names):
    import re

    answer = cause_of.reference(key, names)
    cut = [key[: number.start()] + key[number.end() :] for number in re.finditer(r"_\d+", key)]
    return "built twice" if answer == "new" and any(each in names for each in cut) else answer


@cause_of.wrong_attempt(says="TensorFlow puts `_` before the number")
def strips_digits(key, names):
    parts = key.split("/")
    cut = ["/".join([*parts[:i], part.rstrip("_0123456789"), *parts[i + 1 :]]) for i, part in enumerate(parts)]
    answer = cause_of.reference(key, names)
    return "built twice" if answer == "new" and any(each in names for each in cut) else answer


@cause_of.wrong_attempt(says="The last part alone proves nothing")
def compares_last_parts(key, names):
    return ends(key, names, lambda: any(name.split("/")[-1] == key.split("/")[-1] for name in names))


@cause_of.wrong_attempt(says="off all parts at once")
def takes_all_numbers_off(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    last = re.sub(r"_\d+$", "", key.split("/")[-1])
    if last in ("Adam", "RMSProp", "Momentum", "Adagrad", "beta1_power", "beta2_power"):
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    if "/".join(re.sub(r"_\d+$", "", part) for part in key.split("/")) in names:
        return "built twice"
    return "scope" if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names) else "new"


@cause_of.wrong_attempt(says="A number alone is no proof")
def does_not_look_into_the_names(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    last = re.sub(r"_\d+$", "", key.split("/")[-1])
    if last in ("Adam", "RMSProp", "Momentum", "Adagrad", "beta1_power", "beta2_power"):
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    if any(re.search(r"_\d+$", part) for part in key.split("/")):
        return "built twice"
    return "scope" if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names) else "new"


@cause_of.wrong_attempt(says="A scope ends in a slash")
def forgets_the_slash(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    parts = key.split("/")
    last = re.sub(r"_\d+$", "", parts[-1])
    if last in ("Adam", "RMSProp", "Momentum", "Adagrad", "beta1_power", "beta2_power"):
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    shorter = ["/".join([*parts[:i], re.sub(r"_\d+$", "", part), *parts[i + 1 :]]) for i, part in enumerate(parts)]
    if any(each in names for each in shorter):
        return "built twice"
    return "scope" if any(key.endswith(name) or name.endswith(key) for name in names) else "new"


def ends(key, names, further):
    """The reference's answer; but where "scope" is in question, what ``further`` says."""
    answer = cause_of.reference(key, names)
    return answer if answer not in ("scope", "new") else "scope" if further() else "new"


@cause_of.wrong_attempt(says="One scope or several may have been added")
def takes_one_scope_away(key, names):
    found = [key.endswith("/" + name) or name.partition("/")[2] == key for name in names]
    return ends(key, names, lambda: any(found))


@cause_of.wrong_attempt(says="Here the parts of a name stand apart")
def compares_parts_without_their_order(key, names):
    def shares():
        return any(set(name.split("/")) <= set(key.split("/")) or name.endswith("/" + key) for name in names)

    return ends(key, names, shares)


@cause_of.wrong_attempt(says="change the caller's list")
def uses_the_names_up(key, names):
    answer = cause_of.reference(key, names)
    while names and answer == "new":
        names.pop()
    return answer


@cause_of.wrong_attempt(says="work on the caller's list")
def sorts_the_names(key, names):
    names.sort()
    return cause_of.reference(key, names)


@cause_of.wrong_attempt(says="may be in a scope, too")
def expects_whole_names(key, names):
    if key.split(":")[-1].isdigit() and ":" in key:
        return "tensor name"
    return "optimizer" if key in ("beta1_power", "beta2_power") or "/Adam" in key else "new"


@cause_of.wrong_attempt(says="It need not be 0")
def knows_the_first_output_only(key, names):
    return "tensor name" if key.endswith(":0") else "new"


@cause_of.wrong_attempt(says="not a piece of it or a scope")
def looks_for_adam_anywhere(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if re.search(r"(_power|Adam|RMSProp|Momentum|Adagrad)(_\d+)?$", key):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    parts = key.split("/")
    shorter = ["/".join([*parts[:i], re.sub(r"_\d+$", "", part), *parts[i + 1 :]]) for i, part in enumerate(parts)]
    if any(each in names for each in shorter):
        return "built twice"
    return "scope" if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names) else "new"


@cause_of.wrong_attempt(says="perhaps with a number after it")
def knows_adam_only(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    return "optimizer" if re.search(r"(^|/)(beta[12]_power|Adam)(_\d+)?$", key) else "new"


@cause_of.wrong_attempt(says="the first cause that holds is the answer")
def asks_for_scopes_first(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    last = key.split("/")[-1]
    if re.fullmatch(r"(beta[12]_power|Adam|RMSProp|Momentum|Adagrad)(_\d+)?", last):
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names):
        return "scope"
    numbers = re.finditer(r"_\d+(?=/|$)", key)
    return "built twice" if any(key[: n.start()] + key[n.end() :] in names for n in numbers) else "new"


@cause_of.right_attempt
def one_expression_for_each(key, names):
    import re

    last = key.split("/")[-1]
    pieces = re.split(r"(_\d+)(?=/|$)", key)  # the numbers stand between the other pieces
    tests = {
        "tensor name": re.search(r":\d+\Z", key),
        "optimizer": re.fullmatch(r"(beta[12]_power|Adam|RMSProp|Momentum|Adagrad)(_\d+)?", last),
        "average": last == "ExponentialMovingAverage",
        "built twice": {"".join(pieces[:i] + pieces[i + 1 :]) for i in range(1, len(pieces), 2)} & set(names),
        "scope": [name for name in names if f"/{key}".endswith(f"/{name}") or f"/{name}".endswith(f"/{key}")],
    }
    return next((cause for cause, holds in tests.items() if holds), "new")


@cause_of.right_attempt
def goes_by_the_names(key, names):
    import os

    head, last = os.path.split(key)
    if last.rpartition(":")[1] and last.rpartition(":")[2].isdigit():
        return "tensor name"
    stem = last.rstrip("0123456789").removesuffix("_") if last[-1].isdigit() and "_" in last else last
    if stem in {"beta1_power", "beta2_power", "Adam", "RMSProp", "Momentum", "Adagrad"}:
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    for name in names:
        pairs = list(zip(key.split("/"), name.split("/"), strict=False))
        odd = [(mine, theirs) for mine, theirs in pairs if mine != theirs]
        if key.count("/") == name.count("/") and len(odd) == 1:
            mine, theirs = odd[0]
            if mine.startswith(theirs + "_") and mine[len(theirs) + 1 :].isdigit():
                return "built twice"
    for name in names:
        longer, shorter = sorted([key.split("/"), name.split("/")], key=len, reverse=True)
        if longer[-len(shorter) :] == shorter:
            return "scope"
    return "new"


@exercise(
    hints=[
        "Of which names does an ordinary Saver ask, and which of them would the average of a variable have?",
        "`averages.average_name(variable)` is the name of a variable's average, such as "
        '`"bias/ExponentialMovingAverage"`. Take it if the checkpoint has it; otherwise, take '
        "`variable.op.name`, the variable's own name.",
        "`saved = {name for name, _ in tf.train.list_variables(prefix)}`. For each `variable` of "
        "`tf.global_variables()`: `mapping[average if average in saved else variable.op.name] = variable`. Then "
        "`tf.train.Saver(mapping)`.",
    ],
    raised={"not found in checkpoint": "A key is in neither form in the file. Look at `tf.train.list_variables`."},
)
def saver_of_averages(averages, prefix):
    """Return a Saver that prefers moving averages: for each global variable it reads the
    average where the checkpoint has one, and the variable's own value where it has none.

    averages is a tf.train.ExponentialMovingAverage, whose name may not be the usual one.
    The default graph is that of a model in use: its variables, trainable and not, and no
    averages beside them.
    """
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    mapping = {}
    for variable in tf.global_variables():
        average = averages.average_name(variable)  # such as "bias/ExponentialMovingAverage"
        # Decided for each variable: a training may have kept averages of a few only.
        mapping[average if average in saved else variable.op.name] = variable
    return tf.train.Saver(mapping)


PLAIN = {
    "net/bias": np.float32([3]),
    "net/scale": np.float32([7, 8]),
    "steps": np.int64(700),
    "weights": np.float32([1, 2]),
    "weights_2": np.float32([4, 5]),
}
NOT_TRAINED = ("net/scale", "steps")
# Averages that nobody asked for: of other averages, whose name ends alike, and of a variable whose name begins alike.
NOT_ASKED_FOR = {"{}/old_{}": np.float32([-1]), "{}/part/{}": np.float32([-2])}


@saver_of_averages.examiner
def _(attempt):
    for name, prefix, averaged in (
        ("ExponentialMovingAverage", "run/all-1", ["net/bias", "weights", "weights_2"]),
        ("ExponentialMovingAverage", "run/second-1", ["weights_2"]),
        ("ExponentialMovingAverage", "run/none-1", []),
        ("ExponentialMovingAverage", str(Path("run.v2/some-1").absolute()), ["weights"]),
        ("ExponentialMovingAverage", "run/scale-1", ["net/scale", "weights"]),
        ("Slow", "run/slow-1", ["net/bias"]),
    ):
        found = {f"{each}/{name}": PLAIN[each] * 10 for each in averaged}
        plain = {each: value for each, value in PLAIN.items() if name != "Slow" or each not in averaged}
        more = {form.format("net/bias", name): value for form, value in NOT_ASKED_FOR.items()}
        saved(plain | found | more, prefix)  # with the name Slow, the averages alone: some programs save nothing else
        variables = {
            each: tf.get_variable(each, initializer=tf.zeros_like(value), trainable=each not in NOT_TRAINED)
            for each, value in PLAIN.items()
        }
        tf.get_variable("seen", initializer=0, trainable=False, collections=["local_variables"])  # and no file has it
        saver = attempt(tf.train.ExponentialMovingAverage(0.99, name=name), prefix)
        if not isinstance(saver, tf.train.Saver):
            raise NotYet(
                seen=f"The function returned an object of type `{type(saver).__name__}`.",
                expected="A `tf.train.Saver`.",
                because="Hand the Saver back with `return`. It is made of the mapping: `tf.train.Saver(mapping)`.",
            )
        if len(tf.global_variables()) != len(variables):
            raise NotYet(
                seen=f"The graph has {len(tf.global_variables())} global variables now. It had {len(variables)}.",
                expected="The model's variables, and no averages beside them.",
                because="`averages.apply(…)` makes variables for the averages, for a training. The Saver needs only "
                "their names: `averages.average_name(variable)`.",
            )
        with tf.Session() as sess:
            restore_averages(saver, sess, prefix, averaged)
            for each, variable in variables.items():
                judge_average(each, variable, f"{each}/{name}", found, sess)
    return "Each variable got its average where the file has one, and its own value elsewhere."


def restore_averages(saver, sess, prefix, averaged):
    try:
        saver.restore(sess, prefix)
    except (tf.errors.OpError, ValueError) as error:
        there = f"a checkpoint with averages of {', '.join(averaged) or 'no variable'}"
        if ":0 not found" in str(error):
            because = "The name in a checkpoint has no `:0`: use `variable.op.name`."
        elif "Key seen" in str(error):
            because = "`seen` is a local variable, which no Saver saves by itself. Only global ones are asked for."
        elif isinstance(error, tf.errors.NotFoundError):
            because = (
                "These averages have another name: `averages.average_name(variable)` says which."
                if prefix == "run/slow-1"
                else "`variables_to_restore` does not look at the file: it gives a name for every average that there "
                "could be. A variable that is not part of the model would be missing, too."
            )
        else:
            because = "The mapping may give a variable the name of another one."
        raise NotYet(
            seen=f"`{type(error).__name__}`, from the restore of {there}.",
            expected="A Saver that asks for names that the checkpoint has, each for its variable.",
            because=because,
        ) from error


def judge_average(name, variable, average, found, sess):
    wanted = found.get(average, PLAIN[name])
    if not sess.run(tf.is_variable_initialized(variable)):
        raise NotYet(
            seen=f"`{name}` has no value after the restore.",
            expected=f"`{wanted.tolist()}`, which the checkpoint has as `{average if average in found else name}`.",
            because="The mapping leaves it out. A variable has an average in the file, or its own value, or both; "
            "trainable or not, it needs one of them.",
        )
    value = sess.run(variable)
    if same(value, wanted):
        return
    if any(same(value, each) for each in NOT_ASKED_FOR.values()):
        because = (
            "That is another average, whose name begins or ends alike. `averages.average_name(variable)` is the whole "
            "name: look for that one."
        )
    elif average not in found:
        because = "Its own value was asked for here: this checkpoint has no average of it."
    elif name in NOT_TRAINED:
        because = (
            "`variables_to_restore()` names the averages of trainable variables, and this one is not trainable. "
            "`averages.average_name(variable)` is the name for any variable."
        )
    elif len(found) > 1:
        because = "The plain values were restored where there are averages."
    else:
        because = "One average is missing in this file, and the others were given up as well. Decide for each variable."
    raise NotYet(
        seen=f"`{name}` is `{value.tolist()}`.",
        expected=f"`{wanted.tolist()}`, which the checkpoint has as `{average if average in found else name}`.",
        because=because,
    )


@saver_of_averages.wrong_attempt(says="does not look at the file")
def asks_for_all_averages(averages, prefix):
    return tf.train.Saver(averages.variables_to_restore())


@saver_of_averages.wrong_attempt(says="The plain values were restored")
def takes_plain_values(averages, prefix):
    return tf.train.Saver()


@saver_of_averages.wrong_attempt(says="The mapping leaves it out")
def drops_what_has_no_average(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    found = {name: v for name, v in averages.variables_to_restore().items() if name in saved}
    return tf.train.Saver(found or None)


@saver_of_averages.wrong_attempt(says="Decide for each variable")
def takes_all_or_none(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    mapping = averages.variables_to_restore()
    return tf.train.Saver(mapping if mapping.keys() <= saved else None)


@saver_of_averages.wrong_attempt(says="is the name for any variable")
def looks_at_trainable_ones(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    mapping = averages.variables_to_restore()
    return tf.train.Saver({name if name in saved else v.op.name: v for name, v in mapping.items()})


@saver_of_averages.wrong_attempt(says="whose name begins or ends alike")
def looks_for_the_ends_of_names(averages, prefix):
    saved = [name for name, _ in tf.train.list_variables(prefix)]
    mapping = {}
    for v in tf.global_variables():
        found = [name for name in saved if name.startswith(v.op.name + "/") and name.endswith(averages.name)]
        mapping[found[0] if found else v.op.name] = v
    return tf.train.Saver(mapping)


@saver_of_averages.wrong_attempt(says="makes variables for the averages")
def makes_the_averages(averages, prefix):
    model = tf.global_variables()
    averages.apply(tf.trainable_variables())
    reader = tf.train.load_checkpoint(prefix)
    names = [f"{each.op.name}/{averages.name}" for each in model]
    return tf.train.Saver(
        {name if reader.has_tensor(name) else each.op.name: each for name, each in zip(names, model, strict=True)}
    )


@saver_of_averages.wrong_attempt(says="which no Saver saves by itself")
def asks_for_local_variables(averages, prefix):
    reader = tf.train.load_checkpoint(prefix)
    mapping = {}
    for variable in tf.global_variables() + tf.local_variables():
        average = averages.average_name(variable)
        mapping[average if reader.has_tensor(average) else variable.op.name] = variable
    return tf.train.Saver(mapping)


@saver_of_averages.wrong_attempt(says="These averages have another name")
def writes_the_usual_name_out(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    usual = "/ExponentialMovingAverage"
    found = [v.op.name + usual if v.op.name + usual in saved else v.op.name for v in tf.global_variables()]
    return tf.train.Saver(dict(zip(found, tf.global_variables(), strict=True)))


@saver_of_averages.wrong_attempt(says="an object of type `dict`")
def returns_the_mapping(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    return {name if name in saved else v.op.name: v for name, v in averages.variables_to_restore().items()}


@saver_of_averages.right_attempt
def asks_for_names_of_all_variables(averages, prefix):
    reader = tf.train.load_checkpoint(prefix)
    mapping = averages.variables_to_restore(tf.global_variables())
    return tf.train.Saver({name if reader.has_tensor(name) else v.op.name: v for name, v in mapping.items()})


@saver_of_averages.right_attempt
def joins_two_mappings(averages, prefix):
    has = dict(tf.train.list_variables(prefix))
    names = {v: averages.average_name(v) for v in tf.global_variables()}
    kept = {name: v for v, name in names.items() if name in has}
    rest = {v.op.name: v for v in tf.global_variables() if names[v] not in has}
    return tf.train.Saver(var_list={**rest, **kept}, max_to_keep=None)


@exercise(
    hints=[
        "A Saver does not convert. Which object reads a value from a checkpoint without a graph?",
        "`tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)` is a NumPy array. `sess.run(variable)` is the "
        "current value, with its further rows.",
        "`value = sess.run(variable).copy()`, then `value[: len(saved)] = saved`, which converts the dtype as well, "
        "then `variable.load(value, sess)`.",
    ],
    raised={
        "Assign requires shapes": "A Saver puts a value only where the shape is the same. Read the value, and put it "
        "in yourself.",
        "Input to reshape": "`reshape=True` rearranges the same elements. It cannot make more of them.",
        "does not equal original dtype": "A Saver does not convert. Read the value, and put it in yourself.",
        "Cannot feed value of shape": "The saved value has fewer rows than the variable. Put it into a value that has "
        "all of them.",
        "incompatible with shape": "The saved value has fewer rows than the variable. Put it into a value that has all "
        "of them.",
        ":0 not found in checkpoint": "The names in the checkpoint have no `:0`: use `variable.op.name`.",
        "read-only": "What `sess.run` returned may not be written to. Make a copy: `.copy()`.",
        "default session": "`sess` is not the default session here. Pass it on: `variable.load(value, sess)`.",
        "No default session": "`sess` is not the default session here. Pass it on: `variable.load(value, sess)`.",
    },
)
def restore_into_larger(sess, variable, prefix):
    """Put the saved value of variable into its first rows in sess. Its further rows stay
    as they are, and so do all other variables. No variable is added.

    The saved value may have fewer rows than variable, another dtype, or both. In sess,
    every variable has a value already.
    """
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()  # the further rows keep what they have in this session
    value[: len(saved)] = saved  # NumPy converts to the dtype of value
    variable.load(value, sess)


@restore_into_larger.examiner
def _(attempt):
    patients = [
        ("embedding", np.float32([[1, 2], [3, 4]]), np.float32([[9, 9], [9, 9], [7, 8]]), "run/old-5"),
        ("net/counts", np.int32([2**24 + 1, 6]), np.int64([0, 1]), "run/int.v1-5"),
        ("net/scores_2", np.float64([0.1234567]), np.float32([0.5, 2.5]), str(Path("far/away-1").absolute())),
        ("ids", np.int32([5]), np.int64([0, 2**60 + 1]), "run/ids-5"),
        ("same", np.float32([[[1], [2]]]), np.float32([[[5], [6]]]), "run/same-5"),
    ]
    for name, old, present, prefix in patients:
        others = {"alone": np.float32([1, 1]), "net/bias": np.float32([4]), "steps": np.int64(40)}
        saved({name: old, **{each: value * 0 for each, value in others.items()}}, prefix)
        for each, value in others.items():
            others[each] = tf.get_variable(each, initializer=value, trainable=each != "steps")
        variable = tf.get_variable(name, initializer=tf.zeros_like(present), trainable=name != "net/counts")
        sess = tf.Session()  # not the default one: the attempt was given it
        sess.run(tf.global_variables_initializer())
        variable.load(present, sess)  # what training has made of it: another value than the initializer's
        others["alone"].load([2.5, 3.5], sess)
        before = sess.run(others)
        known = tf.global_variables()
        attempt(sess, variable, prefix)
        if added := tf.global_variables()[len(known) :]:
            raise NotYet(
                seen=f"The graph has a variable more, `{added[0].op.name}`.",
                expected="The variables that it had.",
                because="A Saver that is made later takes in all variables, and asks each checkpoint for this one as "
                "well. An array, or a graph apart, holds the saved value without adding a variable here.",
            )
        judge_rows(name, sess.run(variable), old, present)
        for each, value in sess.run(others).items():
            if not same(value, before[each]):
                raise NotYet(
                    seen=f"Another variable, `{each}`, was `{before[each].tolist()}`, and is `{value.tolist()}` now.",
                    expected="Only the variable that was asked for changes.",
                    because="An initializer was run, or more was restored than this one variable.",
                )
        sess.close()
    return "The saved rows are in their place, converted where needed, and nothing else in the session has changed."


def judge_rows(name, value, old, present):
    expected = np.concatenate([old.astype(present.dtype), present[len(old) :]])
    if same(value, expected):
        return
    raise NotYet(
        seen=f"`{name}` is `{value.tolist()}`. It was `{present.tolist()}`, and `{old.tolist()}` was saved.",
        expected=f"`{expected.tolist()}`: the saved rows first, then those that it had.",
        because="The variable is as it was. The saved value has to be put into it, also where only the dtype differs, "
        "and an operation that assigns has to be run."
        if same(value, present)
        else "The numbers are nearly right: on its way, a value was rounded, or went through a dtype that does not "
        "hold all its digits."
        if np.allclose(value, expected, atol=0.01)
        else "The further rows lost the values that they had in this session."
        if same(value[: len(old)], expected[: len(old)])
        else "The saved rows belong at the top, in their order, and converted to no other dtype than the variable's.",
    )


@restore_into_larger.wrong_attempt(says="A Saver puts a value only where the shape is the same")
def restores_as_ever(sess, variable, prefix):
    tf.train.Saver([variable]).restore(sess, prefix)


@restore_into_larger.wrong_attempt(says="16777216")
def goes_through_float32(sess, variable, prefix):
    value = sess.run(variable).astype(np.float32)
    saved = tf.train.load_variable(prefix, variable.op.name)
    value[: len(saved)] = saved
    variable.load(value, sess)


@restore_into_larger.wrong_attempt(says="1152921504606846976")
def goes_through_float64(sess, variable, prefix):
    value = sess.run(variable).astype(float)
    saved = tf.train.load_variable(prefix, variable.op.name)
    value[: len(saved)] = saved
    variable.load(value.astype(variable.dtype.base_dtype.as_numpy_dtype), sess)


@restore_into_larger.wrong_attempt(says="The graph has a variable more")
def makes_a_variable_of_the_saved_value(sess, variable, prefix):
    saved = tf.train.load_variable(prefix, variable.op.name)
    old = tf.get_variable(variable.op.name + "_saved", initializer=saved)
    sess.run(old.initializer)
    sess.run(variable[: len(saved)].assign(tf.cast(old, variable.dtype)))


@restore_into_larger.wrong_attempt(says="`[0.11999")
def rounds(sess, variable, prefix):
    value = sess.run(variable).copy()
    saved = np.round(tf.train.load_variable(prefix, variable.op.name), 2)
    value[: len(saved)] = saved
    variable.load(value, sess)


@restore_into_larger.wrong_attempt(says="It cannot make more of them")
def trusts_reshape(sess, variable, prefix):
    tf.train.Saver([variable], reshape=True).restore(sess, prefix)


@restore_into_larger.wrong_attempt(says="has to be run")
def forgets_to_run(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()
    value[: len(saved)] = saved
    variable.assign(value)


@restore_into_larger.wrong_attempt(says="lost the values that they had")
def fills_up_with_zeros(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = np.zeros(variable.shape.as_list(), variable.dtype.base_dtype.as_numpy_dtype)
    value[: len(saved)] = saved
    variable.load(value, sess)


@restore_into_larger.wrong_attempt(says="Put it into a value that has all of them")
def loads_the_small_value(sess, variable, prefix):
    variable.load(tf.train.load_checkpoint(prefix).get_tensor(variable.op.name), sess)


@restore_into_larger.wrong_attempt(says="An initializer was run, or more was restored")
def initializes_first(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()
    sess.run(tf.global_variables_initializer())
    value[: len(saved)] = saved
    variable.load(value, sess)


@restore_into_larger.wrong_attempt(says="is not the default session here")
def forgets_the_session(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()
    value[: len(saved)] = saved
    variable.load(value)


@restore_into_larger.right_attempt
def assigns_a_slice(sess, variable, prefix):
    saved = tf.train.load_variable(prefix, variable.op.name)
    dtype = variable.dtype.base_dtype.as_numpy_dtype
    sess.run(variable[: saved.shape[0]].assign(saved.astype(dtype)))


@restore_into_larger.right_attempt
def restores_in_a_graph_apart(sess, variable, prefix):
    shape, dtype = [
        (entry, tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()[name])
        for name, entry in tf.train.list_variables(prefix)
        if name == variable.op.name
    ][0]
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as other:
        small = tf.get_variable(variable.op.name, shape, dtype)
        tf.train.Saver().restore(other, prefix)
        saved = other.run(small)
    with sess.graph.as_default():
        rest = variable[shape[0] :]
        whole = tf.concat([tf.cast(tf.constant(saved), rest.dtype), rest], axis=0)
        sess.run(tf.assign(variable, whole))

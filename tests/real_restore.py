"""Restores for real, in a process of its own: what a verdict of ``diff`` is held against.

    python tests/real_restore.py JOBS

JOBS is a JSON file: a list of ``[prefix, meta, code]``. For each, a line of JSON is printed: what importing the graph,
a plain Saver, the graph's own and the code raised (empty if nothing), and which values are not those of the file.
"""

import json
import sys

import numpy as np
import tensorflow.compat.v1 as tf


def raised(action):
    try:
        action()
    except Exception as error:  # whatever it is, it is what is asked for
        return f"{type(error).__name__}: {error}"[:5000]
    return ""


def plainly(prefix, meta):
    """What an import, a plain Saver and the graph's own raised, and the variables whose values are not the file's.

    And at last those to which the two Savers give different values.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        savers = []
        stopped = raised(lambda: savers.append(tf.train.import_meta_graph(meta)))
        if stopped:
            return stopped, stopped, stopped, [], []

        def now():
            return {variable.op.name: sess.run(variable) for variable in tf.global_variables()}

        of_own = {}
        own = raised(lambda: savers[0].restore(sess, prefix))
        raised(lambda: of_own.update(now()))  # which fails where it leaves a variable without a value
        stopped = raised(lambda: tf.train.Saver().restore(sess, prefix))
        if stopped:
            return "", stopped, own, [], []
        reader, other = tf.train.NewCheckpointReader(prefix), []
        for variable in tf.global_variables():
            if reader.has_tensor(variable.op.name):
                same = np.array_equal(sess.run(variable), reader.get_tensor(variable.op.name))
                other += [] if same else [variable.op.name]
        apart = [name for name, values in of_own.items() if not np.array_equal(values, now()[name])]
        return "", "", own, other, apart


def pasted(prefix, meta, code):
    """What running the code, and a restore with what it makes, raised."""
    with tf.Graph().as_default(), tf.Session() as sess:

        def run():
            if "import_meta_graph" not in code:
                tf.train.import_meta_graph(meta)
            made = {"tf": tf}
            exec(code, made)
            sess.run(tf.global_variables_initializer())
            if "restore" in made:
                made["restore"](sess, prefix)
            else:
                made["saver"].restore(sess, prefix)

        return raised(run)


if __name__ == "__main__":
    tf.disable_v2_behavior()
    tf.logging.set_verbosity("FATAL")
    with open(sys.argv[1], encoding="utf-8") as file:
        jobs = json.load(file)
    for prefix, meta, code in jobs:
        answer = dict(zip(("import", "plain", "own", "other", "apart"), plainly(prefix, meta), strict=True))
        answer["code"] = pasted(prefix, meta, code) if code else ""
        print(json.dumps(answer), flush=True)

"""What often goes wrong in an attempt, whatever the exercise: a piece of the error's message, and the likely cause."""

NO_VALUE = (
    "What belongs to a graph has no value while the function builds it, so `.numpy()`, `if` and the like find nothing. "
    "The value comes when the graph is run: in TensorFlow 1, `sess.run(...)` fetches it."
)
NO_PARENTHESES = "Parentheses are missing in the `with` line: what stands there has to be called."
OFTEN = {
    "Attempting to use uninitialized value": "A variable was read before a session ran its initializer.",
    "already exists, disallowed": "The same graph got two variables of one name. Each name once, or a graph of its own "
    "for each.",
    "Attempted to use a closed Session": "The session was closed: its `with` block had ended, or `sess.close()` was "
    "called. Do everything that needs it before that.",
    "not re-entrant": "`with sess:` is for whoever opened the session, and closes it at the end. Use `sess` as it is.",
    "No default session": "There is no default session here: it is the one of a `with tf.Session() as sess:` block. "
    "Use `sess.run(...)`, or pass the session: `.eval(session=sess)`, `.run(session=sess)`.",
    "Argument `target` must be a string": "The first argument of `tf.Session` is an address. The graph is passed by "
    "name: `tf.Session(graph=graph)`.",
    "'InteractiveSession' object does not support": "A `tf.InteractiveSession` cannot be used in a `with`. A "
    "`tf.Session` can.",
    "The Session graph is empty": "The session was made for another graph than the one with your variables.",
    "No variables to save": "The Saver was made before the variables, or nothing made one: `tf.constant` does not. "
    "A Saver looks at the graph once, when it is made.",
    "Not a variable: Tensor": "A Saver takes the variables themselves: no constants, no placeholders, no names.",
    "positional argument: 'save_path'": "`save` and `restore` want two things: the session, then the prefix. And they "
    "are called on a Saver that was made, with parentheses: `saver = tf.train.Saver()`.",
    "Can't load save_path when it is None": "`tf.train.latest_checkpoint` returned `None`: it wants a folder, and "
    "found no list of checkpoints there.",
    "Parent directory of": "`saver.save` did not write. It makes the last folder of a prefix, and none above it. Or "
    "the prefix has no folder and the session no values: this message hides that.",
    "is not an element of this graph": "Something of another graph was passed to the session.",
    "clear nested graphs": "`tf.reset_default_graph()` cannot run while a `with` block of a graph or a session is "
    "open, even if it is the caller's.",
    "'RefVariable' object has no attribute 'numpy'": NO_VALUE,
    "numpy() is only available": NO_VALUE,
    "symbolic `tf.Tensor`": NO_VALUE,
    "'SymbolicTensor' object": NO_VALUE,
    "module 'tensorflow' has no attribute": "`tensorflow` is TensorFlow 2. The names of TensorFlow 1 stand in "
    "`tensorflow.compat.v1`, which lessons of TensorFlow 1 call `tf`; your function has that `tf` without an `import` "
    "of its own.",
    "to a TensorFlow DType": "Something else stands where a dtype belongs: that is the second argument of "
    "`tf.constant` and the third of `tf.get_variable`. Say `shape=` and `initializer=` by name.",
    "Can not convert a function into": "A function was passed where its result belongs: call it, with `()`.",
    "'method' object does not support the context": NO_PARENTHESES,
    "'type' object does not support the context": NO_PARENTHESES,
    "cannot access local variable": "The function assigns this name somewhere, so the name is its own throughout, and "
    "here it has no value yet. A string needs quotes; a name from outside must not be assigned or imported inside.",
    "'int' object is not iterable": "You cannot loop over a number. To repeat something, loop over `range(number)`.",
    "unhashable type: 'numpy.ndarray'": "An array stands where a key belongs. In `feed_dict`, the placeholder comes "
    "first, and the array after the colon.",
}

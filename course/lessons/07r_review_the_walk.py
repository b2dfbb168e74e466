"""The review of Part 1: causes and files."""

from course.practice import exercise
from course.practice.cases import Case, judge

CAUSES = [
    Case(
        "`NotFoundError: … Key A_1 not found in checkpoint`. The graph has the variables `A` and `A_1`.",
        "the graph was built twice, without a reset",
        {
            "a variable was lost when the checkpoint was saved": "A save writes every variable that its Saver covers, or "
            "fails. And when was there ever a variable called `A_1`?",
            "the Saver was made before the variable `A_1`": "Then the Saver would not cover `A_1`, and would not ask the "
            "checkpoint for it. No error comes from a variable that is left out.",
        },
    ),
    Case(
        "`RuntimeError: The Session graph is empty. Add operations to the graph before calling run().` It comes from "
        "`saver.restore`, in a program that has just reset the default graph.",
        "nothing was built in the session's graph",
        {
            "the checkpoint is empty": "The message speaks of the session's *graph*. Nothing was read from the checkpoint: "
            "an operation reads it, and there is none.",
            "the initializer was not run before the restore": "A restore does not need it. And `Attempting to use "
            "uninitialized value` takes a graph that has a variable.",
        },
    ),
    Case(
        "`ValueError: The passed save_path is not a valid checkpoint: run/pair`. In the folder there are "
        "`pair-50.index`, `pair-50.data-00000-of-00001` and `pair-50.meta`.",
        "the step is missing: the prefix is `run/pair-50`",
        {
            "the graph has other variables than the checkpoint": "Names are compared once the file is open. The message "
            "would be `Key … not found in checkpoint`.",
            "the values in the checkpoint are damaged": "No value was read. TensorFlow looked for a file "
            "`run/pair.index`, and found none.",
        },
    ),
    Case(
        "`InvalidArgumentError: … Assign requires shapes of both tensors to match. lhs shape= [3] rhs shape= [2]`",
        "the variable has 3 elements in the graph, and 2 in the checkpoint",
        {
            "the variable has 3 elements in the checkpoint, and 2 in the graph": "*lhs* is the left-hand side of the "
            "assignment: what is assigned to. That is the variable in the graph.",
            "the variables were made in another order than when they were saved": "A Saver finds variables by their names; "
            "the order in which they were made does not matter.",
        },
    ),
    Case(
        "After `saver.restore` and one more line, `a` has the value that it had at the start. There was no error.",
        "the line runs the initializer again",
        {
            "the checkpoint has no `A`": "Then the restore would have raised `Key A not found in checkpoint`.",
            "the initializer was not run before the restore": "A restore gives a value to each variable that the Saver "
            "covers, whether it had one or not.",
        },
    ),
    Case(
        "After a restore without an error: `FailedPreconditionError: … Attempting to use uninitialized value B`",
        "the Saver does not cover `B`",
        {
            "the checkpoint has no `B`": "A Saver that covers `B` would have asked for it, and raised `Key B not found in "
            "checkpoint`. This restore raised nothing.",
            "the session was closed after the restore": "That is `RuntimeError: Attempted to use a closed Session.`",
        },
        more="It was made before `B`, or with a list without it.",
    ),
]

FILES = [
    Case(
        "The code that built the graph is lost. Which file has the graph?",
        "`.meta`",
        {
            "`.index`": "It says which variables there are, of which shape and dtype, and where their values begin. It "
            "knows no operation.",
            "`checkpoint`": "That is a short text: the prefixes of the checkpoints in the folder, the latest one first.",
        },
    ),
    Case(
        "`tf.train.latest_checkpoint(folder)` returns `None`, although the `.data`, `.index` and `.meta` of a "
        "checkpoint are in the folder. Which file is missing?",
        "`checkpoint`",
        {
            "`graph.pbtxt`": "Some programs write the graph as text beside their checkpoints. `latest_checkpoint` does not "
            "look at it.",
            "none: it looks for the newest date": "It does not look at dates. It reads a list, and the list is a file.",
        },
    ),
    Case(
        "`tf.train.list_variables(prefix)` lists names and shapes, and a restore fails: `… No such file or directory`. "
        "Which file is missing?",
        "`.data-00000-of-00001`",
        {
            "`.index`": "Names and shapes were read from it, so it is there.",
            "`.meta`": "A restore into a graph that was built does not read it.",
        },
    ),
    Case(
        "`.data` and `.meta` are there, and `saver.restore(sess, prefix)` says: `The passed save_path is not a valid "
        "checkpoint`. Which file is missing?",
        "`.index`",
        {
            "`checkpoint`": "A prefix that you pass yourself needs no list.",
            "none: the graph is another one": "The graph is compared with the checkpoint later, key by key.",
        },
    ),
    Case(
        "`tf.train.import_meta_graph(prefix)` says: `OSError: File does not exist. Received: run/pair.` What should it "
        "have been given?",
        "`run/pair.meta`",
        {
            "`run/pair.index`": "It has no graph in it.",
            "`run`, the folder": "A folder may have many checkpoints, each with a graph.",
        },
    ),
]


@exercise(
    hints=[
        "Which line of the program raised it, and what had to be there for that line to run at all?",
        "For each choice, ask which message *it* would give: lessons 04 to 06 have them under *When it goes wrong*.",
        "Two of the six cases raise nothing where the mistake is. What did the Saver cover, and what came after it?",
    ],
)
def causes_in_the_walk():
    """Return the letter of the cause in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: only a second build gives a variable the name `A_1`.
    # 2: the message speaks of the graph, and the Saver had found its files.
    # 3: a prefix ends where `.index` begins. 4: left is the graph, right the file.
    # 5: whatever runs last gives the value. 6: a Saver asks for what it covers.
    return {1: "b", 2: "a", 3: "b", 4: "b", 5: "c", 6: "b"}


@causes_in_the_walk.examiner
def _(attempt):
    return judge(CAUSES, attempt())


@causes_in_the_walk.wrong_attempt(says="**6a.** A Saver that covers `B` would have asked for it")
def blames_the_file():
    return {1: "b", 2: "a", 3: "b", 4: "b", 5: "c", 6: "a"}


@causes_in_the_walk.wrong_attempt(says="*lhs* is the left-hand side")
def takes_left_for_the_file():
    return {1: "b", 2: "a", 3: "b", 4: "a", 5: "c", 6: "b"}


@causes_in_the_walk.wrong_attempt(says="The answer has another form")
def gives_a_list():
    return ["b", "a", "b", "b", "c", "b"]


@causes_in_the_walk.wrong_attempt(says="The other cases are still to come")
def stops_after_the_first():
    return {1: "b"}


@causes_in_the_walk.right_attempt
def in_capitals():
    return dict(enumerate("BABBCB", 1))


@exercise(
    hints=[
        "Four files lie in the folder after a save. What does each of them hold?",
        "Lesson 03 opens all four; lesson 04 says which of them a restore reads.",
        "`.index` has names and places, `.data` the values, `.meta` the graph, `checkpoint` the latest prefix.",
    ],
)
def files_in_the_walk():
    """Return the letter of the file in each case, a dict such as {1: "b", 2: "a"}."""
    # The graph is in `.meta`, the list in `checkpoint`, names and places in
    # `.index`, the values in `.data`.
    return {1: "b", 2: "a", 3: "a", 4: "a", 5: "b"}


@files_in_the_walk.examiner
def _(attempt):
    return judge(FILES, attempt())


@files_in_the_walk.wrong_attempt(says="It knows no operation")
def takes_the_index_for_the_graph():
    return {1: "a", 2: "a", 3: "a", 4: "a", 5: "b"}


@files_in_the_walk.wrong_attempt(says="needs no list")
def needs_the_list():
    return {1: "b", 2: "a", 3: "a", 4: "b", 5: "b"}


@files_in_the_walk.wrong_attempt(says="does not read it")
def needs_the_graph_for_a_restore():
    return {1: "b", 2: "a", 3: "c", 4: "a", 5: "b"}

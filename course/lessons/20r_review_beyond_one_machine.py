"""The review of Part 5: causes and numbers."""

from course.practice import exercise
from course.practice.cases import Case, judge

CAUSES = [
    Case(
        "The first `run` of a session on a cluster does not return, and nothing is printed.",
        "a task is not up",
        {
            "the checkpoint lacks a shard": "A file that is missing is an error at once: `No such file or directory`.",
            "a task was restarted": "Then it would answer, and a session that is older than the task raises an error.",
        },
        more="The session waits for it.",
    ),
    Case(
        "`tf.train.checkpoint_exists(prefix)` is `True`, and the restore ends with `model.data-00002-of-00003; No such file "
        "or directory`, and a guess about variable names.",
        "a shard is lost, and the index is there",
        {
            "a name in the graph is not in the checkpoint": "That is the guess in front. What happened stands in the last "
            "line, and names a file.",
            "three servers saved it, and fewer restore it": "A restore asks for names and rows. Each server reads from "
            "whatever files they are in.",
        },
        more="`checkpoint_exists` looks for the index.",
    ),
    Case(
        "`AbortedError: … was probably restarted`",
        "the session is older than the task",
        {
            "the task's values are damaged": "A task that starts anew has no values at all.",
            "the task has another port than before": "The session reached something at the address. It was not what it had "
            "spoken to.",
        },
        more="Open a new one, and restore all variables.",
    ),
    Case(
        "A save with `enable_async=True` returns, and the next line, which reads the file, says `Failed to find any "
        "matching files`. A second later, that line works.",
        "the writing is still going on",
        {
            "an asynchronous save writes elsewhere": "It writes to the same name. When?",
            "the save failed": "Then there would be no file a second later.",
        },
        more="`sync()` waits for it.",
    ),
    Case(
        "All values of a training with Adam were halved to `float16`, to save space. It resumes, and the loss jumps.",
        "Adam's means of squares became 0",
        {
            "the weights became too large for `float16`, so infinite": "Then the loss would not jump, but be infinite or NaN. "
            "Which numbers of a training are very small?",
            "the count of steps was rounded": "`float16` has all whole numbers up to 2048, and a small error in the count "
            "changes little. Something else is divided by.",
        },
    ),
    Case(
        "A training on many machines comes to the same steps again and again, and never further.",
        "it fails more often than it saves",
        {
            "half of the time goes into saves": "Then it would go on, half as fast: each save that ends is kept.",
            "the restore takes the best checkpoint": "Then it would get further whenever the loss gets better.",
        },
    ),
    Case(
        "Under `MultiWorkerMirroredStrategy`, `write` on the chief does not return. With the same program, but without a "
        "metric in the checkpoint, it did.",
        "the others do not call `write`",
        {
            "a worker is gone": "Then an `UnavailableError` would come, after ten seconds or so.",
            "the workers write to one prefix": "Then they would overwrite and delete each other's files. None would wait.",
        },
        more="The metric is added up to be saved, and all have to take part in that.",
    ),
]

NUMBERS = [
    Case(
        "A save takes 1 minute, and a failure comes once in 24 hours, on average. How often should be saved?",
        "about every 54 minutes",
        {
            "about every 7 minutes": "`sqrt(2 * 60 * 1440)` mixes seconds and minutes.",
            "about every 12 hours": "A failure would cost six hours of work on average, to spare 25 minutes of saving a day.",
        },
    ),
    Case(
        "The same training moves to four times as many machines.",
        "the interval is half as long",
        {
            "the interval is a quarter as long": "The mean time between failures is a quarter. The interval goes with its "
            "square root.",
            "the interval stays as it is": "Four times as many machines fail four times as often.",
        },
    ),
    Case(
        "By mistake, it saves half as often as would be best. What is lost by saves and failures together becomes",
        "a quarter more",
        {
            "four times as much": "Half as many saves cost half; a failure costs twice as much. Add the two.",
            "twice as much": "The failures cost twice as much, but the saves cost half.",
        },
    ),
    Case(
        "Two processes each have one half of a checkpoint on a disk of their own. A Saver of all variables has to restore "
        "it.",
        "copy both to one place, and merge them",
        {
            "restore from each half in turn": "The Saver asks for all variables, and each half lacks some.",
            "rename one of them to `-00001-of-00002`": "The number in a name does not make an index.",
        },
    ),
]


@exercise(
    hints=[
        "Is something missing, late, or older than something else?",
        "What happened stands in the last line of a message. What stands before it is a guess.",
        "19a has cases 1 to 3, 20a has 4 and 5, 20b has 6, 19b has 7.",
    ],
)
def causes_beyond_one_machine():
    """Return the letter of the cause in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: a session waits for all tasks. 2: the index is there, a file is not.
    # 3: the task is younger than the session. 4: it is too early. 5: 1e-9 is 0 in
    # `float16`. 6: no save is reached between two failures. 7: the chief waits.
    return {1: "a", 2: "b", 3: "a", 4: "c", 5: "a", 6: "b", 7: "b"}


@causes_beyond_one_machine.examiner
def _(attempt):
    return judge(CAUSES, attempt())


@causes_beyond_one_machine.wrong_attempt(says="That is the guess in front")
def believes_the_guess():
    return {1: "a", 2: "a", 3: "a", 4: "c", 5: "a", 6: "b", 7: "b"}


@causes_beyond_one_machine.wrong_attempt(says="no file a second later")
def a_failed_save():
    return {1: "a", 2: "b", 3: "a", 4: "b", 5: "a", 6: "b", 7: "b"}


@causes_beyond_one_machine.wrong_attempt(says="Which numbers of a training are very small?")
def overflow():
    return {1: "a", 2: "b", 3: "a", 4: "c", 5: "c", 6: "b", 7: "b"}


@exercise(
    hints=[
        "In which unit is each number?",
        "The best interval is `sqrt(2 * cost * mean)`. What is lost is the cost of the saves, and half an interval for each "
        "failure.",
        "At the best interval both losses are equal. With twice the interval one is halved, the other doubled: 2.5 to 2.",
    ],
)
def numbers_beyond_one_machine():
    """Return the letter for each case, a dict such as {1: "b", 2: "a"}."""
    # 1: sqrt(2 * 1 * 1440) is 54 minutes. 2: a quarter of the mean, and its root
    # is a half. 3: half of the saves' cost and twice the failures', 2.5 for 2.
    # 4: `MergeV2Checkpoints` makes one index of two.
    return {1: "b", 2: "b", 3: "a", 4: "a"}


@numbers_beyond_one_machine.examiner
def _(attempt):
    return judge(NUMBERS, attempt())


@numbers_beyond_one_machine.wrong_attempt(says="mixes seconds and minutes")
def mixes_units():
    return {1: "c", 2: "b", 3: "a", 4: "a"}


@numbers_beyond_one_machine.wrong_attempt(says="goes with its square root")
def forgets_the_root():
    return {1: "b", 2: "a", 3: "a", 4: "a"}


@numbers_beyond_one_machine.wrong_attempt(says="but the saves cost half")
def counts_one_half():
    return {1: "b", 2: "b", 3: "c", 4: "a"}

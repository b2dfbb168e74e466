"""The review of Part 3: causes and cures."""

from course.practice import exercise
from course.practice.cases import Case, judge

CAUSES = [
    Case(
        "`NotFoundError: … Key beta1_power not found in checkpoint`. All variables of the model are in the file, under the "
        "names that they have in the graph.",
        "the file was saved without an Adam",
        {
            "the graph was built twice": "Then the key would end in `_1` and would be a name that the file has without it.",
            "the model has another scope in the file": "Its variables are there under their names. Who makes a variable "
            "called `beta1_power`?",
        },
    ),
    Case(
        "`DataLossError: TensorBundle at run/words shard 0 (8 bytes): Checksum does not match`",
        "`.data` has other bytes than those that were saved",
        {
            "`.data` is cut short": "Then there are bytes missing: `Read less bytes than requested`.",
            "a newer TensorFlow wrote it, with another checksum": "A version does not change what the checksum of eight "
            "bytes is.",
        },
        more="It is of another save than `.index`, or damaged.",
    ),
    Case(
        "`DataLossError: Unable to open table file run/words-2.data-00000-of-00001: … not an sstable (bad magic number)`",
        "the path that was passed is no prefix",
        {
            "the `.index` is damaged": "The message names the file that was opened. Is it the `.index`?",
            "the checkpoint is of the old format V1": "TensorFlow 2.21 still restores that one. Which file was opened?",
        },
        more="It is that of a file.",
    ),
    Case(
        "A table of words is made from a file. A restore without an error, then `FailedPreconditionError: … Table not "
        "initialized.`",
        "no Saver restores such a table",
        {
            "the Saver was made before the table": "It would not have the table if it were made after it, either.",
            "the file with the words is missing": "That error names the file, and comes when the table is initialized.",
        },
        more="Its content is fixed; `tf.tables_initializer()` fills it.",
    ),
    Case(
        "In TensorFlow 2, `checkpoint.restore(path)` raises nothing, and the model answers as an untrained one. At the end "
        "of the program: `Value in checkpoint could not be found in the restored object: (root).model.w`",
        "an attribute has another name in the file",
        {
            "`path` was `None`: there was no checkpoint yet": "Then nothing would be known of a value in a checkpoint.",
            "the values in the file are damaged": "Those that were read would have raised an error. This one was not asked "
            "for.",
        },
    ),
    Case(
        "After a kill, the newest `.data` and `.index` can be read, and `latest_checkpoint` gives an older step.",
        "the kill came before `checkpoint` was replaced",
        {
            "`max_to_keep` deleted the newest": "It deletes the oldest, and the newest is there.",
            "`latest_checkpoint` passes over what is not complete": "It reads the list, and sees to it that the files of "
            "that one prefix are there. It opens none.",
        },
    ),
]

CURES = [
    Case(
        "A stranger sends `.meta`, `.index` and `.data`. You need the numbers.",
        "leave the `.meta` alone: a reader, or a Saver of a graph of your own",
        {
            "import the `.meta` in a second process": "A second process contains a crash. Files and the network are open to "
            "it as they are to the first.",
            "look at the `.meta` with `course.inspect`, and import it if nothing is found": "That nothing is found is no "
            "proof, and you do not need the graph.",
        },
    ),
    Case(
        "All restored values are as in the file, and a classifier's answers are of the wrong classes.",
        "read the order of the classes from a file beside the checkpoint",
        {
            "call `same_as_file` after the restore, and restore again what differs": "It compares values with the file, and these are equal.",
            "restore once more, last": "The values are right. What stands between an output and a class, no checkpoint has.",
        },
    ),
    Case(
        "Neither a kill nor a power failure may take the last checkpoint.",
        "another name for each save, flushed and read back",
        {
            "save twice under one prefix, so that one of them is whole": "Each save has a moment in which `.data` and `.index` are of two saves.",
            "close the files": "Closed, a file may still be in the memory of the system alone.",
        },
        more="The older one stays until that is done.",
    ),
    Case(
        "`UserWarning: Skipping variable loading for optimizer 'adam', because it has 2 variables whereas the saved "
        "optimizer has 6 variables.`",
        "build the optimizer before loading",
        {
            "load with `skip_mismatch=True`, and train on": "That skips still more, and the optimizer begins anew all the same.",
            "compile the model after loading": "A compiled optimizer is a new one, without any state.",
        },
        more="`model.optimizer.build(model.trainable_variables)` makes the slots.",
    ),
    Case(
        "Of a checkpoint of TensorFlow 1, `.data-00000-of-00001` is left, and the code of the model.",
        "the code's names, sorted, say where each value begins",
        {
            "pass the `.data` to `tf.train.load_checkpoint`": "It takes a prefix, and looks for the `.index`.",
            "nothing can be read: names and shapes are lost with the `.index`": "They are lost in the file. Where else are "
            "they written?",
        },
        more="Its shapes and dtypes say how long each one is.",
    ),
]


@exercise(
    hints=[
        "What had gone well before the message came?",
        "Words of a message that look alike: 'not found in checkpoint' and 'could not be found in the restored object'. Who "
        "lacks what?",
        "11a has case 1, 11c has 2 and 3, 11b has 4, 12c has 5, 14a has 6.",
    ],
)
def causes_of_what_went_wrong():
    """Return the letter of the cause in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: an Adam makes `beta1_power`. 2: all bytes are there, and are not those
    # of the save. 3: the message names `.data`. 4: tables are no variables.
    # 5: both sides have a value, under two names. 6: the list comes last.
    return {1: "a", 2: "a", 3: "c", 4: "a", 5: "b", 6: "c"}


@causes_of_what_went_wrong.examiner
def _(attempt):
    return judge(CAUSES, attempt())


@causes_of_what_went_wrong.wrong_attempt(says="Is it the `.index`?")
def blames_the_index():
    return {1: "a", 2: "a", 3: "a", 4: "a", 5: "b", 6: "c"}


@causes_of_what_went_wrong.wrong_attempt(says="made after it, either")
def blames_the_saver():
    return {1: "a", 2: "a", 3: "c", 4: "c", 5: "b", 6: "c"}


@causes_of_what_went_wrong.wrong_attempt(says="It opens none")
def trusts_the_list():
    return {1: "a", 2: "a", 3: "c", 4: "a", 5: "b", 6: "a"}


@exercise(
    hints=[
        "Does the choice change what is wrong, or look at something that is right?",
        "Where would the numbers, the order, the bytes be in the moment before it went wrong?",
        "15 has case 1, 12a has 2, 14b has 3, 12c has 4, 13 has 5.",
    ],
)
def cures_of_what_went_wrong():
    """Return the letter of the cure in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: values need no graph. 2: no checkpoint has the order of classes.
    # 3: until the new one is on the disk, the old one stays. 4: state needs
    # slots to go to. 5: the code has what the index had.
    return {1: "b", 2: "b", 3: "a", 4: "a", 5: "c"}


@cures_of_what_went_wrong.examiner
def _(attempt):
    return judge(CURES, attempt())


@cures_of_what_went_wrong.wrong_attempt(says="contains a crash")
def trusts_a_second_process():
    return {1: "a", 2: "b", 3: "a", 4: "a", 5: "c"}


@cures_of_what_went_wrong.wrong_attempt(says="these are equal")
def compares_values():
    return {1: "b", 2: "a", 3: "a", 4: "a", 5: "c"}


@cures_of_what_went_wrong.wrong_attempt(says="looks for the `.index`")
def passes_the_data():
    return {1: "b", 2: "b", 3: "a", 4: "a", 5: "b"}

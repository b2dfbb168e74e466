"""The review of Part 4: causes, and what to make of what is there."""

from course.practice import exercise
from course.practice.cases import Case, judge

CAUSES = [
    Case(
        "`AssertionError: Unresolved object in checkpoint (root).b`, from `assert_consumed()`",
        "the file has more than the program",
        {
            "the program has more than the file": "Then objects of Python are left over: `Found 1 Python objects that were "
            "not bound to checkpointed values`.",
            "`b` has another shape in the file": "Then it was found: `Received incompatible tensor with shape …`.",
        },
    ),
    Case(
        "A training of TensorFlow 2 calls `checkpoint.restore(manager.latest_checkpoint)`, raises nothing, and begins at "
        "step 0. The `.index` and `.data` of ten checkpoints are in the folder.",
        "the file `checkpoint` is gone",
        {
            "the latest checkpoint is damaged": "Then the restore would raise: the manager does not fall back to another.",
            "`restore` waits until the variables are made": "It does wait for those that are missing, and gives them their "
            "values when they come.",
        },
        more="So the manager knows of no checkpoint, and restoring `None` does nothing.",
    ),
    Case(
        "A converted model with Adam is trained on the recorded batches. The first loss is the recorded one, the next ones "
        "are not.",
        "the optimizer's state or settings differ",
        {
            "weights of one shape have changed places": "Then the first loss would differ.",
            "the tolerance is too small": "Rounding grows slowly; it does not leave one loss as it is and change the next.",
        },
        more="Look at slots, steps taken, epsilon and learning rate.",
    ),
    Case(
        "`ValueError: Node '…/FusedBatchNormGradV3' has an _output_shapes attribute inconsistent with the GraphDef`",
        "an old `.meta` notes another shape",
        {
            "a value in the checkpoint has another shape": "No value was read: the message comes from the import of a graph.",
            "the operation is not known": "That is `Op type not registered`.",
        },
        more="TensorFlow 2 works one out differently. Delete the notes.",
    ),
    Case(
        "`ValueError: File format not supported: filepath=saved_model. Keras 3 only supports V3 …`",
        "a SavedModel was given to `load_model`",
        {
            "the file is damaged": "It was not opened. The message speaks of what Keras 3 takes at all.",
            "a class is missing in `custom_objects`": "That is `Could not locate class …`.",
        },
        more="`TFSMLayer` and `tf.saved_model.load` read it.",
    ),
    Case(
        "An LSTM in an `.h5` of 2017 is built and loaded in Keras 3 with all its arrays in their places. Its answers are "
        "nearly right.",
        "`hard_sigmoid` is another function in Keras 3",
        {
            "the weights were rounded when they were assigned": "The arrays are those of the file, number by number.",
            "the forget bias is missing": "Keras keeps it in the array `bias`, which was loaded. (In a checkpoint of "
            "TensorFlow 1 it is in no array.)",
        },
    ),
]

WAYS = [
    Case(
        "You have `.meta`, `.index` and `.data`, and no code. The model has to answer in a program of TensorFlow 2.",
        "import, restore, freeze, and make a SavedModel",
        {
            "`keras.models.load_model`": "There is no Keras model in these files.",
            "take the values alone, and write the model anew in Keras": "What stands between the values is in the `.meta`. Use it.",
        },
    ),
    Case(
        "A model has to run where neither Keras nor your classes are installed.",
        "a SavedModel",
        {
            "a `.keras` file": "Keras builds the model from it, and needs your classes.",
            "a `.weights.h5` file": "It has arrays. The model has to be built first, by Keras and your code.",
        },
    ),
    Case(
        "A model and its optimizer have to go on training elsewhere, without the code that built the model. It has layers of "
        "Keras only.",
        "a `.keras` file",
        {
            "a checkpoint": "It has the values of model and optimizer; objects to put them into have to be built.",
            "a `.safetensors` file": "It has what you put in: arrays, and no model.",
        },
    ),
    Case(
        "You have a frozen `.pb`, and you want to train it.",
        "replace its constants with variables",
        {
            "initialize it with `tf.global_variables_initializer()`": "It has no variables that an initializer could give values to.",
            "`tf.saved_model.load` with its folder": "A frozen graph is no SavedModel.",
        },
        more="Then make a function whose gradients reach them.",
    ),
    Case(
        "An LSTM was converted. All its answers have the right class. Is it equal to the old one?",
        "compare its outputs with recorded ones",
        {
            "yes: the classes are what counts": "With the forget bias left out, they were right as well.",
            "compare the weights with those of the old model": "They may all be right, and an activation be another "
            "function.",
        },
        more="The tolerance lies below the smallest mistake.",
    ),
]


@exercise(
    hints=[
        "Which of the three is the only one that fits *everything* that is said, also what did *not* happen?",
        "Was a value read at all before the message came?",
        "16a has case 1, 16b has 2, 17a has 3, 18a has 4, 17b has 5, 18b has 6.",
    ],
)
def causes_on_the_way_out():
    """Return the letter of the cause in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: the file's object is the one left over. 2: restoring None is allowed.
    # 3: one right loss is right weights. 4 and 5: nothing was read yet.
    # 6: all arrays are right, so it is what stands between them.
    return {1: "b", 2: "b", 3: "a", 4: "b", 5: "b", 6: "a"}


@causes_on_the_way_out.examiner
def _(attempt):
    return judge(CAUSES, attempt())


@causes_on_the_way_out.wrong_attempt(says="Then objects of Python are left over")
def the_other_side():
    return {1: "c", 2: "b", 3: "a", 4: "b", 5: "b", 6: "a"}


@causes_on_the_way_out.wrong_attempt(says="does not fall back")
def blames_the_file():
    return {1: "b", 2: "c", 3: "a", 4: "b", 5: "b", 6: "a"}


@causes_on_the_way_out.wrong_attempt(says="Keras keeps it in the array `bias`")
def forget_bias():
    return {1: "b", 2: "b", 3: "a", 4: "b", 5: "b", 6: "b"}


@exercise(
    hints=[
        "For each choice: what does it need that is not there?",
        "Which of the files has a graph, which has a model of Keras, and which has arrays alone?",
        "17b compares the formats; 18a has graphs, and the last case is 17a's.",
    ],
)
def ways_out():
    """Return the letter of the best way in each case, a dict such as {1: "b", 2: "a"}."""
    # Keep what cannot be made again: the graph in 1 and 4, the function
    # without Keras in 2, the model with its optimizer in 3. Outputs decide in 5.
    return {1: "b", 2: "c", 3: "a", 4: "c", 5: "a"}


@ways_out.examiner
def _(attempt):
    return judge(WAYS, attempt())


@ways_out.wrong_attempt(says="Use it")
def throws_the_graph_away():
    return {1: "c", 2: "c", 3: "a", 4: "c", 5: "a"}


@ways_out.wrong_attempt(says="needs your classes")
def keras_everywhere():
    return {1: "b", 2: "a", 3: "a", 4: "c", 5: "a"}


@ways_out.wrong_attempt(says="they were right as well")
def counts_classes():
    return {1: "b", 2: "c", 3: "a", 4: "c", 5: "c"}

"""The review of Part 2: causes and cures."""

from course.practice import exercise
from course.practice.cases import Case, judge

CAUSES = [
    Case(
        "A training with Adam and a constant learning rate is resumed. Its loss was 0.02. It climbs to 0.3 within a few "
        "steps, and comes down again; that of an untrained model is 5. There was no error.",
        "Adam's slots have their initial values",
        {
            "`latest_checkpoint` found nothing, and the training began anew": "Then the first loss would be that of an "
            "untrained model.",
            "the step was not restored": "The count would begin at 0 again. Neither the weights nor a constant learning "
            "rate depend on it.",
        },
        more="The Saver was made from `tf.trainable_variables()`, for instance, so they are not in the file.",
    ),
    Case(
        "A model with batch normalization has a good loss in training, and answers nonsense in test mode. There was no "
        "error.",
        "the moving averages have their initial values",
        {
            "gamma and beta were not restored": "They are trained, so even a Saver of the trainable variables has them. "
            "What else does the layer have?",
            "test mode takes mean and variance from the batch": "That is what training does. Test mode takes the averages.",
        },
        more="They were not updated in training, or not restored.",
    ),
    Case(
        "Ten saves with `global_step`, by one Saver, and five checkpoints in the folder.",
        "a Saver keeps the newest five by default",
        {
            "the later saves overwrote the earlier ones": "Each has its step in its name.",
            "the file `checkpoint` has room for five": "It lists what the Saver keeps. It is the Saver that deletes.",
        },
    ),
    Case(
        "The folder of a run is copied. Then the run is done again in the original folder, under the same prefix. A "
        "program that works in the copy restores the values of the second run.",
        "its file `checkpoint` has absolute paths",
        {
            "the `.meta` names the folder that it was saved in": "A Saver is handed the prefix at each restore, whatever "
            "the graph was saved as.",
            "`latest_checkpoint` takes the file with the newest date": "It does not look at dates: it reads a list.",
        },
        more="They lead to the original.",
    ),
    Case(
        "`NotFoundError: … Key features/kernel:0 not found in checkpoint`",
        "a mapping was made of `variable.name`",
        {
            "the graph was built twice": "Then the key would be `features_1/kernel`, with a `_1` in it.",
            "the scope has another name in the checkpoint": "Then the key would be `features/kernel`. Where does the `:0` "
            "come from?",
        },
    ),
    Case(
        "`tf.train.init_from_checkpoint` was called with the right scopes, and then an initializer was run. The part that "
        "should have been restored is untrained. There was no error.",
        "the initializer was made before the call",
        {
            "the initializer must not be run after the call": "It has to be: the call changes the first values of the "
            "variables, and running an initializer is what assigns them.",
            "there is no Saver that restores the part": "`init_from_checkpoint` needs none.",
        },
        more="One that is made after it assigns the values of the checkpoint.",
    ),
]

CURES = [
    Case(
        "A resumed training run has to equal, to the last bit, one that never stopped. What has to come back?",
        "weights, slots, step, and what decides the next batch",
        {
            "the weights; the optimizer builds its slots anew": "The optimizer's next step depends on its slots, and the loss on the next batch.",
            "weights, slots and step; the batches may be any others": "The weights would go on from the same place, with other rows of the data.",
        },
    ),
    Case(
        "The best checkpoint has to stay, and training has to go on from the latest. What saves the best one?",
        "a second Saver, into a folder of its own",
        {
            "the same Saver, with `max_to_keep=None`": "It keeps all of them until the disk is full, and does not say "
            "which one is the best.",
            "a second Saver, under another prefix in the same folder": "Both write to one file `checkpoint`, so the "
            "training goes on from whatever was saved last, and that may be the best.",
        },
    ),
    Case(
        "A training is restarted each night, and the disk fills up, although `max_to_keep` is 3.",
        "`recover_last_checkpoints` before the first save",
        {
            "`max_to_keep=1`, so that only the newest stays": "Each start begins with an empty list, so each leaves one checkpoint behind.",
            "`keep_checkpoint_every_n_hours=24`, for one each night": "It keeps some of those that would be deleted: still "
            "more files.",
        },
        more="It hands the new Saver the old list.",
    ),
    Case(
        "`Assign requires shapes of both tensors to match. lhs shape= [12,1] rhs shape= [12,5]`, from the head of a model "
        "for a new task.",
        "leave the head out of the Saver, and initialize it",
        {
            "`tf.train.Saver(reshape=True)`": "That needs as many elements in the file as in the graph: 60 are not 12.",
            "give the Saver a mapping from the head to another name": "The name was found. It is the shape that differs.",
        },
    ),
    Case(
        "You want to test a model with the moving averages of its weights, which the training kept.",
        "`tf.train.Saver(average.variables_to_restore())`",
        {
            "an ordinary Saver, then `sess.run(average.apply())`": "`apply` brings the weights into the averages: the "
            "other way.",
            "`tf.train.Saver(tf.trainable_variables())`": "It restores the weights of the last step.",
        },
    ),
]


@exercise(
    hints=[
        "For each choice: what would you see if it were the cause? Does that agree with all that is said?",
        "Who is silent here: the save, the restore, or what came between them?",
        "08a has the slots, 08b the averages, 09 the list of five and its paths, 10 the mapping and `init_from_checkpoint`.",
    ],
)
def causes_in_a_project():
    """Return the letter of the cause in each case, a dict such as {1: "b", 2: "a"}."""
    # 1: only the optimizer began anew. 2: test mode takes the averages.
    # 3: five is the default. 4: the list has absolute paths.
    # 5: `:0` belongs to a tensor, not to a key. 6: the old initializer was run.
    return {1: "b", 2: "c", 3: "a", 4: "b", 5: "a", 6: "b"}


@causes_in_a_project.examiner
def _(attempt):
    return judge(CAUSES, attempt())


@causes_in_a_project.wrong_attempt(says="that of an untrained model.")
def begins_anew():
    return {1: "a", 2: "c", 3: "a", 4: "b", 5: "a", 6: "b"}


@causes_in_a_project.wrong_attempt(says="They are trained")
def blames_gamma():
    return {1: "b", 2: "a", 3: "a", 4: "b", 5: "a", 6: "b"}


@causes_in_a_project.wrong_attempt(says="It does not look at dates")
def goes_by_date():
    return {1: "b", 2: "c", 3: "a", 4: "a", 5: "a", 6: "b"}


@exercise(
    hints=[
        "What would be left over, or missing, after each choice?",
        "Three of the wrong choices cure the symptom for a day. Which ones?",
        "The rows under *When it goes wrong* in 08a, 09 and 10 have all five cures.",
    ],
)
def cures_in_a_project():
    """Return the letter of the cure in each case, a dict such as {1: "b", 2: "a"}."""
    # Each of these takes away what makes the symptom come back: the next
    # batch, a shared list, an empty list, a shape, a name.
    return {1: "c", 2: "a", 3: "c", 4: "c", 5: "a"}


@cures_in_a_project.examiner
def _(attempt):
    return judge(CURES, attempt())


@cures_in_a_project.wrong_attempt(says="with other rows of the data")
def forgets_the_data():
    return {1: "b", 2: "a", 3: "c", 4: "c", 5: "a"}


@cures_in_a_project.wrong_attempt(says="Both write to one file `checkpoint`")
def one_folder():
    return {1: "c", 2: "b", 3: "c", 4: "c", 5: "a"}


@cures_in_a_project.wrong_attempt(says="60 are not 12")
def reshapes():
    return {1: "c", 2: "a", 3: "c", 4: "a", 5: "a"}

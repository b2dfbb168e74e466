"""Exercises of lesson 19b: a save by all workers, a start from one step, a device that reads back, an upload."""

import os
import re
import shutil
from glob import escape, glob
from pathlib import Path
from unittest import mock

import tensorflow as tf

from course.practice import NotYet, exercise

ALONE = (
    "To save a variable that is added up when it is read, all workers have to call `write`. Those that do not leave "
    "the others waiting, or mix other sums with theirs."
)


@exercise(
    hints=[
        "Which workers have to call `write`? And what becomes of it when two of them write to the same place?",
        'The chief is task 0 of the job `"chief"` if `resolver.cluster_spec().as_dict()` has one, otherwise of the job '
        '`"worker"`. It writes to `prefix`. Where can each of the others write, so that nobody else is there?',
        "The others: a folder whose name has both `resolver.task_type` and `resolver.task_id`, beside `prefix`. After "
        '`checkpoint.write(f"{folder}/model")`, `shutil.rmtree(folder)`.',
    ],
    raised={
        "No such file or directory": "A path is not right. A prefix is no file: what was written is `….index` and "
        "`….data-…`. A folder can be removed with `shutil.rmtree`.",
    },
    tensorflow=2,
)
def save_on_all(resolver, checkpoint, prefix):
    """Save on every worker. The chief's files stay, at prefix; those of others do not.

    resolver is that of a strategy, with resolver.cluster_spec().as_dict(), .task_type
    and .task_id. Without a task of the type chief, worker 0 is the chief. The workers
    share a disk, and run this at the same time. Use checkpoint.write.
    """
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if (resolver.task_type, resolver.task_id) == (chief, 0):
        checkpoint.write(prefix)
    else:
        # A folder that no other worker has. All of them write, because saving may be a sum over all.
        thrown_away = f"{prefix}_of_{resolver.task_type}_{resolver.task_id}"
        checkpoint.write(f"{thrown_away}/model")
        shutil.rmtree(thrown_away)


SEVERAL = "There can be several beside the chief: the number of the task has to be in the path of each."


for name in ("mode", "modell"):
    save_on_all.may_pass(
        f"checkpoint.write(f'{{thrown_away}}/model') -> checkpoint.write(f'{{thrown_away}}/{name}')",
        because="What is thrown away may have any name.",
    )
for place in (
    "_of__{resolver.task_type}_{resolver.task_id}",
    "_of_{resolver.task_type}__{resolver.task_id}",
    "_of_{resolver.task_type}{resolver.task_id}",
    "_of{resolver.task_type}_{resolver.task_id}",
):
    save_on_all.may_pass(
        "thrown_away = f'{prefix}_of_{resolver.task_type}_{resolver.task_id}' -> "
        f"thrown_away = f'{{prefix}}{place}'",
        because="Any folder will do that has the type and the number of the task.",
    )


class Written(tf.train.Checkpoint):
    """A checkpoint that notes where it was written. While it is written, the other workers do all of their work."""

    def __init__(self, others, **objects):
        super().__init__(**objects)
        self._others, self._places = others, self._no_dependency([])
        self._lost = self._saved = False

    def write(self, file_prefix, options=None):
        self._places.append(os.path.abspath(os.fspath(file_prefix)))
        path = super().write(file_prefix, options)
        mine = set(glob(f"{escape(path)}.*"))
        self._others()
        self._lost = bool(mine - set(glob(f"{escape(path)}.*")))
        return path

    def save(self, file_prefix, options=None):
        self._saved = True
        return super().save(file_prefix, options)


@save_on_all.examiner
def _(attempt):
    far = str(Path("far").absolute())
    without = {"worker": ["a:1", "b:1", "c:1"]}
    saved_by_all(attempt, without, [("worker", 0), ("worker", 1), ("worker", 2)], "run/model")
    saved_by_all(attempt, without, [("worker", 2), ("worker", 1), ("worker", 0)], f"{far}/net-12")
    named = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}
    saved_by_all(attempt, named, [("worker", 1), ("chief", 0), ("worker", 0)], f"{far}/deep/model")
    saved_by_all(attempt, {"worker": ["a:1"]}, [("worker", 0)], "only")
    saved_by_all(attempt, {"worker": ["a:1"]}, [("worker", 0)], "only", 20.0)  # over the save before
    many = {"worker": [f"{host}:1" for host in "abcdefghijkl"]}  # of which three are looked at
    saved_by_all(attempt, many, [("worker", 10), ("worker", 1), ("worker", 0)], "many/model")
    fails_to_write(attempt)
    return "All write, nobody in another one's way, and the chief's checkpoint is what is left."


def fails_to_write(attempt):
    """A place where nothing can be written: whoever called has to know, on the chief and on the others."""
    Path("full").write_text("")
    for number in (0, 1):
        resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec({"worker": ["a:1", "b:1"]}), task_type="worker", task_id=number
        )
        checkpoint = Written(lambda: None, weight=tf.Variable([1.0]))
        raised = attempt.refusal(resolver, checkpoint, "full/model", kinds=(Exception,)) is not None
        inside = [place for place in checkpoint._places if Path("full").resolve() in Path(place).parents]
        if not raised and (inside or number == 0):  # the others may write their copies elsewhere
            raise NotYet(
                seen=f"`full` is a file, so nothing can be written below it. On worker {number}, no error was raised.",
                expected="The error of `write`.",
                because="It was caught. The training goes on, and nobody knows that there is no checkpoint.",
            )


def saved_by_all(attempt, jobs, names, prefix, first=7.0):
    """Raises ``NotYet`` unless an attempt, run for all of the tasks at once, leaves the chief's files alone."""
    chief = ("chief" if "chief" in jobs else "worker", 0)
    folder = Path(prefix).parent
    folder.mkdir(parents=True, exist_ok=True)
    tf.train.Checkpoint(weight=tf.Variable([-1.0]), step=tf.Variable(1)).write(f"{prefix}-before")
    before = set(folder.iterdir())
    case = f"With the tasks {', '.join(f'{job} {number}' for job, number in sorted(names))}: "
    waiting, places, problems = list(enumerate(names)), {}, []

    def others():
        while waiting:
            value, name = waiting.pop(0)
            resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
                tf.train.ClusterSpec(jobs), task_type=name[0], task_id=name[1]
            )
            checkpoint = Written(others, weight=tf.Variable([first + value]), step=tf.Variable(value))
            places[name], raised = checkpoint._places, None
            try:
                attempt(resolver, checkpoint, prefix)
            except NotYet as problem:
                raised = problem
            try:
                by_one(checkpoint, name, chief, prefix, places, raised, f"{case}{name[0]} {name[1]} ")
            except NotYet as problem:
                problems.append(problem)

    others()
    for problem in problems:
        raise problem
    its_own = {Path(f"{prefix}{ending}") for ending in (".index", ".data-00000-of-00001")}
    if gone := (before | its_own) - set(folder.iterdir()):
        raise NotYet(
            seen=f"{case}{' and '.join(sorted(f'`{path.name}`' for path in gone))} is not there.",
            expected="The checkpoints of the folder, and the chief's at the prefix.",
            because="More was removed than the worker's own copy.",
        )
    if more := set(folder.iterdir()) - before - its_own:
        raise NotYet(
            seen=f"{case}left beside the checkpoint: {' and '.join(sorted(f'`{path.name}`' for path in more))}.",
            expected="What is not the chief's is gone afterwards.",
            because="An empty folder is left, too, where only its files are removed.",
        )
    if tf.train.load_variable(prefix, "weight/.ATTRIBUTES/VARIABLE_VALUE")[0] != first + names.index(chief):
        raise NotYet(
            seen=f"{case}the files at `{prefix}` are not those of the chief.", expected="The chief's.", because=None
        )


def by_one(checkpoint, name, chief, prefix, places, raised, told):
    """Raises ``NotYet`` unless a worker wrote once, to a place of its own, and left only what is the chief's."""
    its_own = os.path.abspath(prefix)
    elsewhere = [place for other, them in places.items() if other != name for place in them]
    for place in checkpoint._places:
        if place in elsewhere:
            raise NotYet(
                seen=f"{told}wrote where another one writes, to `{os.path.relpath(place)}`.",
                expected="Each writes to a place of its own.",
                because="They write at the same time, and one deletes what the other one is writing. "
                + ("The prefix is the chief's." if place == its_own else SEVERAL),
            )
    if checkpoint._lost:
        raise NotYet(
            seen=f"{told}had written its files. Before its `write` returned, another worker removed some of them.",
            expected="Each removes what it wrote itself.",
            because="The names of two tasks may begin alike, as those of worker 1 and worker 10: a pattern that ends "
            "in `*` needs the point before it."
            if ("worker", 10) in places
            else "It also removes what others wrote, and they may be writing at that time.",
        )
    if raised:
        raise raised
    if checkpoint._saved:
        raise NotYet(
            seen=f"{told}called `save`.",
            expected="`checkpoint.write`",
            because="`save` adds a number to the name, so the files would not be at the prefix.",
        )
    if len(checkpoint._places) != 1:
        raise NotYet(
            seen=f"{told}wrote {len(checkpoint._places)} times.",
            expected="Each of them writes once.",
            because="A checkpoint of an earlier save is at the prefix. A save of today goes over it."
            if prefix == "only" and Path("only.index").exists()
            else ALONE,
        )
    (place,) = checkpoint._places
    # The chief may also write elsewhere, and move its files to the prefix.
    if place == its_own if name != chief else not Path(f"{prefix}.index").exists():
        raise NotYet(
            seen=f"{told}wrote to `{os.path.relpath(place)}`.",
            expected=f"What is at `{prefix}` is from {chief[0]} {chief[1]}, and from nobody else.",
            because='Who is the chief depends on the cluster: task 0 of the job `"chief"`, if there is one.',
        )
    if name != chief and glob(f"{escape(place)}.*"):  # with the point: another place may begin like this one
        raise NotYet(
            seen=f"{told}left its files in `{Path(place).parent.name}`.",
            expected="What is not the chief's is gone afterwards.",
            because="Nobody needs these copies, and they would fill the disk with each save.",
        )


@save_on_all.wrong_attempt(says="nobody knows that there is no checkpoint")
def catches_what_write_raises(resolver, checkpoint, prefix):
    try:
        save_on_all.reference(resolver, checkpoint, prefix)
    except (tf.errors.OpError, OSError) as error:
        print(error)


@save_on_all.wrong_attempt(says="all workers have to call `write`")
def saves_on_the_chief_alone(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.write(prefix)


@save_on_all.wrong_attempt(says="The prefix is the chief's")
def writes_to_one_prefix(resolver, checkpoint, prefix):
    checkpoint.write(prefix)


@save_on_all.wrong_attempt(says="Who is the chief depends on the cluster")
def takes_worker_0_for_the_chief(resolver, checkpoint, prefix):
    if resolver.task_type == "worker" and resolver.task_id == 0:
        checkpoint.write(prefix)
    else:
        folder = f"{prefix}_{resolver.task_type}_{resolver.task_id}"
        checkpoint.write(f"{folder}/model")
        shutil.rmtree(folder)


@save_on_all.wrong_attempt(says="would fill the disk with each save")
def leaves_the_copies(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    first = resolver.task_type == chief and resolver.task_id == 0
    checkpoint.write(prefix if first else f"{prefix}_{resolver.task_type}_{resolver.task_id}")


@save_on_all.wrong_attempt(says="the number of the task has to be in the path of each")
def has_one_folder_for_the_others(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.write(prefix)
        return
    checkpoint.write(f"{prefix}_temp/model")
    shutil.rmtree(f"{prefix}_temp")


@save_on_all.wrong_attempt(says="More was removed than the worker's own copy.")
def removes_too_much(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.write(prefix)
        return
    path = checkpoint.write(f"{prefix}-{resolver.task_type}{resolver.task_id}")
    for file in [*glob(f"{path}.*"), *glob(f"{prefix}-before.*")]:
        os.remove(file)


@save_on_all.wrong_attempt(says="they may be writing at that time")
def removes_what_others_write(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.write(prefix)
        return
    checkpoint.write(f"{prefix}_temp/{resolver.task_id}/model")
    shutil.rmtree(f"{prefix}_temp")


@save_on_all.wrong_attempt(says="needs the point before it")
def removes_what_begins_like_it(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.write(prefix)
        return
    path = checkpoint.write(f"{prefix}_{resolver.task_type}_{resolver.task_id}")
    for file in glob(f"{escape(path)}*"):
        os.remove(file)


@save_on_all.wrong_attempt(says="A save of today goes over it")
def leaves_what_is_there(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if (resolver.task_type, resolver.task_id) == (chief, 0):
        if not Path(f"{prefix}.index").exists():
            checkpoint.write(prefix)
        return
    folder = f"{prefix}_{resolver.task_type}_{resolver.task_id}"
    checkpoint.write(f"{folder}/model")
    shutil.rmtree(folder)


@save_on_all.wrong_attempt(says="`save` adds a number to the name")
def calls_save(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    if resolver.task_type == chief and resolver.task_id == 0:
        checkpoint.save(prefix)
        return
    checkpoint.save(f"{prefix}_{resolver.task_type}{resolver.task_id}/model")
    shutil.rmtree(f"{prefix}_{resolver.task_type}{resolver.task_id}")


@save_on_all.right_attempt
def in_a_temporary_folder(resolver, checkpoint, prefix):
    import tempfile

    jobs = resolver.cluster_spec().as_dict()
    if resolver.task_id == 0 and resolver.task_type in ("chief", "worker" if "chief" not in jobs else "chief"):
        checkpoint.write(file_prefix=prefix)
    else:
        with tempfile.TemporaryDirectory() as folder:
            checkpoint.write(os.path.join(folder, "copy"))


@save_on_all.right_attempt
def moves_the_chiefs_files(resolver, checkpoint, prefix):
    chief = "chief" if "chief" in resolver.cluster_spec().as_dict() else "worker"
    folder = f"{prefix}_{resolver.task_type}_{resolver.task_id}"
    checkpoint.write(f"{folder}/model")
    if (resolver.task_type, resolver.task_id) == (chief, 0):
        for file in sorted(glob(f"{escape(folder)}/model.*")):
            os.replace(file, prefix + os.path.basename(file).removeprefix("model"))
    shutil.rmtree(folder)


@save_on_all.right_attempt
def removes_its_files(resolver, checkpoint, prefix):
    job, number = resolver.task_type, resolver.task_id
    first = number == 0 and (job == "chief" or not resolver.cluster_spec().as_dict().get("chief"))
    path = checkpoint.write(prefix if first else f"{prefix}.{job}.{number}")
    if not first:
        for file in tf.io.gfile.glob(f"{path}.*"):
            tf.io.gfile.remove(file)


@exercise(
    hints=[
        "With which step does a worker begin whose folder has no checkpoint?",
        "For each folder: `tf.train.latest_checkpoint(folder)`, and if that is not None, `tf.train.load_variable` with "
        "the name of the step. The number in a checkpoint's name counts saves, and not steps.",
        "Collect `int(…)` of each, and 0 where there is no checkpoint, in a set. If it has more than one element, "
        "raise ValueError; otherwise return the one that it has.",
    ],
    raised={
        "Couldn't find 'checkpoint' file": "A folder may be empty: ask `tf.train.latest_checkpoint(folder)`, which "
        "gives None for it, before you read a variable. Its worker begins with step 0.",
        "got None": "A folder without a checkpoint: `latest_checkpoint` gives None, and the worker begins with step 0.",
    },
    tensorflow=2,
)
def same_start(folders):
    """Return the step that all workers will begin with, 0 if there is no checkpoint yet.

    folders are what the workers give to PreemptionCheckpointHandler, one each. In a
    checkpoint, the step is called step/.ATTRIBUTES/VARIABLE_VALUE. Raise ValueError if
    the workers would not all begin with the same step.
    """
    steps = set()
    for folder in folders:
        prefix = tf.train.latest_checkpoint(folder)
        # A worker that finds nothing begins with 0, while the others go on.
        steps.add(int(tf.train.load_variable(prefix, "step/.ATTRIBUTES/VARIABLE_VALUE")) if prefix else 0)
    if len(steps) > 1:
        raise ValueError(f"the workers would begin with different steps: {sorted(steps)}")
    return steps.pop()


@same_start.examiner
def _(attempt):
    far = str(Path("far").absolute())
    save_steps("run/all", 30, 62)
    save_steps(f"{far}/0", 62)
    save_steps("run/workertemp_1/all", 70)  # a copy that a killed worker could not delete
    save_steps("run/ten", *range(1, 11))  # by their names, `ckpt-9` would be the last
    save_steps("run/zero", 0)
    save_steps("run/more", 63)
    save_steps("run/other", 90, 61)  # its last save is of an earlier step: somebody went back
    os.makedirs("run/1")
    for folders, step, case in (
        (["run/all", "run/all"], 62, "Both workers have the folder of the checkpoints."),
        (["run/new"] * 3, 0, "There is no checkpoint yet, nor the folder."),
        (
            ["run/all", f"{far}/0", "run/all"],
            62,
            "In two folders, `ckpt-2` and `ckpt-1` are of the same step.",
        ),
        ([f"{far}/0"], 62, "There is one worker."),
        (["run/ten", "run/ten"], 10, "The folder has `ckpt-1` to `ckpt-10`, of the steps 1 to 10."),
        (["run/zero", "run/1"], 0, "One folder has a checkpoint of step 0, and the other one has none."),
        (["run/other", "run/other"], 61, "The newest checkpoint is of an earlier step than the one before."),
    ):
        given = list(folders)
        answer = attempt(given)
        if given != folders or Path("run/new").exists():
            raise NotYet(
                seen=f"{case} Afterwards `folders` is {given}, and `run/new` "
                f"{'is there' if Path('run/new').exists() else 'is not there'}.",
                expected=f"`folders` as before, and nothing made: {folders}.",
                because="To ask is not to change. `pop` and `sort` change the list of whoever called, and a folder "
                "that is missing has no checkpoint: `tf.train.latest_checkpoint` says `None` of it.",
            )
        if isinstance(answer, float):
            raise NotYet(
                seen=f"{case} The function returned `{answer!r}`.",
                expected=f"`{step}`, a whole number.",
                because="A step counts. `range` refuses a float, and so does whatever goes on from it.",
            )
        if answer != step or isinstance(answer, bool):
            raise NotYet(
                seen=f"{case} The function returned `{answer!r}`.",
                expected=f"`{step}`",
                because="As strings, `ckpt-9` comes after `ckpt-10`. `tf.train.latest_checkpoint` knows the newest."
                if "run/ten" in folders
                else "What counts is the value of the step in the newest checkpoint of each folder, and 0 where "
                "there is none. The number in a checkpoint's name counts saves.",
            )
    for folders, case, because in (
        (
            ["run/all", "run/zero"],
            "Worker 0 has a checkpoint of step 62, and worker 1 one of step 0.",
            "Every worker begins with what is in its own folder: compare the steps of all, not the chief's alone, "
            "and do not choose one of them.",
        ),
        (
            ["run/all", "run/other"],
            "Both folders have a `ckpt-2`: of step 62 and of step 61.",
            "The numbers in the names are equal, and the steps are not: read the step.",
        ),
        (["run/all", "run/1"], "The folder of worker 1 is empty.", EMPTY),
        (
            ["run/all", "run/other", "run/all"],
            "Of three workers, the second has step 61, and the others have 62.",
            "The first and the last agree, and that says nothing of those between them: compare all.",
        ),
        (
            ["run/all", "run/other", "run/more"],
            "The three workers have the steps 62, 61 and 63.",
            "The mean is the first one's step, and the others are not: a sum does not show it. Compare each.",
        ),
        (["run/1", "run/all"], "The folder of worker 0 is empty.", EMPTY),
        (["run/all", "run/all", "run/new"], "The folder of worker 2 is not there.", EMPTY),
    ):
        if attempt.refusal(folders, kinds=(ValueError,)) is None:
            raise NotYet(seen=f"{case} The function returned a step.", expected="ValueError", because=because)
    save_steps("run/damaged", 40)
    for path in Path("run/damaged").glob("*.data-*"):
        path.unlink()
    if attempt.refusal(["run/damaged", "run/damaged"], kinds=(Exception,)) is None:
        raise NotYet(
            seen="Both workers have the folder of a checkpoint whose data are gone. No error was raised.",
            expected="An error: it cannot be read.",
            because="An error was caught, and taken for a folder without a checkpoint. The training would begin anew, "
            "and write over what is left.",
        )
    return "That is the question to ask before a training goes on: afterwards, no error tells that the workers differ."


EMPTY = (
    "A worker that finds no checkpoint in its folder begins with step 0, and nothing says so. Files elsewhere, such as "
    "the chief's, are no help to it."
)


def save_steps(folder, *steps):
    """Saves a checkpoint for each of the steps, as the handler names them."""
    weight, step = tf.Variable([3.0]), tf.Variable(0)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(weight=weight, step=step), folder, max_to_keep=None)
    for each in steps:
        step.assign(each)
        manager.save()


@same_start.wrong_attempt(says="a sum does not show it")
def compares_the_sum(folders):
    steps = [same_start.reference([folder]) for folder in folders]
    if sum(steps) != len(steps) * steps[0]:
        raise ValueError(f"different steps: {steps}")
    return steps[0]


@same_start.wrong_attempt(says="To ask is not to change")
def takes_folders_off_the_list(folders):
    steps = set()
    while folders:
        latest = tf.train.latest_checkpoint(folders.pop())
        steps.add(int(tf.train.load_variable(latest, "step/.ATTRIBUTES/VARIABLE_VALUE")) if latest else 0)
    if len(steps) > 1:
        raise ValueError(steps)
    return steps.pop()


@same_start.wrong_attempt(says="A step counts")
def returns_a_float(folders):
    latest = [tf.train.latest_checkpoint(folder) for folder in folders]
    steps = {float(tf.train.load_variable(path, "step/.ATTRIBUTES/VARIABLE_VALUE")) if path else 0.0 for path in latest}
    if len(steps) > 1:
        raise ValueError(steps)
    return steps.pop()


@same_start.wrong_attempt(says="that says nothing of those between them")
def compares_the_first_with_the_last(folders):
    latest = [tf.train.latest_checkpoint(folder) for folder in (folders[0], folders[-1])]
    steps = [int(tf.train.load_variable(path, "step/.ATTRIBUTES/VARIABLE_VALUE")) if path else 0 for path in latest]
    if steps[0] != steps[1]:
        raise ValueError(steps)
    return steps[0]


@same_start.wrong_attempt(says="and taken for a folder without a checkpoint")
def takes_any_error_for_an_empty_folder(folders):
    steps = set()
    for folder in folders:
        try:
            latest = tf.train.latest_checkpoint(folder)
            steps.add(int(tf.train.load_variable(latest, "step/.ATTRIBUTES/VARIABLE_VALUE")))
        except Exception:
            steps.add(0)
    if len(steps) > 1:
        raise ValueError(steps)
    return steps.pop()


@same_start.wrong_attempt(says="Files elsewhere, such as the chief's, are no help to it")
def skips_what_is_empty(folders):
    found = filter(None, map(tf.train.latest_checkpoint, folders))
    steps = {int(tf.train.load_variable(prefix, "step/.ATTRIBUTES/VARIABLE_VALUE")) for prefix in found} or {0}
    (step,) = steps
    return step


@same_start.wrong_attempt(says="The number in a checkpoint's name counts saves")
def goes_by_the_number_in_the_name(folders):
    prefixes = [tf.train.latest_checkpoint(folder) for folder in folders]
    steps = {int(prefix.rpartition("-")[2]) if prefix else 0 for prefix in prefixes}
    (step,) = steps
    return step


@same_start.wrong_attempt(says="before you read a variable")
def reads_from_the_folder(folders):
    step = "step/.ATTRIBUTES/VARIABLE_VALUE"
    steps = {int(tf.train.load_variable(folder, step)) if os.path.isdir(folder) else 0 for folder in folders}
    if len(steps) > 1:
        raise ValueError(f"the workers would begin with different steps: {steps}")
    return steps.pop()


@same_start.wrong_attempt(says="As strings, `ckpt-9` comes after `ckpt-10`")
def sorts_the_names(folders):
    steps = set()
    for folder in folders:
        names = sorted(glob(f"{escape(folder)}/*.index"))
        steps.add(int(tf.train.load_variable(names[-1][:-6], "step/.ATTRIBUTES/VARIABLE_VALUE")) if names else 0)
    (step,) = steps
    return step


@same_start.wrong_attempt(says="and the steps are not: read the step")
def compares_the_names(folders):
    prefixes = [tf.train.latest_checkpoint(folder) for folder in folders]
    steps = [
        int(tf.train.load_variable(prefix, "step/.ATTRIBUTES/VARIABLE_VALUE")) if prefix else 0 for prefix in prefixes
    ]
    if steps[0] != steps[-1] and len({os.path.basename(prefix or "") for prefix in prefixes}) > 1:
        raise ValueError(prefixes)
    return steps[0]


@same_start.wrong_attempt(says="`latest_checkpoint` gives None")
def takes_a_checkpoint_for_granted_in_each(folders):
    readers = [tf.train.load_checkpoint(tf.train.latest_checkpoint(folder)) for folder in folders]
    (step,) = {int(reader.get_tensor("step/.ATTRIBUTES/VARIABLE_VALUE")) for reader in readers}
    return step


@same_start.wrong_attempt(says="not the chief's alone")
def looks_at_the_chiefs(folders):
    prefix = tf.train.latest_checkpoint(folders[0])
    return int(tf.train.load_variable(prefix, "step/.ATTRIBUTES/VARIABLE_VALUE")) if prefix else 0


@same_start.right_attempt
def restores_into_a_variable(folders):
    begins = []
    for folder in folders:
        step = tf.Variable(0)
        tf.train.Checkpoint(step=step).restore(tf.train.latest_checkpoint(folder)).expect_partial()
        begins.append(step.numpy())
    if min(begins) != max(begins):
        raise ValueError(begins)
    return begins[0]


@same_start.right_attempt
def with_managers(folders):
    first = None
    for folder in folders:
        step = tf.Variable(0)
        manager = tf.train.CheckpointManager(tf.train.Checkpoint(step=step), folder, max_to_keep=1)
        manager.checkpoint.restore(manager.latest_checkpoint)
        if first is not None and int(step) != first:
            raise ValueError(folder)
        first = int(step)
    return first


OTHERS = (
    "Put `try:` and `except tf.errors.OpError:` around the two calls, inside the loop, and go on with the next one."
)


@exercise(
    hints=[
        "Which two calls have to succeed with the same option? And could the second one read something that the first "
        "one did not write?",
        "In a loop, `options = tf.train.CheckpointOptions(experimental_io_device=device)`, then `checkpoint.write` and "
        "`checkpoint.read`, both with a prefix and with `options`. Where an earlier device left its files, a later one "
        "that writes elsewhere would read those.",
        f'A prefix for each: `f"{{prefix}}-{{number}}"`, with `enumerate(devices)`. {OTHERS}',
    ],
    raised={
        "explicitly assigned to": f"That is a device which this cluster does not have. {OTHERS}",
        "Failed to find any matching files": "It was written on another machine, so it is not found here. That is a "
        "NotFoundError: `tf.errors.OpError` is the class of all of them.",
    },
    tensorflow=2,
)
def io_device(checkpoint, prefix, devices):
    """Return the first of devices with which a checkpoint can be written and read back.

    Each is tried as experimental_io_device, for both. If a try fails, it raises a
    tf.errors.OpError. Return None if there is no such device. In the end the variables
    have the values that they had.
    """
    for number, device in enumerate(devices):
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            # A prefix of its own: what an earlier device wrote must not be taken for this one's.
            checkpoint.write(f"{prefix}-{number}", options)
            checkpoint.read(f"{prefix}-{number}", options)
        except tf.errors.OpError:
            continue
        return device


class Far(tf.train.Checkpoint):
    """A checkpoint of a cluster without a common disk, as lesson 19b measures it: whose chief calls, and looks here."""

    jobs = ("chief", "ps")

    def __init__(self, **objects):
        super().__init__(**objects)
        self._reads = self._no_dependency([])  # the options of each

    def write(self, file_prefix, options=None):
        device = self.placed("SaveV2", options)
        if device.startswith("/job:ps"):
            super().write(f"disk_of_ps_{device[-1]}/{os.path.basename(file_prefix)}")
            return file_prefix
        return super().write(file_prefix)

    def read(self, file_prefix, options=None):
        self._reads.append(options)
        device = self.placed("RestoreV2", options) if options is not None else ""
        if device in ("/job:chief", "/job:ps"):
            self.refuse("RestoreV2", f"{device}/replica:0/task:1")
        return super().read(file_prefix)

    def save(self, file_prefix, options=None):
        return self.write(f"{file_prefix}-{len(list(Path(file_prefix).parent.glob('*.index')))}", options)

    def restore(self, save_path, options=None):
        return self.read(save_path, options)

    def placed(self, operation, options):
        device = (options and options.experimental_io_device) or ""
        if device.split("/")[1:2] not in [[f"job:{job}"] for job in self.jobs]:
            self.refuse(operation, device or "nothing: part-00000-of-00003 did not exist, no device")
        return device

    def refuse(self, operation, device):
        message = f"Cannot assign a device for operation {operation}: it was explicitly assigned to {device}"
        raise tf.errors.InvalidArgumentError(None, None, message)


@io_device.examiner
def _(attempt):
    os.makedirs("run")
    far = str(Path("far").absolute())
    all_five = ["/job:localhost", "/job:chief", "/job:ps/task:0", "/job:chief/task:0", "/job:ps/task:1"]
    for kind, prefix, devices, expected in (
        (Far, "run/model", all_five, "/job:chief/task:0"),
        (Far, f"{far}/model", ["/job:ps/task:0", "/job:nobody/task:0"], None),
        (Far, "net", ["/job:chief/task:0", "/job:localhost"], "/job:chief/task:0"),
        (tf.train.Checkpoint, "here", ["/job:ps/task:0", "/job:localhost"], "/job:localhost"),
        (tf.train.Checkpoint, f"{far}/here", ["/job:chief/task:0"], None),
        (tf.train.Checkpoint, "both", ["/job:localhost/task:0", "/job:localhost"], "/job:localhost/task:0"),
    ):
        values = [1.0, 2.0]
        variables = {"weight": tf.Variable(values), "step": tf.Variable(7)}
        checkpoint = kind(**variables)
        given = list(devices)
        answer = attempt(checkpoint, prefix, given)
        seen = f"Of {', '.join(f'`{device}`' for device in devices)}, the function returned `{answer!r}`."
        if answer != expected:
            raise NotYet(seen=seen, expected=f"`{expected!r}`", because=what_it_missed(answer, checkpoint))
        if given != devices:
            raise NotYet(
                seen=f"{seen} Afterwards the list that was passed is {given}.",
                expected="The list as it was.",
                because="`pop` and `remove` change the list of whoever called. A loop over it does not.",
            )
        now = variables["weight"].numpy().tolist(), int(variables["step"])
        if now != (values, 7):
            raise NotYet(
                seen=f"{seen} Afterwards the variables have the values {now[0]} and {now[1]}.",
                expected=f"{values} and 7",
                because="What was changed for the test has to be put back, whether or not reading works.",
            )
    return "What was written was read back, with the same option: that is the proof, and writing alone is none."


def what_it_missed(answer, checkpoint):
    if answer == "/job:chief":
        return "It can write, and reading with the same option fails: TensorFlow then wants a task 1 of that job. " + (
            "Read with the option, too."
            if checkpoint._reads
            else "A save is no proof: read what was written, with `checkpoint.read` and the option."
        )
    if answer == "/job:ps/task:0":
        return (
            "It wrote on the disk of a server, and nothing here can be read. What was read, if anything, are files "
            "that an earlier try left under the same name: a name for each try keeps them apart."
        )
    if answer is None:
        return "One of them can do both, if both calls get the option. After an error, try the next one."
    return "The first with which both calls come back without an error, or None."


@io_device.wrong_attempt(says="change the list of whoever called. A loop over it does not")
def takes_devices_off_the_list(checkpoint, prefix, devices):
    while devices:
        device = devices.pop(0)
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.read(checkpoint.write(f"{prefix}-{len(devices)}", options), options)
            return device
        except tf.errors.OpError:
            pass
    return None


@io_device.wrong_attempt(says="A save is no proof: read what was written")
def only_writes(checkpoint, prefix, devices):
    for device in devices:
        try:
            checkpoint.write(prefix, tf.train.CheckpointOptions(experimental_io_device=device))
            return device
        except tf.errors.OpError:
            pass


@io_device.wrong_attempt(says="The first with which both calls come back")
def takes_the_last(checkpoint, prefix, devices):
    found = None
    for number, device in enumerate(devices):
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.write(f"{prefix}-{number}", options)
            checkpoint.read(f"{prefix}-{number}", options)
            found = device
        except tf.errors.OpError:
            pass
    return found


@io_device.wrong_attempt(says="Read with the option, too")
def reads_without_the_option(checkpoint, prefix, devices):
    for number, device in enumerate(devices):
        try:
            path = checkpoint.write(
                f"{prefix}-{number}", options=tf.train.CheckpointOptions(experimental_io_device=device)
            )
            checkpoint.read(path)
        except tf.errors.OpError:
            continue
        return device


@io_device.wrong_attempt(says="files that an earlier try left under the same name")
def has_one_prefix_for_all(checkpoint, prefix, devices):
    for device in devices:
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.write(prefix, options)
            checkpoint.read(prefix, options)
            return device
        except tf.errors.OpError:
            pass


@io_device.wrong_attempt(says="That is a device which this cluster does not have")
def catches_nothing(checkpoint, prefix, devices):
    for device in devices:
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        checkpoint.write(prefix, options)
        checkpoint.read(prefix, options)
        return device


@io_device.wrong_attempt(says="`tf.errors.OpError` is the class of all of them")
def catches_one_kind(checkpoint, prefix, devices):
    for number, device in enumerate(devices):
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.write(f"{prefix}{number}", options)
            checkpoint.read(f"{prefix}{number}", options)
            return device
        except tf.errors.InvalidArgumentError:
            pass


@io_device.wrong_attempt(says="After an error, try the next one")
def gives_up_at_the_first_error(checkpoint, prefix, devices):
    try:
        for number, device in enumerate(devices):
            options = tf.train.CheckpointOptions(experimental_io_device=device)
            checkpoint.write(f"{prefix}-{number}", options)
            checkpoint.read(f"{prefix}-{number}", options)
            return device
    except tf.errors.OpError:
        return None


@io_device.wrong_attempt(says="What was changed for the test has to be put back")
def forgets_what_it_changed(checkpoint, prefix, devices):
    for number, device in enumerate(devices):
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            path = checkpoint.write(f"{prefix}-{number}", options)
            checkpoint.weight.assign(tf.zeros_like(checkpoint.weight))
            checkpoint.read(path, options).assert_consumed()
        except tf.errors.OpError:
            continue
        return device


@io_device.right_attempt
def by_saving(checkpoint, prefix, devices):
    def works(device):
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.restore(checkpoint.save(f"{prefix}/try", options), options)
        except tf.errors.OpError:
            return False
        return True

    return next(filter(works, devices), None)


@io_device.right_attempt
def clears_the_files_away(checkpoint, prefix, devices):
    for device in devices:
        for file in glob(f"{escape(prefix)}.*"):
            os.remove(file)
        options = tf.train.CheckpointOptions(experimental_io_device=device)
        try:
            checkpoint.write(prefix, options=options)
            checkpoint.read(prefix, options=options).assert_existing_objects_matched()
            return device
        except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError):
            pass
    return None


@exercise(
    hints=[
        "How many `.data` files can there be, and which other files of the folder begin with the same letters?",
        "`glob` has to find `prefix.data-…`, and not `prefix-10.index`; and a folder called `run[1]` needs "
        "`glob.escape`. In which order are the files to come?",
        'First each of `glob.glob(f"{glob.escape(prefix)}.data-*")`, and then `f"{prefix}.index"`.',
    ],
    raised={
        "is no file of this checkpoint": "Some other file of the folder begins like the prefix, such as that of step "
        "10 like that of step 1. After the prefix comes `.data-` or `.index`.",
        "is not there": "The number of shards differs: it stands at the end of their names. List the folder, or look "
        "with `glob`.",
        "is no file at all": "A prefix is no file: it is what the names of the files begin with.",
        "No such file or directory": "`os.listdir` gives names without the folder, and `copy` needs the path. The "
        'folder of a prefix such as `model-1` is `"."`.',
    },
    tensorflow=2,
)
def upload(prefix, copy):
    """Call copy(path) for each file of the checkpoint at prefix, and for no other file.

    copy puts a file into a bucket. Somebody who looks there meanwhile takes whatever has
    an index for a whole checkpoint, so all of it must be there by then.
    """
    folder, name = os.path.split(prefix)
    for file in os.listdir(folder or "."):
        if file.startswith(f"{name}.data-"):
            copy(os.path.join(folder, file))
    # Last: there is no renaming in a bucket, so the order of the files is what keeps it whole.
    copy(f"{prefix}.index")


class Backwards:
    """``os.scandir`` and ``os.listdir`` from Z to A: the order in which a system lists files is nothing to rely on."""

    def __init__(self, *path):
        self.entries = iter(sorted(SCANDIR(*path), key=lambda entry: entry.name, reverse=True))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.entries)

    def close(self):
        pass


SCANDIR = os.scandir


@upload.examiner
def _(attempt):
    far = str(Path("far").absolute())
    for prefix, most in (("model-1", 10**6), ("run/model-1", 60), (f"{far}/run[1]/net", 30)):
        neighbors(prefix, most)
        if "[" in prefix:  # as in a copy of the folder, where times say nothing
            os.utime(f"{prefix}.index", (0, 0))
        bucket = Path("bucket", f"{most}")
        bucket.mkdir(parents=True)
        files = {path.name for path in Path(prefix).parent.iterdir() if belongs(Path(prefix).name, path.name)}
        problems = []
        with (
            mock.patch("os.scandir", Backwards),
            mock.patch("os.listdir", lambda *path: [entry.name for entry in Backwards(*path)]),
        ):
            attempt(prefix, lambda path, to=bucket, mine=files, told=problems: copied(path, to, mine, told))
        if missing := files - {path.name for path in bucket.iterdir()}:
            raise NotYet(
                seen=f"`{prefix}` has {len(files)} files. Not copied: {listed(missing)}.",
                expected="All of them.",
                because="A name in brackets, such as `run[1]`, is a pattern to `glob`, unless it goes through "
                "`glob.escape`."
                if "[" in prefix
                else "Without one of its files it is no checkpoint.",
            )
        for problem in problems:
            raise problem
        if gone := sorted(name for name in files if not Path(prefix).with_name(name).exists()):
            raise NotYet(
                seen=f"`{prefix}` was copied. Afterwards {listed(gone)} is gone from the folder.",
                expected="Files that are still there.",
                because="To copy is not to move: the training goes on from these files.",
            )
        fails_on_the_way(attempt, prefix)
    return "The index came last, when all that it describes was there. `latest_checkpoint` looks for nothing else."


def fails_on_the_way(attempt, prefix):
    """A network that fails for a file of data: the index must not follow, and whoever called has to know."""
    copied = []

    def copy(path):
        if ".data-" in str(path):
            raise OSError("the network is gone")
        copied.append(path)

    refused = attempt.refusal(prefix, copy, kinds=(OSError,))
    if copied or refused is None:
        raise NotYet(
            seen="`copy` raised an OSError for the data. "
            + ("The index was copied all the same." if copied else "Your function raised nothing."),
            expected="The error of `copy`, and no index in the bucket.",
            because="An error was caught. What is in the bucket then looks whole if the index follows, and if it does "
            "not, nobody knows that the copy is missing.",
        )


def belongs(name, file):
    """Whether a file belongs to the checkpoint of this name."""
    return re.fullmatch(re.escape(name) + r"\.(index|data-\d{5}-of-\d{5})", file)


def listed(names):
    return ", ".join(f"`{name}`" for name in sorted(names))


def neighbors(prefix, most):
    """Writes a checkpoint with files of at most so many bytes, and others beside it whose names begin alike."""
    policy = tf.train.experimental.MaxShardSizePolicy(max_shard_size=most)
    options = tf.train.CheckpointOptions(experimental_sharding_callback=policy)
    values = {"weight": tf.Variable(tf.range(30.0)), "bias": tf.Variable([1.0])}
    for name in (prefix, f"{prefix}0", f"{prefix}_best"):
        tf.train.Checkpoint(**values).write(name, options)
    Path(f"{prefix}.data.zip").write_bytes(b"what somebody sent\n")
    Path(f"{prefix}.txt").write_text("what somebody noted\n")


def copied(path, bucket, files, problems):
    """Puts a file into the bucket, and notes a problem where the bucket then has an index without its shards."""
    path = Path(path)
    if path.name not in files:
        absent = "is not there" if ".data-" in path.name else "is no file at all"
        raise ValueError(f"{path} {'is no file of this checkpoint' if path.exists() else absent}")
    if Path(bucket, path.name).exists():
        problems.append(
            NotYet(
                seen=f"`{path.name}` was copied more than once.",
                expected="Each file once.",
                because="A checkpoint may have hundreds of gigabytes, and each copy goes over the network.",
            )
        )
    shutil.copy(path, bucket)
    here = {path.name for path in bucket.iterdir()}
    if any(name.endswith(".index") for name in here) and files - here:
        problems.append(
            NotYet(
                seen=f"When the index was in the bucket, {listed(files - here)} was not.",
                expected="The index comes when everything that it describes is there.",
                because="In a copy of a folder, the index may be older than the data: neither times nor the order of a "
                "list tell what to copy last. The name does."
                if path.stat().st_mtime == 0
                else "Somebody who looks at that moment finds a checkpoint that cannot be read. Call `copy` for the "
                "index last; the order in which a system lists files is chance.",
            )
        )


@upload.wrong_attempt(says="each copy goes over the network")
def copies_all_twice_to_be_sure(prefix, copy):
    for _ in range(2):
        upload.reference(prefix, copy)


@upload.wrong_attempt(says="To copy is not to move")
def moves_the_files(prefix, copy):
    import glob

    for path in [*glob.glob(f"{glob.escape(prefix)}.data-*-of-*"), f"{prefix}.index"]:
        copy(path)
        os.remove(path)


@upload.wrong_attempt(says="What is in the bucket then looks whole if the index follows")
def goes_on_without_what_failed(prefix, copy):
    import glob

    for path in [*glob.glob(f"{glob.escape(prefix)}.data-*-of-*"), f"{prefix}.index"]:
        try:
            copy(path)
        except OSError:
            print(f"{path} was not copied")


@upload.wrong_attempt(says="Call `copy` for the index last")
def begins_with_the_index(prefix, copy):
    copy(f"{prefix}.index")
    for file in glob(f"{escape(prefix)}.data-*"):
        copy(file)


@upload.wrong_attempt(says="Some other file of the folder begins like the prefix")
def takes_whatever_begins_like_it(prefix, copy):
    for file in sorted(glob(f"{escape(prefix)}*")):
        copy(file)


@upload.wrong_attempt(says="The number of shards differs")
def knows_one_shard(prefix, copy):
    copy(f"{prefix}.data-00000-of-00001")
    copy(f"{prefix}.index")


@upload.wrong_attempt(says="A prefix is no file: it is")
def copies_the_prefix(prefix, copy):
    copy(prefix)


@upload.wrong_attempt(says="gives names without the folder")
def copies_names(prefix, copy):
    folder, name = os.path.split(prefix)
    for file in sorted(os.listdir(folder or ".")):
        if file.startswith((f"{name}.data-", f"{name}.index")):
            copy(file)


@upload.wrong_attempt(says="is a pattern to `glob`, unless it goes through")
def forgets_the_brackets(prefix, copy):
    for file in glob(f"{prefix}.data-*"):
        copy(file)
    copy(f"{prefix}.index")


@upload.wrong_attempt(says="neither times nor the order of a")
def from_the_oldest_to_the_newest(prefix, copy):
    files = [path for path in Path(prefix).parent.iterdir() if belongs(Path(prefix).name, path.name)]
    for path in sorted(files, key=lambda path: path.stat().st_mtime_ns):
        copy(path)


@upload.wrong_attempt(says="Without one of its files it is no checkpoint")
def forgets_the_index(prefix, copy):
    for file in glob(f"{escape(prefix)}.data-*"):
        copy(file)


@upload.right_attempt
def sorted_by_name(prefix, copy):
    for file in sorted([*glob(f"{escape(prefix)}.data-*"), *glob(f"{escape(prefix)}.index")]):
        copy(Path(file))


@upload.right_attempt
def counts_them(prefix, copy):
    path = Path(prefix)
    (first,) = (file for file in path.parent.iterdir() if file.name.startswith(f"{path.name}.data-00000-of-"))
    count = int(first.name[-5:])
    for number in range(count):
        copy(f"{prefix}.data-{number:05}-of-{count:05}")
    copy(prefix + ".index")

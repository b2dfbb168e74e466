"""Exercises of lesson 20b: the interval between saves, the mean between failures, what was lost, and a manager."""

import math
import time
from pathlib import Path

import tensorflow as tf

from course.practice import NotYet, exercise


def by_daly(cost, mean):
    part = cost / (2 * mean)
    return math.sqrt(2 * cost * mean) * (1 + math.sqrt(part) / 3 + part / 9) - cost if part < 1 else mean


def is_number(answer):
    return hasattr(answer, "__float__") and not isinstance(answer, bool)


def near(answer, expected, tolerance=2e-3):
    return math.isclose(answer, expected, rel_tol=tolerance)


def number_of(answer, expected, call):
    """The answer as a float."""
    if not is_number(answer):
        raise NotYet(
            seen=f"`{call}` returned `{answer!r}`.",
            expected=f"A number: {expected:.4g}.",
            because="The function returns its result, and prints nothing.",
        )
    return float(answer)


@exercise(
    hints=[
        "In which unit is each of the three arguments, and in which one is the answer?",
        "The mean time between failures of the whole training is that of one machine divided by the number of "
        "machines. Bring both times into minutes, then use `daly`.",
        "`daly(seconds / 60, hours * 60 / machines)`, with `daly` as in step 3.",
    ],
    raised={
        "division by zero": "Does the order of the divisions fit? All three arguments are above 0.",
    },
    tensorflow=2,
)
def minutes_between_saves(seconds, hours, machines):
    """Return how many minutes to work between two saves, by Daly's formula.

    A save takes so many seconds. One machine fails once in so many hours. The training
    runs on so many machines, and stops when one of them fails.
    """
    cost = seconds / 60
    mean = hours * 60 / machines  # of the whole training: any of its machines stops it
    part = cost / (2 * mean)
    if part >= 1:  # a save takes longer than two failures are apart: the formula does not hold there
        return mean
    return math.sqrt(2 * cost * mean) * (1 + math.sqrt(part) / 3 + part / 9) - cost


@minutes_between_saves.examiner
def _(attempt):
    for given in (
        (300, 24, 1),
        (120, 50_000, 100),
        (90, 43_800, 8_192),
        (600, 40, 160),
        (7_200, 1, 1),
        (5_400, 1, 1),
        (7_200, 10, 20),
        (1, 24, 10_000),
        (3_600, 900_000, 1),
    ):
        seconds, hours, machines = given
        call = f"minutes_between_saves({seconds}, {hours}, {machines})"
        cost, mean = seconds / 60, hours * 60 / machines
        expected = by_daly(cost, mean)
        answer = number_of(attempt(*given), expected, call)
        if not near(answer, expected):
            raise NotYet(
                seen=f"`{call}` returned {answer:.5g}.",
                expected=f"About {expected:.4g} minutes.",
                because=interval_mistake(answer, cost, mean, machines),
            )
    return "One unit for all times, and the mean of the whole training: it is shorter with each machine."


def interval_mistake(answer, cost, mean, machines):
    """The likely cause of a wrong interval, or None."""
    alone = mean * machines
    if by_daly(cost, mean) < 1 <= answer < 1.01 or (answer % 1 == 0 and abs(answer - by_daly(cost, mean)) < 1):
        return "Minutes have parts: neither round the interval, nor keep it above a minute. Many machines need less."
    mistakes = {
        by_daly(
            cost, alone
        ): "That is the interval for a single machine. With more of them something fails more often.",
        by_daly(cost, alone) / machines: "The mean is divided by the number of machines, not the interval: the square "
        "root comes after it.",
        by_daly(cost * 60, mean): "The save was taken for 60 times as long as it is: `seconds` are seconds.",
        by_daly(cost, mean / 60): "The mean was taken for 60 times as short as it is: `hours` are hours.",
        by_daly(cost, alone / 60): "The mean was taken for 60 times as short as it is: `hours` are hours. And it "
        "belongs to one machine only.",
        by_daly(cost / 60, mean / 60): "The answer is in hours.",
        by_daly(cost * 60, mean * 60): "The answer is in seconds.",
        math.sqrt(2 * cost * mean): "That is Young's interval. Daly's has a correction for frequent failures.",
        math.sqrt(2 * cost * mean)
        - cost: "Without its bracket, Daly's formula is Young's, less the cost. `daly` has it all.",
        math.sqrt(cost * mean): "The factor 2 below the root is missing.",
        by_daly(cost, mean) + cost: "Daly subtracts the cost at the end: it is the time of work between two saves.",
        mean: "The formula holds until a save takes twice as long as the mean. From there on it is the mean.",
        without_the_case(cost, mean): "If a save takes twice as long as the mean or longer, the formula does not hold, "
        "and Daly takes the mean itself.",
    }
    return next((text for wrong, text in mistakes.items() if near(answer, wrong)), None)


def without_the_case(cost, mean):
    part = cost / (2 * mean)
    return math.sqrt(2 * cost * mean) * (1 + math.sqrt(part) / 3 + part / 9) - cost


@minutes_between_saves.right_attempt
def in_seconds(seconds, hours, machines):
    import numpy as np

    mean = 3600 * hours / machines
    ratio = np.sqrt(seconds / (2 * mean))
    if ratio >= 1:
        return np.float64(mean / 60)
    return (np.sqrt(2 * seconds * mean) * (1 + ratio / 3 + ratio**2 / 9) - seconds) / 60


@minutes_between_saves.right_attempt
def with_the_lessons_functions(seconds, hours, machines):
    def daly(cost, mean):
        part = cost / (2 * mean)
        better = math.sqrt(2 * cost * mean) * (1 + math.sqrt(part) / 3 + part / 9) - cost
        return better if part < 1 else mean

    return daly(seconds / 60, hours * 60 / machines)


@minutes_between_saves.wrong_attempt(says="The formula holds until a save takes twice as long")
def takes_the_mean_too_early(seconds, hours, machines):
    cost, mean = seconds / 60, hours * 60 / machines
    if cost >= mean:
        return mean
    part = cost / (2 * mean)
    return math.sqrt(2 * cost * mean) * (1 + math.sqrt(part) / 3 + part / 9) - cost


@minutes_between_saves.wrong_attempt(says="the interval for a single machine")
def forgets_the_machines(seconds, hours, machines):
    return by_daly(seconds / 60, hours * 60)


@minutes_between_saves.wrong_attempt(says="not the interval: the square root")
def divides_the_interval(seconds, hours, machines):
    return by_daly(seconds / 60, hours * 60) / machines


@minutes_between_saves.wrong_attempt(says="`seconds` are seconds")
def mixes_seconds_in(seconds, hours, machines):
    return by_daly(seconds, hours * 60 / machines)


@minutes_between_saves.wrong_attempt(says="`hours` are hours.")
def mixes_hours_in(seconds, hours, machines):
    return by_daly(seconds / 60, hours / machines)


@minutes_between_saves.wrong_attempt(says="The answer is in seconds")
def answers_in_seconds(seconds, hours, machines):
    return by_daly(seconds, hours * 3600 / machines)


@minutes_between_saves.wrong_attempt(says="That is Young's interval")
def takes_young(seconds, hours, machines):
    return math.sqrt(2 * seconds / 60 * hours * 60 / machines)


@minutes_between_saves.wrong_attempt(says="Without its bracket")
def forgets_the_bracket(seconds, hours, machines):
    return takes_young(seconds, hours, machines) - seconds / 60


@minutes_between_saves.wrong_attempt(says="The factor 2 below the root is missing")
def forgets_the_two(seconds, hours, machines):
    return math.sqrt(seconds / 60 * hours * 60 / machines)


@minutes_between_saves.wrong_attempt(says="Daly subtracts the cost")
def forgets_the_cost(seconds, hours, machines):
    cost = seconds / 60
    return by_daly(cost, hours * 60 / machines) + cost


@minutes_between_saves.wrong_attempt(says="nor keep it above a minute")
def leaves_a_minute_at_least(seconds, hours, machines):
    return max(1, by_daly(seconds / 60, hours * 60 / machines))


@minutes_between_saves.wrong_attempt(says="the formula does not hold")
def forgets_the_case(seconds, hours, machines):
    return without_the_case(seconds / 60, hours * 60 / machines)


@exercise(
    hints=[
        "If 100 machines run for 24 hours, how many hours of a machine is that?",
        "Add up the hours of all machines in all runs, and the failures of all runs. A run without a failure tells you "
        "something, too.",
        "`sum(machines * hours for machines, hours, failures in runs)` divided by the sum of the failures, or "
        "`math.inf` if that sum is 0.",
    ],
    raised={
        "division by zero": "Without a failure there is nothing to divide by. In a single run that is no harm; if no "
        "run had one, the answer is `math.inf`.",
    },
    tensorflow=2,
)
def hours_per_failure(runs):
    """Return the mean hours between two failures of one machine.

    runs is what was seen: a list of (machines, hours, failures), such as (100, 24.0, 3)
    for a training that had 100 machines for 24 hours and met 3 failures. Return math.inf
    if there was no failure in any of them.
    """
    # Runs without a failure count: whoever leaves them out believes the machines to be worse than they are.
    seen = sum(machines * hours for machines, hours, _ in runs)
    failures = sum(failures for *_, failures in runs)
    return seen / failures if failures else math.inf


@hours_per_failure.examiner
def _(attempt):
    for runs in (
        [(100, 24.0, 3), (10, 500.0, 1)],
        [(8, 100.0, 0), (16, 700.0, 2), (64, 30.0, 5)],
        [(16_384, 1_296.0, 419)],
        [(8, 50.0, 1), (4, 10.0, 1), (8, 50.0, 4)],
        [(8, 50.0, 1), (2, 5.0, 3), (8, 50.0, 1)],
        [(3, 0.75, 1), (2, 1.5, 0)],
    ):
        seen, failures = sum(m * h for m, h, _ in runs), sum(f for *_, f in runs)
        given = list(runs)
        answer = number_of(attempt(given), seen / failures, f"hours_per_failure({runs})")
        if given != runs:
            raise NotYet(
                seen=f"Afterwards, the list that was passed is `{given}`.",
                expected=f"`{runs}`, as before.",
                because="`pop`, `remove` and `sort` change the list of whoever called. A loop over it does not.",
            )
        if not near(answer, seen / failures, 1e-6):
            raise NotYet(
                seen=f"`hours_per_failure({runs})` returned {answer:.6g}.",
                expected=f"{seen / failures:.6g}.",
                because=mean_mistake(answer, runs),
            )
    answer = attempt([(4, 10.0, 0), (2, 99.0, 0)])
    if answer != math.inf:
        raise NotYet(
            seen=f"No run had a failure, and `{answer!r}` was returned.",
            expected="`math.inf`.",
            because="How long a machine lasts cannot be said from that, only that it is long.",
        )
    return "All hours of all machines, divided by all failures: calm runs count as much as the others."


def mean_mistake(answer, runs):
    """The likely cause of a wrong mean, or None."""
    broken = [run for run in runs if run[2]]
    failures = sum(f for *_, f in runs)
    mistakes = {
        sum(m * h for m, h, _ in broken)
        / failures: "A run without a failure was left out. Its hours went well, and that is what the mean has to know.",
        sum(h for _, h, _ in runs)
        / failures: "That is the mean of the whole training. A machine lasts longer: its hours "
        "are multiplied by the number of machines.",
        sum(m * h / f for m, h, f in broken) / len(broken): "A mean of the runs' own means gives a short run as much "
        "weight as a long one.",
        sum(m * h / f for m, h, f in broken)
        / len(runs): "A mean of the runs' own means gives a short run as much weight as a long one.",
        sum(m * h for m, h, _ in runs)
        / (failures + len(runs)): "There is no failure at the end of a run that was ended "
        "by hand: only the failures count.",
    }
    mistakes[sum(m * int(h) for m, h, _ in runs) / failures] = "Hours have parts. Round nothing on the way."
    merged = {(m, h): f for m, h, f in runs}
    if len(merged) < len(runs):
        mistakes[sum(m * h for m, h in merged) / sum(merged.values())] = (
            "Two runs may have as many machines for as many hours. As keys of a dict they become one."
        )
    if len(set(runs)) < len(runs):
        mistakes[sum(m * h for m, h, _ in set(runs)) / sum(f for *_, f in set(runs))] = (
            "Two runs may be alike in all three numbers, and both count: a set has them once."
        )
    return next((text for wrong, text in mistakes.items() if near(answer, wrong, 1e-6)), None)


@hours_per_failure.right_attempt
def with_numpy(runs):
    import numpy as np

    machines, hours, failures = np.array(runs, float).T
    with np.errstate(divide="ignore"):
        return np.dot(machines, hours) / failures.sum()


@hours_per_failure.wrong_attempt(says="a set has them once")
def collects_them_in_a_set(runs):
    failures = sum(failures for *_, failures in set(runs))
    return sum(machines * hours for machines, hours, _ in set(runs)) / failures if failures else math.inf


@hours_per_failure.wrong_attempt(says="Hours have parts")
def takes_whole_hours(runs):
    failures = sum(failures for *_, failures in runs)
    return sum(machines * int(hours) for machines, hours, _ in runs) / failures if failures else math.inf


@hours_per_failure.wrong_attempt(says="As keys of a dict they become one")
def keeps_them_in_a_dict(runs):
    failures = {(machines, hours): failed for machines, hours, failed in runs}
    if not any(failures.values()):
        return math.inf
    return sum(machines * hours for machines, hours in failures) / sum(failures.values())


@hours_per_failure.wrong_attempt(says="change the list of whoever called")
def uses_the_list_up(runs):
    seen = failures = 0
    while runs:
        machines, hours, failed = runs.pop()
        seen, failures = seen + machines * hours, failures + failed
    return seen / failures if failures else math.inf


@hours_per_failure.wrong_attempt(says="was left out. Its hours went well")
def leaves_calm_runs_out(runs):
    broken = [run for run in runs if run[2]]
    failures = sum(failures for *_, failures in runs)
    return sum(machines * hours for machines, hours, _ in broken) / failures if failures else math.inf


@hours_per_failure.wrong_attempt(says="the mean of the whole training")
def forgets_that_machines_add_up(runs):
    failures = sum(failures for *_, failures in runs)
    return sum(hours for _, hours, _ in runs) / failures if failures else math.inf


@hours_per_failure.wrong_attempt(says="gives a short run as much weight")
def takes_the_mean_of_means(runs):
    means = [machines * hours / failures for machines, hours, failures in runs if failures]
    return sum(means) / len(means) if means else math.inf


@hours_per_failure.wrong_attempt(says="There is no failure at the end of a run")
def counts_the_end_as_a_failure(runs):
    failures = sum(failures + 1 for *_, failures in runs)
    return sum(machines * hours for machines, hours, _ in runs) / failures


@hours_per_failure.wrong_attempt(says="Without a failure there is nothing to divide by")
def divides_by_zero(runs):
    return sum(machines * hours for machines, hours, _ in runs) / sum(failures for *_, failures in runs)


@hours_per_failure.wrong_attempt(says="How long a machine lasts cannot be said")
def takes_none_for_never(runs):
    failures = sum(failures for *_, failures in runs)
    return sum(machines * hours for machines, hours, _ in runs) / failures if failures else 0


@exercise(
    hints=[
        "At each failure, which work was not yet in a complete save?",
        "Go through the log and keep a sum of the work since the last complete save. Work runs from `start` or `saved` "
        "to the next event.",
        'At any event, add the minutes since the work began, if it was working. At "saved", set the sum to 0. At '
        '"failed", add the sum to what is lost, and set it to 0.',
    ],
    tensorflow=2,
)
def minutes_lost(log):
    """Return how many minutes of work a training lost to failures, from its log.

    log is a list of (minute, event), in order. "start": the work begins, or goes on from
    the last complete save. "saving": a save begins, and the work stops. "saved": the save
    is complete, and the work goes on. "failed": the process is gone. "done": the end.
    Time in which it did not work, for a save or a restart, does not count.
    """
    lost = unsaved = 0
    began = None  # the minute since which it is working
    for minute, event in log:
        if began is not None:
            unsaved += minute - began
        began = minute if event in ("start", "saved") else None
        if event == "failed":
            lost += unsaved
        if event in ("failed", "saved"):  # a save counts when it is complete, not when it begins
            unsaved = 0
    return lost


LOGS = {  # a log by the minutes that were lost
    35: "0 start, 60 saving, 65 saved, 100 failed, 110 start, 170 saving, 175 saved, 175 done",
    83: "5 start, 40 failed, 50 start, 80 saving, 82 saved, 110 failed, 125 failed, 130 start, 150 failed, 158 start, "
    "188 saving, 191 saved, 200 done",
    60: "0 start, 60 saving, 64 failed, 74 start, 134 saving, 139 saved, 190 done",
    70: "10 start, 70 saving, 75 saved, 145 saving, 149 failed, 150 start, 210 done",
    0: "0 start, 90 saving, 95 saved, 120 done",
    25: "0 start, 15 failed, 20 start, 25 saving, 27 failed, 30 start, 35 failed, 40 start, 50 done",
}


@minutes_lost.examiner
def _(attempt):
    for expected, text in LOGS.items():
        log = [(int(minute), event) for minute, event in map(str.split, text.split(", "))]
        given = list(log)
        answer = number_of(attempt(given), expected, f"minutes_lost({log})")
        if given != log:
            raise NotYet(
                seen=f"Of {len(log)} lines, the log that was passed has {len(given)} afterwards, or another order.",
                expected="The log as it was.",
                because="`pop`, `reverse` and `sort` work on the log of whoever called, which may be read again.",
            )
        if answer != expected:
            raise NotYet(
                seen=f"`minutes_lost({log})` returned {answer:g}.",
                expected=f"{expected}.",
                because=loss_mistake(answer, log),
            )
    return "Only a complete save counts, and only work is lost: the time of saves and restarts was spent otherwise."


def loss_mistake(answer, log):
    """The likely cause of a wrong loss, or None."""
    for mistake, text in (
        (saved_when_begun, "A save that has begun is no save: its failure takes the work before it, too."),
        (with_the_save, "The minutes of a save were counted, and the training did not work in them."),
        (
            since_the_save,
            "After a restart the work begins at `start`. The minutes between a failure and the restart, and "
            "the work that an earlier failure took, do not count again.",
        ),
        (
            taken_twice,
            "A failure took this work, and the next failure, before any other work, was counted with it once more. Set "
            "the sum to 0 at a failure, too.",
        ),
        (with_no_minute_0, "0 is a minute, too, and `if began:` takes it for none. Ask `if began is not None:`."),
        (
            with_the_work_of_the_save_that_failed,
            "A save failed, and its work was lost. After the next `start` it is not there, so the next failure does "
            "not take it again.",
        ),
        (with_the_end, "At its end a training has not failed: the work after the last save is there."),
        (without_the_first, "Before the first save there is something to lose, too: all of it."),
    ):
        if answer == mistake(log):
            return text
    return None


def with_no_minute_0(log):
    lost = work = began = 0
    for minute, event in log:
        if event in ("saving", "failed") and began:
            work += minute - began
        if event == "saving" and began == 0:
            work += minute
        lost += work if event == "failed" else 0
        work = work if event == "saving" else 0
        began = minute if event in ("start", "saved") else None
    return lost


def with_the_work_of_the_save_that_failed(log):
    lost = work = 0
    began = None
    for minute, event in log:
        if event == "saving":
            work += minute - began
        elif event == "saved":
            work = 0
        elif event == "failed":
            lost += work + (minute - began if began is not None else 0)
        began = minute if event in ("start", "saved") else None
    return lost


def saved_when_begun(log):
    lost, began = 0, 0
    for minute, event in log:
        if event == "failed":
            lost += minute - began if began is not None else 0
            began = None
        elif event in ("start", "saved"):
            began = minute
        elif event == "saving":
            began = None
    return lost


def with_the_save(log):
    lost, began = 0, None
    for minute, event in log:
        if event == "failed" and began is not None:
            lost += minute - began
            began = None
        elif event in ("start", "saved"):
            began = minute
    return lost


def since_the_save(log):
    lost = last = 0
    for minute, event in log:
        if event == "saved":
            last = minute
        if event == "failed":
            lost += minute - last
    return lost


def taken_twice(log):
    lost = unsaved = 0
    began = None
    for minute, event in log:
        if event == "start":
            unsaved = 0
        if began is not None:
            unsaved += minute - began
        began = minute if event in ("start", "saved") else None
        if event == "saved":
            unsaved = 0
        if event == "failed":
            lost += unsaved
    return lost


def with_the_end(log):
    return minutes_lost.reference([(minute, "failed" if event == "done" else event) for minute, event in log])


def without_the_first(log):
    first = next((place for place, (_, event) in enumerate(log) if event == "saved"), len(log))
    return minutes_lost.reference(log[first:])


@minutes_lost.right_attempt
def looks_back_from_each_failure(log):
    lost = 0
    for place, (_, event) in enumerate(log):
        if event != "failed":
            continue
        for (before, was), (after, _) in zip(log[place - 1 :: -1], log[place:0:-1], strict=False):
            if was in ("start", "saved"):
                lost += after - before
            if was in ("saved", "start", "failed"):
                break
    return lost


@minutes_lost.wrong_attempt(says="0 is a minute, too")
def takes_minute_0_for_none(log):
    lost = work = 0
    began = None
    for minute, event in log:
        if event == "start":
            began, work = minute, 0
        elif event == "saving":
            work, began = work + minute - began, None
        elif event == "saved":
            began, work = minute, 0
        elif event == "failed":
            lost += work + (minute - began if began else 0)
            began, work = None, 0
    return lost


@minutes_lost.wrong_attempt(says="A save failed, and its work was lost")
def keeps_the_work_of_a_save_that_failed(log):
    lost = work = 0
    began = None
    for minute, event in log:
        if event == "saving":
            work, began = work + minute - began, None
        elif event == "saved":
            began, work = minute, 0
        elif event == "start":
            began = minute
        elif event == "failed":
            lost += work + (minute - began if began is not None else 0)
            began = None
    return lost


@minutes_lost.wrong_attempt(says="work on the log of whoever called")
def takes_lines_off_the_log(log):
    lost = work = 0
    began = None
    log.reverse()
    while log:
        minute, event = log.pop()
        if event in ("saving", "failed") and began is not None:
            work += minute - began
        lost += work if event == "failed" else 0
        work = work if event == "saving" else 0
        began = minute if event in ("start", "saved") else None
    return lost


@minutes_lost.wrong_attempt(says="A save that has begun is no save")
def trusts_a_save_that_has_begun(log):
    return saved_when_begun(log)


@minutes_lost.wrong_attempt(says="The minutes of a save were counted")
def counts_the_save(log):
    return with_the_save(log)


@minutes_lost.wrong_attempt(says="After a restart the work begins at `start`")
def counts_from_the_last_save(log):
    return since_the_save(log)


@minutes_lost.wrong_attempt(says="before any other work")
def begins_anew_at_the_start_only(log):
    return taken_twice(log)


@minutes_lost.wrong_attempt(says="At its end a training has not failed")
def takes_the_end_for_a_failure(log):
    return with_the_end(log)


@minutes_lost.wrong_attempt(says="Before the first save there is something to lose")
def begins_at_the_first_save(log):
    return without_the_first(log)


@exercise(
    hints=[
        "Which argument of a `CheckpointManager` keeps it from writing at each call, and what does it count?",
        "`checkpoint_interval` counts steps, and `step_counter` is the variable that it looks at. How many steps fit "
        "into the minutes?",
        "`tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3, step_counter=step, "
        "checkpoint_interval=minutes * 60 / seconds)`.",
    ],
    raised={
        "`step_counter` should be passed": "The interval is counted in steps, so the manager needs the variable that "
        "counts them: `step_counter=step`.",
        "max_to_keep": "`tf.train.CheckpointManager` wants to be told how many to keep: `max_to_keep=3`.",
    },
    tensorflow=2,
)
def manager_for(checkpoint, step, folder, minutes, seconds):
    """Return a CheckpointManager whose save() may be called after each step.

    It writes a checkpoint at most once in so many minutes, where a step takes so many
    seconds, and keeps the newest three. step is a tf.Variable of checkpoint that counts
    the steps. Nothing is restored or saved yet.
    """
    return tf.train.CheckpointManager(
        checkpoint,
        folder,
        max_to_keep=3,
        step_counter=step,
        checkpoint_interval=minutes * 60 / seconds,  # in steps, not in minutes
    )


@manager_for.examiner
def _(attempt):
    for folder, minutes, seconds, steps in (
        ("run", 2, 20, 29),
        (Path("else", "where").resolve().as_posix(), 1, 12, 31),
        ("slow", 3, 60, 14),
        ("odd", 1, 25, 11),
        ("parts", 1.5, 12.5, 18),
    ):
        step = tf.Variable(0, dtype=tf.int64)
        checkpoint = tf.train.Checkpoint(epoch=tf.Variable(7), steps=step, weights=tf.Variable([1.0, 2.0]))
        manager = attempt(checkpoint, step, folder, minutes, seconds)
        if not isinstance(manager, tf.train.CheckpointManager):
            raise NotYet(seen=f"Returned was `{manager!r}`.", expected="The manager.", because="`return manager`.")
        if there := sorted(path.name for path in Path(folder).glob("*.index")):
            raise NotYet(
                seen=f"Your function returned, and the folder has {', '.join(f'`{name}`' for name in there)}.",
                expected="No checkpoint yet: no step was done.",
                because="The manager is made, and nothing else: its `save` is called after each step, by the training.",
            )
        saved = []
        for number in range(1, steps + 1):
            step.assign(number)
            if manager.save() is not None:
                saved.append(number)
        compare_saves(saved, list(range(1, steps + 1, math.ceil(minutes * 60 / seconds))), minutes, seconds)
        compare_files(folder, saved)
        for key in ("epoch", "steps", "weights"):
            latest = tf.train.latest_checkpoint(folder)
            if not any(name.startswith(f"{key}/") for name, _ in tf.train.list_variables(latest)):
                raise NotYet(
                    seen=f"`checkpoint` has `epoch`, `steps` and `weights`. What was saved lacks `{key}`.",
                    expected="All of `checkpoint`.",
                    because="The manager saves the checkpoint that it is made for: the first argument.",
                )
        step.assign(-5)
        of_many_hours(folder)
        there = sorted(path.name for path in Path(folder).iterdir())
        manager = attempt(checkpoint, step, folder, minutes, seconds)
        if there != sorted(path.name for path in Path(folder).iterdir()):
            raise NotYet(
                seen="The folder had checkpoints of an earlier run. After your function, others are there, or none.",
                expected="All that was there.",
                because="Somebody may want to go on from them. A manager deletes what is too much when it saves.",
            )
        if int(step) != -5:
            raise NotYet(
                seen=f"The folder has checkpoints, and the step was -5. After your function, it is {int(step)}.",
                expected="-5: no value is changed.",
                because="Whether to go on from the latest checkpoint is for the training to decide. It is not asked "
                "for here, and whoever has restored another one loses it.",
            )
        for number in range(1, 5):
            step.assign(100 * number)
            manager.save()
        if len(there := sorted(path.stem for path in Path(folder).glob("*.index"))) > 3:
            raise NotYet(
                seen=f"In a folder of a training of many hours, {', '.join(there)} are there after four more saves.",
                expected="The newest three.",
                because="`keep_checkpoint_every_n_hours` keeps others besides, and they pile up.",
            )
    return "The interval in minutes became one in steps, and the manager looks at the step by itself."


def of_many_hours(folder):
    """Lets a folder's list say that the last checkpoint that was kept for good is many hours old."""
    state = tf.train.get_checkpoint_state(folder)
    paths = list(state.all_model_checkpoint_paths)
    tf.compat.v1.train.update_checkpoint_state(
        folder,
        paths[-1],
        paths,
        all_model_checkpoint_timestamps=[time.time()] * len(paths),
        last_preserved_timestamp=time.time() - 1e9,
    )


def compare_saves(saved, expected, minutes, seconds):
    if saved == expected:
        return
    gap = saved[1] - saved[0] if len(saved) > 1 else 0
    if minutes % 1:
        because = "`minutes` and `seconds` may have a part behind the point, and it counts: round up at the end only."
    elif gap == 1:
        because = "That is every step. `keep_checkpoint_every_n_hours` says which checkpoints stay, not when to save."
    elif gap == minutes:
        because = "`checkpoint_interval` counts steps, and those are minutes. How many steps are done in them?"
    elif gap == 0:
        because = "Either the interval is far too long, or `step_counter` is not the variable that counts steps: "
        because += "`save_counter` counts saves, and does not grow without one."
    elif gap * seconds < minutes * 60:
        because = "Two saves are less than the interval apart. A part of a step is one more step to wait for."
    else:
        because = None
    raise NotYet(
        seen=f"A step takes {seconds} seconds, and a save is due in {minutes} minutes. Of the steps 1, 2, 3 …, these "
        f"were saved: {', '.join(map(str, saved)) or 'none'}.",
        expected=f"{', '.join(map(str, expected))}.",
        because=because,
    )


def compare_files(folder, saved):
    kept = sorted(int(path.stem.split("-")[1]) for path in Path(folder).glob("ckpt-*.index"))
    wanted = list(range(1, len(saved) + 1))[-3:]
    if kept != wanted:
        raise NotYet(
            seen=f"There were {len(saved)} saves, and {', '.join(f'`ckpt-{each}`' for each in kept) or 'none'} "
            "can be found in the folder.",
            expected=f"The newest three: {', '.join(f'`ckpt-{each}`' for each in wanted)}.",
            because="`max_to_keep` says how many stay, and `folder` says where.",
        )


@manager_for.right_attempt
def rounds_up(checkpoint, step, folder, minutes, seconds):
    steps = math.ceil(60 * minutes / seconds)
    return tf.train.CheckpointManager(checkpoint, folder, 3, step_counter=step, checkpoint_interval=steps)


@manager_for.wrong_attempt(says="and they pile up")
def keeps_some_for_good(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(
        checkpoint,
        folder,
        max_to_keep=3,
        keep_checkpoint_every_n_hours=minutes / 60,
        step_counter=step,
        checkpoint_interval=minutes * 60 / seconds,
    )


@manager_for.wrong_attempt(says="The manager saves the checkpoint that it is made for")
def makes_a_checkpoint_of_its_own(checkpoint, step, folder, minutes, seconds):
    return manager_for.reference(tf.train.Checkpoint(steps=step), step, folder, minutes, seconds)


@manager_for.wrong_attempt(says="Somebody may want to go on from them")
def begins_with_an_empty_folder(checkpoint, step, folder, minutes, seconds):
    for path in Path(folder).glob("*"):
        path.unlink()
    return manager_for.reference(checkpoint, step, folder, minutes, seconds)


@manager_for.wrong_attempt(says="it counts: round up at the end only")
def rounds_too_early(checkpoint, step, folder, minutes, seconds):
    every = -(-int(minutes) * 60 // math.ceil(seconds))
    return tf.train.CheckpointManager(checkpoint, folder, 3, step_counter=step, checkpoint_interval=every)


@manager_for.wrong_attempt(says="those are minutes")
def takes_minutes_for_steps(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(checkpoint, folder, 3, step_counter=step, checkpoint_interval=minutes)


@manager_for.wrong_attempt(says="less than the interval apart")
def drops_a_part_of_a_step(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(
        checkpoint, folder, 3, step_counter=step, checkpoint_interval=minutes * 60 // seconds
    )


@manager_for.wrong_attempt(says="says which checkpoints stay, not when")
def keeps_by_the_hour(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(checkpoint, folder, 3, keep_checkpoint_every_n_hours=minutes / 60)


@manager_for.wrong_attempt(says="so the manager needs the variable")
def leaves_the_counter_out(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(checkpoint, folder, 3, checkpoint_interval=minutes * 60 / seconds)


@manager_for.wrong_attempt(says="`save_counter` counts saves")
def counts_the_saves(checkpoint, step, folder, minutes, seconds):
    counter = checkpoint.save_counter
    return tf.train.CheckpointManager(
        checkpoint, folder, 3, step_counter=counter, checkpoint_interval=minutes * 60 / seconds
    )


@manager_for.wrong_attempt(says="is for the training to decide")
def goes_on_from_the_latest(checkpoint, step, folder, minutes, seconds):
    manager = tf.train.CheckpointManager(
        checkpoint, folder, 3, step_counter=step, checkpoint_interval=minutes * 60 / seconds
    )
    manager.restore_or_initialize()
    return manager


@manager_for.wrong_attempt(says="its `save` is called after each step")
def saves_the_beginning(checkpoint, step, folder, minutes, seconds):
    manager = tf.train.CheckpointManager(
        checkpoint, folder, 3, step_counter=step, checkpoint_interval=minutes * 60 / seconds
    )
    manager.save()
    return manager


@manager_for.wrong_attempt(says="`max_to_keep` says how many stay")
def keeps_all(checkpoint, step, folder, minutes, seconds):
    return tf.train.CheckpointManager(
        checkpoint, folder, None, step_counter=step, checkpoint_interval=minutes * 60 / seconds
    )

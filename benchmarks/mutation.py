"""How many small changes of the code the tests notice:  .venv/bin/python benchmarks/mutation.py tfckpt --size 150

A change is made in a copy of the checkout: a statement, a filter or an argument is dropped, a comparison or a
condition is turned, a number or a text is changed, as tests/small_changes.py does it with the exercises' solutions; a
text of several words is emptied. Then the tests run that reach the changed line. If one of them fails that passes
without the change, or they no longer come to an end, the change is noticed.

A run takes a random sample of all changes of a room: ``--size`` and ``--seed`` say which, ``--all`` takes them all, in
many hours. What no test noticed is printed, to be looked at one by one: a test is missing, the code is not needed, or
the change makes no difference, which equivalent_changes.toml then says with its reason. ``--again`` tries what was not
noticed last time once more. ``--write`` puts the score into benchmarks/README.md.

Coverage.py is installed into benchmarks/.mutation on first use. What each test reaches is measured there once, and
again when the code or the test has changed. Linux only. Exits with 1 when a room is below its promise.
"""

import argparse
import difflib
import json
import math
import re
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from house import OWN, House, install
from rooms import ROOMS, Room
from small_changes import difference

README = Path(__file__).with_name("README.md")
LISTED = tomllib.loads(Path(__file__).with_name("equivalent_changes.toml").read_text(encoding="utf-8"))["equivalent"]
EQUIVALENT = {(each["module"], each["change"]) for each in LISTED}
PROMISE = 0.85
COLUMNS = (
    *("room", "changes there are", "tried", "noticed", "of these, by the time limit", "not noticed"),
    *("equivalent, left out", "share noticed", "interval of 95 %", "date", "seed", "seconds of tests"),
)
LONGEST = 300  # characters of a line that are printed


class Score:
    """What became of the changes that were tried."""

    def __init__(self, room):
        self.room, self.tried, self.killers = room, {}, Counter()
        self.file = OWN / f"last-{room.name}.json"

    def try_out(self, module, place, text):
        """Tries one change, and prints what became of it."""
        line = module.line(text)
        change = f"{module.functions.get(line, 'module')}: {difference(module.source, text)}"
        if (module.name, change) in EQUIVALENT:
            outcome = "equivalent"
        else:
            began = time.monotonic()
            tests = self.room.tests_of(module, line)
            failed = self.room.house.fails(module.name, text, tests)
            outcome = {None: "survived", "time": "time"}.get(failed, "killed")
            self.killers[failed] += outcome == "killed"
            lines = [f"{len(self.tried) + 1:4} {outcome:9} {time.monotonic() - began:5.1f} s  {module.name}:{line}  "]
            lines[0] += failed if outcome == "killed" else change
            if outcome == "survived":
                around = difflib.unified_diff(module.source.splitlines(), text.splitlines(), lineterm="", n=3)
                lines += ["", *list(around)[2:], f"({len(tests)} tests)", ""]
            print("\n".join(line[:LONGEST] for line in lines), flush=True)
        self.tried[f"{module.name} {place[0]} {place[1]}"] = outcome
        self.file.write_text(json.dumps({"sources": module_texts(self.room), "tried": self.tried}), encoding="utf-8")

    @property
    def counted(self):
        return Counter(self.tried.values())

    def row(self, options):
        """The room's row of the table, and whether its promise is kept."""
        counts = self.counted
        killed, whole = counts["killed"] + counts["time"], len(self.tried) - counts["equivalent"]
        if not whole:
            return f"| {self.room.name} | nothing was tried {'| ' * (len(COLUMNS) - 1)}", False
        low, high = interval(killed, whole)
        there = sum(len(module.places) for module in self.room.modules.values())
        return (
            f"| {self.room.name} | {there:,} | {whole} | {killed} | {counts['time']} | {counts['survived']} "
            f"| {counts['equivalent']} | **{killed / whole:.0%}** | {low:.0%} to {high:.0%} "
            f"| {time.strftime('%Y-%m-%d')} | {options.seed} | {options.seconds:g} |"
        ), killed / whole >= PROMISE


def module_texts(room):
    return {name: module.source for name, module in room.modules.items()}


def interval(killed, whole, z=1.96):
    """Wilson's interval of 95 % for the share of all changes that the tests notice."""
    share = killed / whole
    middle, width = share + z * z / (2 * whole), z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole**2))
    return (middle - width) / (1 + z * z / whole), (middle + width) / (1 + z * z / whole)


def run(room, options):
    """Tries a sample of a room's changes, or what survived the last one. Returns the score."""
    score = Score(room)
    size, until = math.inf if options.all else options.size, time.monotonic() + 60 * options.minutes
    for module, place in last_survivors(room) if options.again else room.sample(options.seed):
        if len(score.tried) - score.counted["equivalent"] >= size or time.monotonic() > until:
            break
        if (text := module.change(*place)) is not None:
            score.try_out(module, place, text)
    for test, number in score.killers.most_common(5):
        print(f"noticed {number}: {test}")
    return score


def last_survivors(room):
    """What survived the last run, in the modules that have not changed since."""
    last = json.loads((OWN / f"last-{room.name}.json").read_text(encoding="utf-8"))
    for key, outcome in last["tried"].items():
        name, number, way = key.split()
        if outcome == "survived" and last["sources"][name] == room.modules[name].source:
            yield room.modules[name], (int(number), int(way))
        elif outcome == "survived":
            print(f"{name} has changed since: what survived in it cannot be found again")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)} (default: all)")
    parser.add_argument("--size", type=int, default=100, help="how many changes of each room (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (default: 1)")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end a room's sample after this time")
    parser.add_argument("--seconds", type=float, default=12, help="of tests for each change (default: 12)")
    parser.add_argument("--all", action="store_true", help="every change there is")
    parser.add_argument("--again", action="store_true", help="only what survived the last run")
    parser.add_argument("--write", action="store_true", help="store the score in benchmarks/README.md")
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("The tests run in forks of one process, and that is safe on Linux only: run this on Linux.")
    if unknown := set(options.rooms) - set(ROOMS):
        sys.exit(f"There is no room {', '.join(sorted(unknown))}. Choose among: {', '.join(ROOMS)}.")
    if options.write and options.again:
        sys.exit("--again has no score to store: leave out --write.")
    install()
    with House() as house:
        scores = [run(Room(name, house, options.seconds), options) for name in options.rooms or ROOMS]
    rows, kept = zip(*(score.row(options) for score in scores), strict=True)
    print("\n" + table_of(rows))
    if options.write:
        write(rows)
    return 0 if all(kept) else 1


def table_of(rows):
    return "\n".join([f"| {' | '.join(COLUMNS)} |", "| --- |" + " ---: |" * (len(COLUMNS) - 1), *rows])


def write(rows):
    """Stores rows in the README. Those of other rooms stay as they are."""
    between = re.compile(r"(<!-- mutation -->\n)(.*)(<!-- end of mutation -->)", re.S)
    text = README.read_text(encoding="utf-8")
    there = [line for line in between.search(text)[2].splitlines() if line.startswith("| ")][2:]
    of_room = {row.split()[1]: row for row in (*there, *rows)}
    table = table_of(of_room[name] for name in ROOMS if name in of_room)
    README.write_text(between.sub(lambda match: f"{match[1]}{table}\n{match[3]}", text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

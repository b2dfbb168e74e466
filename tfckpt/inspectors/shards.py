"""``incomplete``: which files of a model are not there, as a list of them says, or the numbers in their own names."""

import os
import re

from tfckpt.describe import natural
from tfckpt.errors import CheckpointError
from tfckpt.integrity import named
from tfckpt.misnamed import instead, other_than
from tfckpt.readers.file_list import FileList, NoListError, is_list

# The name of one of several files, as libraries write it: what is before the number, the number, how many, the rest.
NUMBERED = re.compile(r"(.*-)(\d{5})-of-(\d{5})(\.(?:safetensors|bin|h5))", re.DOTALL)
IN_BROWSERS = re.compile(r"(.*group\d{1,5}-shard)(\d{1,5})of(\d{1,5})(\.bin|)", re.DOTALL)  # of TensorFlow.js
MOST_SHARDS = 10_000
MOST_NAMED = 5  # files in a sentence
MOST_OPENED = 100
IN_PLACE = ("a pointer of", "a web page", "XML")  # what lies in place of a file, whatever that would be


def incomplete(folder):
    """What is missing or damaged of the models in a folder that are in several files, sentences."""
    problems, listed = [], set()
    paths = sorted(folder.iterdir(), key=lambda path: natural(path.name))
    for path in filter(is_list, paths):
        try:
            files = FileList(path)
        except NoListError:
            continue
        except CheckpointError as error:
            problems.append(str(error))
            continue
        listed |= {os.path.basename(file) for file in files.files}
        problems += of_list(files)
    series = series_in({path.name for path in paths} - listed)
    for here, absent in series:
        problems += [f"{some(absent)} not here, and the names of the others say that there are more."] * bool(absent)
        problems += damaged({folder / name: () for name in here})
    return problems


def of_list(files):
    """What is wrong with the files that a ``FileList`` names, sentences."""
    name = files.path.name
    if not files.files:
        return [f"{name} names no file that has weights in it."]
    places, missing = {file: files.beside(file) for file in files.files}, set(files.missing)
    outside = [file for file, place in places.items() if place is None]
    there = {file: place for file, place in places.items() if place is not None and file not in missing}
    problems = []
    if outside:
        problems.append(f"{name} names files that are not in its folder, and were not looked at: {names(outside)}.")
    if missing:
        missing = [file for file in places if file in missing]
        problems.append(f"{some(missing)} not here, and {name} says that weights are in there.")
        lists = {id(files.files[file]): files.files[file] for file in missing}
        gone = dict.fromkeys(each for listed in lists.values() for each in listed if each)
        problems += [f"Lost with it: {named(list(gone))}."] * bool(gone and there)
    problems += damaged({place: files.files[file] for file, place in there.items()}, name)
    for group, size in files.groups:
        if all(file in there for file in group):
            have = sum(os.path.getsize(there[file]) for file in group)
            if have < size:
                problems.append(f"{names(group)}: {have} bytes, and {name} says that there are {size}.")
    return problems


def names(files):
    """The first of some names of files, and how many there are beside them."""
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return ", ".join(file[:200] for file in files[:MOST_NAMED]) + more


def some(files):
    """The same as the beginning of a sentence that says what they are not."""
    return f"{names(files)} {'is' if len(files) == 1 else 'are'}"


def series_in(all_names):
    """Of files that are numbered as one of several, for each model the names that are there, and those that are not."""
    series = {}
    for name in all_names:
        for pattern in (NUMBERED, IN_BROWSERS):
            if match := pattern.fullmatch(name):
                before, number, count, after = match.groups()
                series.setdefault((pattern, before, count, after), {})[int(number)] = name
    for (pattern, before, count, after), there in sorted(series.items(), key=lambda item: item[0][1:]):
        if pattern is NUMBERED:
            wanted = {number: f"{before}{number:05}-of-{count}{after}" for number in numbers(count, there)}
        else:
            wanted = {number: f"{before}{number}of{count}{after}" for number in numbers(count, there)}
        yield [there[number] for number in sorted(there)], [wanted[each] for each in wanted if each not in there]


def numbers(count, there):
    """The numbers that so many files have, from 0 or from 1 on."""
    first = 0 if 0 in there else 1
    return range(first, min(int(count), MOST_SHARDS) + first)


def damaged(places, listed_by=""):
    """What is wrong with files as such, sentences: empty ones, and those that cannot be read as what they are called.

    Args:
        places: ``{path: names of the tensors that should be in it}``.
        listed_by: what says so.
    """
    problems = []
    for path, wanted in list(places.items())[:MOST_OPENED]:
        try:
            if not os.path.getsize(path):
                problems.append(f"{path.as_posix()} is empty: 0 bytes. Likely a copy or download that did not finish.")
            elif (known := other_than(path)) and known[0].startswith(IN_PLACE):
                problems.append(f"{path.as_posix()} is {known[0]}. {known[1]}")
            elif path.name.endswith(".safetensors"):
                from tfckpt.readers.safetensors import Safetensors

                has = Safetensors(path).entries
                absent = [name for name in wanted if name not in has]
                says = f"{listed_by} says that it is in {path.name}, and it is not: {named(absent)}."
                problems += [says] * bool(absent)
            elif path.name.endswith(".h5"):
                from tfckpt.readers.hdf5 import Hdf5

                Hdf5(path)
        except ModuleNotFoundError:  # h5py, which a browser lacks
            continue
        except CheckpointError as error:
            problems.append(instead(path, error))
        except OSError as error:
            problems.append(f"{path.as_posix()} cannot be opened: {error.strerror}.")
    return problems

"""The errors that a text tells of: tracebacks of Python, IPython and pytest, chained or one after the other."""

import re
from dataclasses import dataclass

MOST_LINES = 2000  # of one message: TensorFlow's own may go on for a hundred

ENDINGS = "Error|Exception|Warning|Exit|Interrupt|Iteration|Failure|Fault"
HEADER = re.compile(
    rf"""'?(?:FAILED\s\S+\s-\s)?(?:Uncaught\s)?
    (?P<kind>(?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*(?:{ENDINGS})|Error|Exception|BadZipFile|InvalidVersion))
    (?:\s\(see\sabove\sfor\straceback\))?(?:\s?:\s*(?P<says>.*)|$)""",
    re.VERBOSE,
)
CHAINED = re.compile("During handling of the above exception|The above exception was the direct cause|Caused by op ")
TRACEBACK = re.compile(r"(?:\w+ *)?Traceback \(most recent call last|_{4,} .+ _{4,}$")  # or pytest's line for a test
OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
IGNORED = re.compile("Exception ignored in|Exception in thread .*_delete")
SUMMARY = re.compile(r"=+ .+ =+$|In ?\[\d*\]:|>>> |--+$|FAILED |PASSED ")


@dataclass(frozen=True)
class Failure:
    """An error that a text tells of.

    Attributes:
        kind: the name of its class, without the module.
        lines: its message; the first line begins with the kind.
        chain: the number of the chain of tracebacks that it belongs to.
    """

    kind: str
    lines: tuple
    chain: int


def failures_in(lines):
    """The errors in some lines, in their order; warnings only where there is no other.

    Args:
        lines: a list of ``Line``.

    Example:

        >>> from tfckpt.explain.lines import cleaned
        >>> failures_in(cleaned("ValueError: No variables to save"))[0].kind
        'ValueError'
    """
    found, chain, joined, ignored, message = [], 0, False, False, None
    for number, line in enumerate(lines):
        text = line.text
        header = None if line.logged else HEADER.match(text)
        if IGNORED.match(text):
            message, ignored = None, True
        elif CHAINED.match(text):
            message, joined = None, True
        elif TRACEBACK.match(text):
            message, chain, joined = None, chain if joined else chain + 1, False
        elif header:
            message = beginning(header, lines[:number])
            if not ignored:
                found.append((message, chain))
            ignored = joined = False
        elif line.logged or SUMMARY.match(text):
            message = None
        elif message is not None and len(message) < MOST_LINES:
            message.append(text)
    failures = [Failure(message[0].partition(":")[0], tuple(message), chain) for message, chain in found]
    failures = [failure for failure in failures if not is_heading(failure)]
    failures = [failure for failure in failures if not failure.kind.endswith("Warning")] or failures
    return [failure for failure in failures if not is_search(failure, failures)]


def beginning(header, before):
    """The first lines of a message: its header, and for an assertion that says nothing what was asserted.

    Args:
        header: a match of ``HEADER``.
        before: the lines before it.
    """
    says = f"{header['kind'].rpartition('.')[2]}: {header['says'] or ''}"
    return [says, before[-1].text] if before and says == "AssertionError: " else [says]


def is_heading(failure):
    """Whether a failure is only the word above what somebody pasted, as a log that follows it: it says nothing.

    Example:

        >>> is_heading(Failure("Error", ("Error: ", ""), 0))
        True
    """
    return failure.kind in ("Error", "Exception") and not "".join(failure.lines).partition(":")[2].strip()


def is_search(failure, failures):
    """Whether a failure is only that of a Saver's search for a description of objects, after another one."""
    if OBJECTS not in failure.lines[0]:
        return False
    return any(other.chain == failure.chain and OBJECTS not in other.lines[0] for other in failures)

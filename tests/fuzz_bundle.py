"""Feeds damaged and hostile checkpoints to ``tfckpt.readers.bundle``: nothing may come but CheckpointError.

The tests run it for a second. A long run, which prints what it saw:

    python tests/fuzz_bundle.py 200000
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import google_crc32c

from tfckpt import Bundle, CheckpointError
from tfckpt.format.crc32c import masked
from tfckpt.format.table import FOOTER, TRAILER, handle
from tfckpt.format.wire import varint

SEEDS = [path.with_suffix("") for path in sorted((Path(__file__).parent / "tf-1.15.5").rglob("*.index"))]
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


def fuzz(inputs, seed=0, report=None):
    """Tries ``inputs`` damaged checkpoints, the same ones for the same ``seed``.

    Returns:
        How many of them could be opened in spite of the damage, so that the readers of values were tried as well.

    Raises:
        whatever a reader raises that is no CheckpointError.
    """
    chance, opened, slowest = random.Random(seed), 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(inputs):
            prefix = chance.choice(SEEDS)
            content = {
                ending: prefix.with_name(prefix.name + ending).read_bytes()
                for ending in (".index", ".data-00000-of-00001", ".data-00000-of-00002", ".data-00001-of-00002")
                if prefix.with_name(prefix.name + ending).exists()
            }
            ending = ".index" if chance.random() < 0.9 else chance.choice(sorted(content))
            content[ending] = mutated(content[ending], chance)
            if ending == ".index" and chance.random() < 0.8:
                content[ending] = with_right_checksums(content[ending])
            for name, data in content.items():
                Path(folder, f"model{name}").write_bytes(data)
            began = time.perf_counter()
            opened += tried(Path(folder, "model"))
            slowest = max(slowest, time.perf_counter() - began)
            if report and (number + 1) % 1000 == 0:
                report(number + 1, opened, slowest)
    return opened


def tried(prefix):
    """Opens a checkpoint and reads all that it has. Returns whether it could be opened."""
    try:
        bundle = Bundle(prefix)
    except CheckpointError:
        return False
    for name in bundle.entries:
        for look in (bundle.tensor, bundle.verify):
            try:
                look(name)
            except CheckpointError as error:
                assert len(str(error)) < 2000
    return True


def mutated(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(data) + 1)
        way = chance.randrange(6)
        if way == 0 and data:  # a bit
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif way == 1 and data:  # a byte
            data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif way == 2:  # cut off, or a piece taken out
            del data[at : chance.choice((len(data), at + chance.randrange(1, 20)))]
        elif way == 3:  # a piece twice
            data[at:at] = data[at : at + chance.randrange(1, 60)]
        elif way == 4:  # a number that lies
            number = encoded(chance.choice(NUMBERS))
            data[at : at + chance.choice((0, 1, len(number)))] = number
        else:  # noise
            data[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(data)


def encoded(number):
    """A number as a varint."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def with_right_checksums(data):
    """The table with the checksums of its blocks put right, as an attacker would: so the damage gets past them."""
    data = bytearray(data)
    for start, size in blocks(bytes(data))[:20]:
        if start + size + TRAILER <= len(data):
            checksum = masked(google_crc32c.value(bytes(data[start : start + size + 1])))
            data[start + size + 1 : start + size + TRAILER] = checksum.to_bytes(4, "little")
    return bytes(data)


def blocks(data):
    """Where the blocks of a damaged table begin and how long they are, as far as that can be told."""
    found = []
    try:
        _, at = handle(data[-FOOTER:], 0)
        (start, size), _ = handle(data[-FOOTER:], at)
        found.append((start, size))
        index, at = data[start : start + size], 0
        while at < len(index) - 8:
            _, at = varint(index, at)
            rest, at = varint(index, at)
            length, at = varint(index, at)
            found.append(handle(index, at + rest)[0])
            at += rest + length
    except ValueError:
        pass  # the rest cannot be told: the damage was there
    return found


if __name__ == "__main__":

    def report(number, opened, slowest):
        print(f"\r{number} inputs, {opened} opened, the slowest took {1000 * slowest:.0f} ms", end="", flush=True)

    fuzz(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0,
        report=report,
    )
    print()
    if sys.platform != "win32":
        import resource

        print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")

"""Truth 9, HDF5: nodes of a tree that lead to themselves, over which the library goes without an end, or crashes."""

import io

import h5py
import numpy as np
import pytest
from apart import tfckpt

ADDRESS = 8  # bytes


def group(file):
    for number in range(200):
        file[f"g/x{number}"] = np.ones(1)


def pieces(file):
    file.create_dataset("d", data=np.arange(4000.0).reshape(400, 10), chunks=(2, 5), compression="gzip")


def content(build, block):
    made = io.BytesIO()
    with h5py.File(made, "w", userblock_size=block) as file:
        build(file)
    return bytearray(made.getvalue())


def highest(data, kind):
    """The byte of the highest node of a kind."""
    starts = [at for at in range(len(data)) if data[at : at + 4] == b"TREE" and data[at + 4] == kind]
    return max(starts, key=lambda at: data[at + 5])


def point(data, at, node, block):
    data[at : at + ADDRESS] = (node - block).to_bytes(ADDRESS, "little")


@pytest.mark.parametrize("block", [0, 512])
@pytest.mark.parametrize(("build", "kind", "key"), [(group, 0, 8), (pieces, 1, 32)], ids=["a group", "pieces"])
def test_nodes_that_lead_to_themselves(tmp_path, build, kind, key, block):
    whole = content(build, block)
    node = highest(whole, kind)
    assert whole[node + 5] == 1, "a node above others"
    path = tmp_path / "m.h5"
    path.write_bytes(whole)
    assert tfckpt("inspect", path, "--verify").code == 0
    below, beside = bytearray(whole), bytearray(whole)
    point(below, node + 24 + key, node, block)
    point(beside, node + 16, node, block)
    for data, says in ((below, "lies below itself"), (beside, "lead to themselves")):
        path.write_bytes(data)
        done = tfckpt("inspect", path, "--verify", seconds=20)
        assert done.code == 1 and f"at byte {node} of it {says}" in " ".join(done.lines)


def test_two_nodes_that_lead_to_each_other(tmp_path):
    whole = content(group, 0)
    first, second = [at for at in range(len(whole)) if whole[at : at + 4] == b"TREE" and not whole[at + 5]][-2:]
    point(whole, first + 16, second, 0)
    point(whole, second + 16, first, 0)
    path = tmp_path / "m.h5"
    path.write_bytes(whole)
    done = tfckpt("inspect", path, seconds=20)
    assert done.code == 1 and "lead to themselves" in " ".join(done.lines)

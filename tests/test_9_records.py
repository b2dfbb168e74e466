"""Truth 9, what the readers say is not changed by whoever it is said to: their records are frozen."""

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import tfckpt

FILLED = {"MetaGraph", "Saver", "Exported", "Side", "Saved", "Diff"}  # field by field, as they are read
# Of a large file there are very many of these.
MANY = {"Dataset", "End", "Entry", "Name", "Operation", "Role", "Saved", "SavedObject", "Source", "Tensor"}


def records():
    for module in pkgutil.walk_packages(tfckpt.__path__, "tfckpt."):
        if module.name != "tfckpt.__main__":
            for name, each in inspect.getmembers(importlib.import_module(module.name), dataclasses.is_dataclass):
                if each.__module__ == module.name and inspect.isclass(each):
                    yield pytest.param(each, id=name)


@pytest.mark.parametrize("record", records())
def test_a_record_is_not_changed(record):
    one = record.__new__(record)
    assert hasattr(one, "__dict__") == (record.__name__ not in MANY), "without it, one takes half the memory"
    field = dataclasses.fields(record)[0].name
    if record.__name__ in FILLED:
        setattr(one, field, None)
        return
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(one, field, None)

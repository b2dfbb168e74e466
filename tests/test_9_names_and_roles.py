"""Truth 9, what a name says: which role a tensor has, what a variable is called, and how alike two names are."""

from types import SimpleNamespace

import pytest

from tfckpt.compare.doubt import COMMON, likeness, of_rule
from tfckpt.compare.libraries import of_libraries
from tfckpt.compare.names import ROLES, SLOTS, Name, parsed, spelling
from tfckpt.compare.rules import Rules, agreement_of, difference, fits, rule, same_shape, similarity
from tfckpt.compare.shifted import shifted
from tfckpt.describe import natural, size
from tfckpt.format.objects import KEY
from tfckpt.roles import Role, roles

# Roles


def role(name, *others):
    return roles([name, *others], {})[name]


@pytest.mark.parametrize("last", """
    Adam Adam_1 MyAdam AdamAsync Adamax AdamW Nadam Momentum RMSProp RMSProp_1 Adagrad AdagradDA Adadelta Adadelta_1
    Ftrl Ftrl_1 AMSGrad LARS LAMB LAMB_12 accumulator linear m v vhat rms mg momentum velocity accum_grad accum_var
    gradient_accumulator""".split())  # fmt: skip
def test_a_slot_is_named_after_its_variable(last):
    assert role(f"w/{last}", "w") == Role("slot", "w")
    assert role(f"scope/net/w/{last}", "net/w") == Role("slot", "net/w")
    assert role(f"scope/w/{last}", "x") == Role("variable"), "no variable is there for it"


@pytest.mark.parametrize("last", "kernel madam accum gradient Adam-1 mm vv".split())
def test_what_is_called_otherwise_is_no_slot_within_a_scope(last):
    assert role(f"scope/w/{last}", "w") == Role("variable")


@pytest.mark.parametrize("last", [
    "ExponentialMovingAverage", "ExponentialMovingAverage_2", "moving_mean", "moving_variance", "moving_average",
    "biased", "local_step"])  # fmt: skip
def test_an_average(last):
    assert role(f"w/{last}", "w") == Role("average", "w") and role(f"w/{last}") == Role("average")
    assert role(f"w/{last}s") != Role("average")


@pytest.mark.parametrize("last", "global_step step iteration iterations _iterations iter save_counter epoch".split())
def test_a_counter(last):
    assert role(last) == role(f"a/{last}") == Role("counter")
    assert role(f"{last}x") == Role("variable")


@pytest.mark.parametrize(
    "last",
    "beta1_power beta2_power beta1_power_1 learning_rate _learning_rate decay_rate beta_1 decay loss_scale".split(),
)
def test_a_value_of_an_optimizer(last):
    assert role(last) == role(f"a/{last}") == Role("optimizer")
    assert role(f"{last}x") == Role("variable")


def test_other_names():
    assert role(KEY) == Role("object")
    assert role("w") == role("net/w") == Role("variable")
    assert role("w/part_0", "w") == Role("variable") and role("w/part_x", "w") == Role("slot", "w")
    assert role("w/anything", "w") == Role("slot", "w"), "what stands below a variable is its slot"
    assert role("a/global_step/.ATTRIBUTES/VARIABLE_VALUE") == Role("counter")
    assert role("w/.ATTRIBUTES/VARIABLE_VALUE") == Role("variable")
    found = roles(["adam/w/m", "w", "adam/rate", "adam/deep/rate", "rate"], {})
    assert found["adam/rate"] == Role("optimizer"), "beside slots"
    assert found["adam/deep/rate"] == found["rate"] == Role("variable")


def saved(*path, attribute="VARIABLE_VALUE", name="", slot="", slot_of=()):
    return SimpleNamespace(path=path, attribute=attribute, full_name=name, slot=slot, slot_of=slot_of)


def test_roles_of_objects():
    graph = {
        "w": saved("model", "w", name="dense/kernel"),
        "mean": saved("model", "moving_mean"),
        "m": saved("optimizer", "x", slot="m", slot_of=("model", "w")),
        "lost": saved("optimizer", "x", slot="m", slot_of=("gone",)),
        "config": saved("model", attribute="OBJECT_CONFIG_JSON"),
        "step": saved("optimizer", "iterations"),
        "rate": saved("optimizer", "_learning_rate"),
        "own": saved("optimizer", "_variables", "1", name="adam/learning_rate"),
        "momentum": saved("optimizer", "_variables", "2", name="adam/dense_kernel_momentum"),
        "of nobody": saved("optimizer", "_variables", "3", name="adam/other_kernel_momentum"),
        "trained": saved("optimizer", "_trainable_variables", "0"),
        "nowhere": saved(),
    }
    assert roles(graph, graph) == {
        "w": Role("variable"),
        "mean": Role("average"),
        "m": Role("slot", "w"),
        "lost": Role("slot"),
        "config": Role("object"),
        "step": Role("counter"),
        "rate": Role("optimizer"),
        "own": Role("optimizer"),
        "momentum": Role("slot", "w"),
        "of nobody": Role("slot"),
        "trained": Role("variable"),
        "nowhere": Role("variable"),
    }


# What a name says


@pytest.mark.parametrize("word", ROLES)
def test_the_words_for_one_role(word):
    assert parsed(f"a/{word}").role == parsed(f"a/{word.upper()}").role == (ROLES[word], 0)
    assert parsed(f"a/{word}_2:0").role == (ROLES[word], 2)


def test_each_role_has_its_words():
    assert {
        role: " ".join(word for word, each in ROLES.items() if each == role) for role in dict.fromkeys(ROLES.values())
    } == {
        "kernel": "weights weight w matrix filter filters kernel",
        "bias": "bias biases b",
        "gamma": "gamma scale",
        "beta": "beta offset shift",
        "moving_mean": "running_mean mean mu",
        "moving_variance": "running_var running_variance moving_var variance var",
        "embeddings": "embedding embedding_weights embedding_table lookup_table",
        "depthwise_kernel": "depthwise_weights",
        "pointwise_kernel": "pointwise_weights",
        "iter": "iterations",
    }
    assert {
        slot: " ".join(word for word, each in SLOTS.items() if each == slot) for slot in dict.fromkeys(SLOTS.values())
    } == {
        "m": "Adam AdaMax",
        "v": "Adam_1 AdaMax_1",
        "momentum": "Momentum RMSProp_1",
        "rms": "RMSProp",
        "accumulator": "Adagrad Ftrl",
        "accum_grad": "Adadelta",
        "accum_var": "Adadelta_1",
        "linear": "Ftrl_1",
        "moving average": "ExponentialMovingAverage",
    }
    for word, slot in SLOTS.items():
        assert parsed(f"a/w/{word}") == Name((("a", 0),), ("kernel", 0), (slot,))


@pytest.mark.parametrize(
    ("name", "scopes", "role", "slots"),
    [
        ("w", [], "kernel", []),
        ("dense_1/kernel:0", [("dense", 1)], "kernel", []),
        ("dense-12/kernel:10", [("dense", 12)], "kernel", []),
        ("dense1/a_/b", [("dense", 1), ("a", 0)], "bias", []),
        ("a-/x", [("a", 0)], "x", []),
        ("conv2d_3/x", [("conv2d", 3)], "x", []),
        ("a//x/", [("a", 0)], "x", []),
        ("", [], "", []),
        ("Adam", [], "Adam", []),
        ("w/Adam/ExponentialMovingAverage", [], "kernel", ["m", "moving average"]),
        ("a/x/.ATTRIBUTES/VARIABLE_VALUE", [("a", 0)], "x", []),
        ("a/x/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", [("a", 0)], "x", ["m"]),
        ("a1234567/x", [("a1", 234567)], "x", []),
    ],
)
def test_the_parts_of_a_name(name, scopes, role, slots):
    assert parsed(name) == Name(tuple(scopes), (role, 0), tuple(slots))
    assert parsed(name).path == (*scopes, (role, 0))


def test_how_the_end_of_a_name_is_spelled():
    assert spelling("a/w:0") == ("w", ":0") and spelling("w") == ("w", "")
    assert spelling("a/w/.ATTRIBUTES/VARIABLE_VALUE") == ("w", "/.ATTRIBUTES/VARIABLE_VALUE")


# How alike two names are


@pytest.mark.parametrize("word", sorted(COMMON))
def test_what_layers_are_called_everywhere_tells_no_layer_from_another(word):
    def shared(scope):
        return of_rule({f"a/{scope}/w": f"b/{scope}/w"}, rule(parsed("a/w"), parsed("b/w")), False).shared

    assert shared(word) == shared(word.upper()) == 0
    assert shared(f"{word}_1") == shared(f"{word}x") == 1


def test_the_words_for_layers_that_are_common():
    assert sorted(COMMON) == sorted(
        "dense linear fc conv conv2d output outputs out layer logits layer_norm norm layernorm batch_normalization "
        "batchnorm bn embedding embeddings head projection".split()
    )


def test_how_many_parts_two_names_share_from_the_end():
    def shared(a, b):
        return of_rule({a: b}, rule(parsed(a), parsed(b)), False).shared

    assert shared("x/owl/lamp/w", "y/owl/lamp/w") == 2
    assert shared("x/owl/dense/w", "y/owl/dense/w") == 1
    assert shared("x/owl/lamp/w", "y/crow/lamp/w") == 1
    assert shared("x/owl/lamp/w", "y/owl/cup/w") == 0
    assert shared("x/owl/dense_1/w", "y/owl/dense_1/w") == 2


def test_how_far_a_group_is_doubted():
    def evidence(pairs, others=0, certain=False):
        from dataclasses import replace

        one = next(iter(pairs.items()))
        return replace(of_rule(pairs, rule(*map(parsed, one)), certain), others=others)

    weak = {f"crow/w_{n}": f"tent/w_{n}" for n in range(1, 6)}
    assert evidence(weak).weak and evidence(weak).doubt == "little"
    assert evidence(weak, others=4).doubt == "little" and evidence(weak, others=5).doubt == "great"
    assert evidence(weak, others=5, certain=True).doubt == "none" and not evidence(weak, certain=True).weak
    strong = {f"crow/owl_{n}/w": f"tent/owl_{n}/w" for n in range(1, 6)}
    assert not evidence(strong).weak and evidence(strong, others=99).doubt == "little"
    for count, others, doubt in ((4, 11, "little"), (4, 12, "great"), (5, 99, "little")):
        few = dict(list(strong.items())[:count])
        assert evidence(few, others).doubt == doubt, (count, others)
    numbered = {f"crow_1/owl_{n}/w": f"crow_2/owl_{n}/w" for n in range(1, 3)}
    assert evidence(numbered, others=99).doubt == "little", "only numbers differ"
    telling = {f"crow/{end}": f"tent/{end}" for end in ("owl", "cup", "lamp", "tree")}
    assert not evidence(telling).weak and evidence(dict(list(telling.items())[:3])).weak
    assert not evidence({"critics/w": "critic/w"}).weak and evidence({"crow/w": "tent/w"}).weak


def test_likeness():
    assert likeness(("a", "B"), ("A", "b")) == 1.0 and likeness((), ("a",)) == 0.0 and likeness(("a",), ()) == 0.0
    assert likeness(("critic",), ("critics",)) > 0.8
    assert similarity("c", "critic") == 0.6 == similarity("critic", "c")
    assert similarity("critic", "pi") == 0 and similarity("abcd", "abxy") == 0
    assert similarity("abcde", "abcxy") == 0.6, "as much as may be no chance"


def test_what_differs_between_two_names():
    def differing(a, b):
        return difference(parsed(a), parsed(b))

    assert differing("x/a/w", "y/a/w") == ((("x", 0),), (("y", 0),))
    assert differing("a/x/w", "a/y/w") == ((("x", 0),), (("y", 0),))
    assert differing("a/w", "b/a/w") == ((), (("b", 0),))
    assert differing("a/a/w", "a/w") == ((("a", 0),), ())
    assert differing("a/w", "a/w") == ((), ())
    assert rule(parsed("x_1/d_2/w"), parsed("y_4/d_7/w")) == (("x", "d"), ("y", "d"), (3, 5), ())
    assert rule(parsed("z_9/x_1/w"), parsed("y_4/w")) == (("z", "x"), ("y",), (3,), (9,))
    assert rule(parsed("x_1/w"), parsed("z_9/y_4/w")) == (("x",), ("z", "y"), (3,), (9,))


def test_what_fits():
    assert same_shape((2, None), (2, 3)) and same_shape(None, (2,)) and same_shape((2,), None) and same_shape((), ())
    assert not same_shape((2,), (3,)) and not same_shape((2,), (2, 1)) and not same_shape((2, 3), (2, 4))
    assert fits(("float32", (2,)), ("float32", (2,))) and not fits(("float32", (2,)), ("int32", (2,)))


def test_how_much_of_two_names_agrees():
    def agreement(a, b):
        ours, theirs, *_ = rule(parsed(a), parsed(b))
        return agreement_of(parsed(a), parsed(b), ours, theirs)

    assert agreement("x/w", "y/w") == 0.5 and agreement("a/w", "b/a/w") == 1.0
    assert agreement("critic/w", "critics/w") > 1.4 and agreement("x/a/w", "y/a/w") == 2 / 3


def test_a_rule_weighs_more_the_more_pairs_it_explains():
    kind = "float32", (2,)

    def weight(left, right, one):
        names = {name: parsed(name) for name in [*left, *right]}
        rules = Rules(names, dict.fromkeys(left, kind), dict.fromkeys(right, kind))
        return rules.weight(rule(*map(parsed, one)))

    one, two = weight(["x/w"], ["y/w"], ("x/w", "y/w")), weight(["x/w", "x/b"], ["y/w", "y/b"], ("x/w", "y/w"))
    assert one == 0.5 + 0.3 + 0.5 and two == one + 0.25
    assert weight(["x/w"], ["y_1/w"], ("x/w", "y_1/w")) == 1.0, "other numbers"
    assert weight(["x/w", "x_1/w"], ["y/w"], ("x/w", "y/w")) == 0.8, "not all"
    assert weight(["x/w"], ["y/w"], ("x/w", "z/w")) == float("-inf")


def test_what_was_taken_explains_nothing_more():
    kind = "float32", (2,)
    names = {name: parsed(name) for name in ("x/w", "y/w")}
    rules = Rules(names, {"x/w": kind}, {"y/w": kind})
    (key,) = rules.pairs
    assert rules.weight(key) > 0 and rules.near(0, "x/w", 0) == rules.near(1, "y/w", 0) == [("x/w", "y/w")]
    assert rules.near(0, "x/w", 9) == [] and rules.against(key) == {}
    rules.take(["x/w"], [])
    assert rules.weight(key) == float("-inf") and rules.near(1, "y/w", -9) == []


def test_a_rule_is_contradicted_by_another_that_weighs_as_much():
    kind = "float32", (2,)
    left, right = ["a/w"], ["b/w", "c/w"]
    rules = Rules({name: parsed(name) for name in [*left, *right]}, {"a/w": kind}, dict.fromkeys(right, kind))
    assert rules.against(rule(parsed("a/w"), parsed("b/w"))) == {("a/w", "b/w"): {"a/w": {"b/w", "c/w"}}}
    names = {name: parsed(name) for name in ("crow/w", "crows/w", "tent/w")}
    alike = Rules(names, {"crow/w": kind}, {"crows/w": kind, "tent/w": kind})
    assert alike.against(rule(parsed("crow/w"), parsed("crows/w"))) == {}


def test_what_a_library_renamed_is_one_of_each():
    kind = "float32", (2,)

    def pairs(left, right, fits_it=True):
        return of_libraries(dict.fromkeys(left, kind), dict.fromkeys(right, kind), lambda a, b: fits_it)

    assert pairs(["Conv/w"], ["conv2d/w"]) == [(("layers of tf.contrib",), "Conv/w", "conv2d/w")]
    assert pairs(["Conv/w"], ["conv2d/w"], False) == [] and pairs(["Conv/w"], ["dense/w"]) == []
    assert pairs(["Conv/w", "conv2d/w"], ["conv2d/w"]) == [], "two say the same"
    assert pairs(["a/weights"], ["a/kernel"]) == [((), "a/weights", "a/kernel")]
    for scope in ("basic_rnn", "my_cell", "LSTMCELL_1", "RNN/a"):
        reasons = pairs([f"{scope}/weights"], [f"{scope}/kernel"])[0][0]
        assert reasons == (
            ("recurrent cells of TensorFlow 1.0",) if scope == "RNN/a" else ("recurrent cells of TensorFlow 1.2",)
        )
    assert pairs(["a_cell/biases"], ["a_cell/bias"])[0][0] == ("recurrent cells of TensorFlow 1.2",)
    assert pairs(["a_cell/w"], ["a_cell/kernel"])[0][0] == ()


# Series of layers


def kinds(**sizes):
    return {name.replace("__", "/"): ("float32", (value,)) for name, value in sizes.items()}


@pytest.mark.parametrize(
    ("left", "right", "moved"),
    [
        (kinds(fc_1__w=2, fc_2__w=2), kinds(fc__w=2, fc_1__w=2), {"fc_1/w": "fc/w"}),
        (kinds(fc_1__w=2, fc_2__w=3), kinds(fc__w=2, fc_1__w=2), {}),
        (kinds(fc_1__w=2, fc_2__w=2), kinds(fc_1__w=2), {}),
        (kinds(fc_1__w=2), kinds(fc__w=2, fc_1__w=2), {}),
        (kinds(fc_1__w=2, fc_2__w=2), kinds(fc_3__w=2, fc_4__w=2), {}),
        (kinds(fc_1__w=2, fc_2__w=2, fc_3__w=2), kinds(fc_2__w=2, fc_3__w=2, fc_4__w=2),
         {"fc_2/w": "fc_3/w", "fc_3/w": "fc_4/w"}),
        (kinds(fc_1__w=2, fc_2__w=3, fc_3__w=4), kinds(fc__w=2, fc_1__w=3, fc_2__w=4),
         {"fc_1/w": "fc/w", "fc_2/w": "fc_1/w"}),
        (kinds(a_1__w=2, a_2__w=2, a_2__x=5), kinds(a__w=2, a_1__w=2, a_1__x=5), {"a_1/w": "a/w"}),
    ],
)  # fmt: skip
def test_a_series_whose_numbers_may_have_been_counted_on(left, right, moved):
    assert shifted(left, right) == moved


# Numbers in words


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "0 bytes"), (1, "1 byte"), (2, "2 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1499, "1 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (1_250_000, "1.2 MB"), (999_949_999, "999.9 MB"),
        (999_950_000, "1.0 GB"), (2_345_000_000, "2.3 GB"), (10**18 - 1, "1000000000.0 GB"),
        (10**18, "more than 10^18 bytes"),
    ],
)  # fmt: skip
def test_a_size_in_words(count, says):
    assert size(count) == says


def test_numbers_in_names_are_sorted_as_numbers():
    names = ["w2", "w10", "w10a", "w1", "a", "10", "9", "w" + "9" * 30]
    assert sorted(names, key=natural) == ["9", "10", "a", "w1", "w2", "w10", "w10a", "w" + "9" * 30]

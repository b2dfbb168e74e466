"""Truth 9, ``explain``: an error of the operating system means the same in each language."""

import re

import pytest

from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation
from tfckpt.explain.translated import ENGLISH, NUMBERED, in_english

# As Windows and the GNU C library say it, and once as nobody does: the number alone tells.
NUMBERS = [
    ("[Errno 2] No such file or directory", "[Errno 2] Aucun fichier ou dossier de ce type"),
    ("[Errno 2] No such file or directory", "[Errno 2] Datei oder Verzeichnis nicht gefunden"),
    ("[Errno 2] No such file or directory", "[Errno 2] 没有那个文件或目录"),
    ("[Errno 24] Too many open files", "[Errno 24] Слишком много открытых файлов"),
    ("[Errno 30] Read-only file system", "[Errno 30] Dateisystem ist nicht beschreibbar"),
    ("[WinError 32] The process cannot access the file because it is being used by another process", "[WinError 32] …"),
]
CHINESE = {"系统找不到指定的路径。": "path", "系统找不到指定的文件。": "file", "拒绝访问。": "denied"}
CASES = [
    (message, english, foreign)
    for english, foreign in NUMBERS
    for message in catalog().messages
    if english in message.example
]


def test_there_are_examples_of_each():
    assert {english for _, english, _ in CASES} == {english for english, _ in NUMBERS}


@pytest.mark.parametrize("message, english, foreign", CASES)
def test_the_number_tells(message, english, foreign):
    found = Explanation(message.example).found
    other = Explanation(message.example.replace(english, foreign)).found
    assert (other and other.message.id) == (found and found.message.id)


@pytest.mark.parametrize("foreign", ENGLISH)
def test_without_a_number(foreign):
    assert in_english(f"NotFoundError: run/model : {foreign}") == f"NotFoundError: run/model : {ENGLISH[foreign]}"


@pytest.mark.parametrize("errors", ["replace", "surrogateescape", "backslash"])
def test_chinese_that_was_read_with_the_wrong_encoding(errors):
    for chinese, english in (
        ("系统找不到指定的路径。", "path"),
        ("系统找不到指定的文件。", "file"),
        ("拒绝访问。", "denied"),
    ):
        if errors == "backslash":
            read = chinese.encode("gbk").decode("utf-8", "surrogateescape")
            read = re.sub("[\udc80-\udcff]", lambda match: f"\\u{ord(match[0]):x}", read)
        else:
            read = chinese.encode("gbk").decode("utf-8", errors)
        text = f"NewRandomAccessFile failed to Create/Open: C:/run/model : {read}; No such process"
        line = in_english(text)
        assert english in line and line.endswith("; No such process") and line.isascii(), line


def test_what_is_english_or_of_a_program_stays():
    for line in (
        "OSError: [Errno 2] Unable to synchronously open file (unable to open file: name = 'é.h5', errno = 2)",
        "OSError: [Errno 9999] 没有",
        "FileNotFoundError: [Errno 2] No such file or directory: 'modèle/données.h5'",
        "[WinError 126] Could not find module 'x.dll' (or one of its dependencies)",
        "La valeur n'est pas connue: Permission du dossier",
    ):
        assert in_english(line) == line


def test_the_kinds_that_have_a_number():
    assert {kind for kind, _ in NUMBERED} == {"Errno", "WinError"}
    assert (
        in_english("[WinError 112] Espace insuffisant sur le disque") == f"[WinError 112] {NUMBERED['WinError', 112]}"
    )

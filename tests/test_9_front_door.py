"""Truth 9, what meets those who come to the repository: issue forms, changes, the paper, how to cite, the licenses."""

import re
from datetime import date

import nbformat
import pytest
import yaml

import course
import tfckpt
from conftest import ROOT
from course import lessons

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
PAGES = ["CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "README.md", "docs/commands.md", "paper/paper.md"]


@pytest.mark.parametrize("path", [path for path in FORMS if path.stem != "config"], ids=lambda path: path.stem)
def test_issue_form(path):
    """As GitHub documents a form: what it needs, kinds of fields that there are, ids and labels once."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(form) <= {"name", "description", "title", "labels", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    for field in form["body"]:
        assert field["type"] in ("markdown", "textarea", "input", "dropdown", "checkboxes")
        assert set(field) <= {"type", "id", "attributes", "validations"}
        known = {"label", "description", "placeholder", "value"} | (
            {"render"} if field["type"] == "textarea" else set()
        )
        assert set(field["attributes"]) <= known
    assert fields and any(field.get("validations", {}).get("required") for field in fields)
    for name in ("id", "label"):
        values = [field["attributes"]["label"] if name == "label" else field["id"] for field in fields]
        assert len(set(values)) == len(values)


def test_commands_that_the_forms_name():
    """Each command in the forms is one that there is."""
    from course import cli

    text = "".join(path.read_text(encoding="utf-8") for path in FORMS)
    named = re.findall(r"python3 -m (?:course|tfckpt) (\w+)", text)
    assert named and set(named) <= set(cli.cli.commands)


def test_the_newest_changes_the_citation_and_the_paper_have_the_version_and_its_day():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", text, re.MULTILINE)
    version, day = released[0]
    assert (
        version == course.__version__ == tfckpt.__version__
        and "## Not released yet" not in text.split(f"## {version}")[1]
    )
    cite = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cite["version"], str(cite["date-released"])) == (version, day)
    paper = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    assert f"\ndate: {date.fromisoformat(day).strftime('%d %B %Y').lstrip('0')}\n" in paper


def test_how_to_cite():
    """The fields that the form of CITATION.cff asks for, and those that an archive shows."""
    cite = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(cite)
    assert {"abstract", "date-released", "keywords"} <= set(cite)
    assert cite["license"] == ["MIT", "CC-BY-4.0"]


def test_licenses_are_said_where_people_look():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "[MIT](LICENSE)" in readme and "[CC BY 4.0](LICENSE-CONTENT.md)" in readme
    assert "creativecommons.org/licenses/by/4.0" in (ROOT / "LICENSE-CONTENT.md").read_text(encoding="utf-8")


def test_paper():
    """What the journal asks for: its front matter, its sections, each reference cited and each citation there."""
    text = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    front, body = text.split("---\n", 2)[1:]
    matter = yaml.safe_load(front)
    assert {"title", "tags", "authors", "affiliations", "date", "bibliography"} <= set(matter)
    known = {each["index"] for each in matter["affiliations"]}
    assert all(author["affiliation"] in known for author in matter["authors"])
    headings = re.findall(r"^# (.*)$", body, re.MULTILINE)
    assert headings[:3] == ["Summary", "Statement of need", "Learning objectives"] and headings[-1] == "References"
    keys = set(
        re.findall(
            r"^@\w+\{(\w+),", (ROOT / "paper" / matter["bibliography"]).read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert set(re.findall(r"@(\w+\d{4})", body)) == keys
    assert len(body.split()) <= 1000


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_pages_lead_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_who_is_in_trouble_finds_the_way_at_once():
    """A heading near the top, to which the list above it leads; three ways, each a command and how long it takes."""
    from course import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    above, _, below = readme.partition("\n## My restore fails\n")
    assert len(above.splitlines()) < 25 and above.count("](#my-restore-fails)") == 2
    assert "](docs/teaching.md)" in above, "a teacher too"
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", below.partition("\n## ")[0], re.MULTILINE)[2:]
    commands = [re.search(r"`python3 -m (course|tfckpt) (\w+)", way)[2] for _, way, _ in rows]
    assert commands == ["explain", "inspect", "html"] and set(commands) <= set(cli.cli.commands)
    assert all(re.search(r"second|minute|the same", time) for *_, time in rows)


def test_a_day_leaves_no_lesson_out():
    """Of Parts 1 to 3, each is in the plan or left for home; and the values of a lesson are where a teacher looks."""
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    day = page.partition("\n## In a day\n")[2].partition("\n## ")[0]
    walk, *parts = list(lessons.parts().values())[:3]
    first = [name.partition("_")[0] for name in walk if name < "06"]
    assert f"lessons {first[0]} to {first[-1]}" in day
    numbers = [name.partition("_")[0] for names in (walk, *parts) for name in names]
    assert [number for number in numbers if number not in first and not re.search(rf"\b{number}\b", day)] == []
    assert "In lessons 01 to 07 the second cell of code" in page
    for name in walk[1 : walk.index("07r_review_the_walk")]:
        cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        assert [cell.source for cell in cells if cell.cell_type == "code"][1].startswith("a_value = "), name


def test_a_mail_to_copy():
    """Five lines; its commands and what it asks for are what the course says."""
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    mail = page.partition("### A mail for the thirty\n")[2].split("```")[1].strip().splitlines()
    assert len(mail) == 5
    assert {"python3 -m course", "py -m course"} <= set(re.findall(r"py\w* -m course", mail[2]))
    assert "course doctor" in mail[3] and "last line" in mail[3]
    assert all(".".join(map(str, version)) in mail[1] for version in course.PYTHONS)


def test_the_page_of_commands_has_them_all():
    from course import cli

    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [name for name in cli.cli.commands if not re.search(rf"^\| `{name}\b", page, re.MULTILINE)]
    assert set(missing) <= {"lab", "test"}, missing

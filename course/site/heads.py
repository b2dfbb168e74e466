"""The head of each page: the ways for whoever is in trouble, a lesson's place in the course, what a search shows."""

import html
import re
from posixpath import basename

from docutils import nodes

from course import lessons

START, MESSAGES, LOOK, INSTRUCTORS = "index", "find_your_message", "what_is_in_this_checkpoint", "instructors"
DOORS = ((MESSAGES, "My restore fails", "find your message"), (LOOK, "What is in this checkpoint?", ""))
ABILITIES = "You will be able to"
REVIEW = "Exercises on saving and restoring in TensorFlow."
PLACE = "place"  # the class of the line that says where in the course a lesson is
LONGEST = 160  # characters of a description: a search engine shows no more
SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z])")


def doors(app, page, template, context, doctree):
    """The ways to what fails and to a file, for the template ``doors.html``, as far as the site has their pages."""
    there = [door for door in DOORS if door[0] in app.env.found_docs]
    context["doors"] = [
        {"address": context["pathto"](name), "words": words, "more": more, "here": name == page}
        for name, words, more in there
    ]


def describe(app, page, template, context, doctree):
    """The page's title and description, as a search engine shows them; the solutions are not for search engines."""
    tags = ['<meta name="robots" content="noindex">'] if page == INSTRUCTORS else []
    told = 'name="description"' in context.get("metatags", "")  # the page has one of its own
    if doctree and not told and (text := description(page, doctree)):
        tags.append(f'<meta name="description" content="{html.escape(text)}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)
    if page == START:
        context["title"] = context["title"].partition(": ")[2].capitalize() or context["title"]


def description(page, doctree):
    """What a page is about, in at most ``LONGEST`` characters: a lesson's abilities, or its first sentences.

    Args:
        page: its name.
        doctree: what it says.
    """
    name = basename(page)
    abilities = next((each for each in doctree.findall(nodes.paragraph) if each.astext() == ABILITIES), None)
    if name in lessons.names() and abilities:
        listed = abilities.next_node(nodes.bullet_list, descend=False, siblings=True)
        pieces = [f"{words(item).rstrip('.;')};" for item in listed.children]
        return f"Learn to {within(pieces).rstrip(';')}."
    paragraphs = [
        words(each)
        for each in doctree.findall(nodes.paragraph)
        if isinstance(each.parent, nodes.section) and PLACE not in each["classes"]
    ]
    sentences = SENTENCE.split(paragraphs[0]) if paragraphs else [""]
    return within([REVIEW, *sentences] if lessons.is_review(name) else sentences)


def words(node):
    """The text of a node, in one line."""
    return " ".join(node.astext().split())


def within(pieces):
    """As many of some pieces of text as there is room for: the first one in any case."""
    text, *rest = pieces
    for piece in rest:
        if len(f"{text} {piece}") > LONGEST:
            break
        text = f"{text} {piece}"
    return text


def place(app, doctree, page):
    """Says below the title of a lesson that it is one of a course, and where that starts."""
    names = lessons.names()
    name, title = basename(page), next(iter(doctree.findall(nodes.title)), None)
    if name not in names or title is None:
        return
    count = sum(not lessons.is_review(each) and each not in lessons.AT_HAND for each in names)
    number, first = name.partition("_")[0], name == names[0]
    kind = "Review" if lessons.is_review(name) else "Lesson"
    what = (
        "The first lesson" if first else "The page to keep at hand" if name in lessons.AT_HAND else f"{kind} {number}"
    )
    line = nodes.paragraph("", f"{what} of a course of {count} lessons, ", classes=[PLACE])
    line += leading(app, page, START, "Save and Restore in TensorFlow")
    if not first:
        line += nodes.Text(". It starts with ")
        line += leading(app, page, f"notebooks/{names[0]}", lessons.title(names[0]))
    line += nodes.Text(".")
    title.parent.insert(title.parent.index(title) + 1, line)


def leading(app, page, name, text):
    """A link from one page to another one."""
    return nodes.reference("", text, internal=True, refuri=app.builder.get_relative_uri(page, name))

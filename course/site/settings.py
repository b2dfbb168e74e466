"""How Sphinx makes the site: what stands in other projects' ``conf.py``."""

from pathlib import Path

from course.setup.origin import BINDER

STATIC, TEMPLATES = (Path(__file__).parent / name for name in ("static", "templates"))
TITLE = "Save and Restore in TensorFlow"


def settings(where):
    """Sphinx's settings.

    Args:
        where: the ``Origin`` that the buttons lead to. Without one there are none.
    """
    return {
        "project": TITLE,
        "author": "its authors",
        "html_title": TITLE,
        "language": "en",
        "smartquotes": False,  # what TensorFlow prints stays as it is
        "extensions": ["myst_nb", "sphinx_copybutton", "sphinx.ext.githubpages", "course.site.extension"],
        "source_suffix": {".md": "myst-nb", ".ipynb": "myst-nb", ".py": "python-source"},
        "nb_execution_mode": "off",
        "nb_render_markdown_format": "gfm",  # otherwise a table in an output is bare pipes
        "nb_merge_streams": True,
        "myst_heading_anchors": 4,  # as GitHub names headings, so that its links to them work
        "suppress_warnings": ["toc.not_included"],  # a page that only another page links to
        "pygments_style": "a11y-high-contrast-light",
        "html_theme": "sphinx_book_theme",
        "html_theme_options": {
            **buttons(where),
            "use_fullscreen_button": False,
            "navbar_persistent": [],
            "article_header_start": ["toggle-primary-sidebar.html", "doors.html"],
        },
        "templates_path": [str(TEMPLATES)],
        "html_context": {"course_origin": where},  # for the button that the theme does not have: course.site.extension
        "html_static_path": [str(STATIC)],
        "html_css_files": ["course.css"],
        "html_search_scorer": str(STATIC / "search_order.js"),
        "html_use_index": False,  # there are no entries for one
        "html_show_copyright": False,
    }


def buttons(where):
    """The theme's options for the buttons that lead to the repository, and from it to Binder."""
    if where is None:
        return {}
    return {
        "repository_url": where.address,
        "repository_branch": where.branch,
        "repository_provider": where.host,
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
        "launch_buttons": {"binderhub_url": BINDER, "notebook_interface": "jupyterlab"},
    }

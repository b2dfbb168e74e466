"""Lesson 21 is a page to look things up in: it has no exercises, so this module has none. See ``AT_HAND``."""

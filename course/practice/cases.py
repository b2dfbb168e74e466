"""Cases of a review: something is seen, and one of a few causes, files or cures is the right one."""

import string
from dataclasses import dataclass
from numbers import Integral

from course.practice.verdict import NotYet


@dataclass(frozen=True)
class Case:
    """What is seen, the right choice, and the wrong ones with what speaks against each. All of it is Markdown."""

    seen: str
    right: str
    wrong: dict  # choice -> why it is not right
    more: str = ""  # what else there is to say of the right choice, once it was found: its length gives nothing away

    @property
    def choices(self):
        """The choices by their letters, in the order of the alphabet, so that the place gives nothing away."""
        return dict(zip(string.ascii_lowercase, sorted([self.right, *self.wrong], key=str.casefold), strict=False))

    @property
    def letter(self):
        """The letter of the right choice."""
        return next(letter for letter, text in self.choices.items() if text == self.right)


def as_markdown(cases):
    """The cases as the page has them: numbered, each with its choices as a list."""
    return "\n\n".join(
        "\n".join(
            [f"**{number}.** {case.seen}", "", *(f"- **{letter}:** {text}" for letter, text in case.choices.items())]
        )
        for number, case in enumerate(cases, 1)
    )


def right_answers(cases):
    """The letters of the right choices: ``{1: "b", 2: "a"}``."""
    return {number: case.letter for number, case in enumerate(cases, 1)}


def judge(cases, answer):
    """Judges the letters that somebody chose. Returns why the right ones are right; capitals and blanks do not matter.

    Raises:
        NotYet: it is no dict of letters, a case has none, or a choice is wrong; with what speaks against each of them.
    """
    form = f'a dict from the number of each case, 1 to {len(cases)}, to a letter, such as `{{1: "b", 2: "a"}}`'
    if not isinstance(answer, dict):
        raise NotYet(f"`{answer!r}`", form, "The answer has another form; the choices were not looked at.")
    chosen = {number: str(letter).strip().lower() for number, letter in answer.items()}
    numbers = range(1, len(cases) + 1)
    strange = [n for n in chosen if n not in numbers or not isinstance(n, Integral)]  # 1.0 is in it, too
    strange += [n for n in chosen if n not in strange and chosen[n] not in cases[n - 1].choices]
    if strange:
        raise NotYet(
            f"`{strange[0]!r}: {answer[strange[0]]!r}`",
            form,
            "There is no such case, or it has no such choice. A number is whole and stands without quotes; a choice is "
            "its letter alone, in quotes.",
        )
    missing = [number for number in range(1, len(cases) + 1) if number not in chosen]
    wrong = [number for number in sorted(chosen) if chosen[number] != cases[number - 1].letter]
    if wrong:
        raise NotYet(
            seen=f"Not right yet: {' and '.join(f'{number}{chosen[number]}' for number in wrong)}.",
            expected="one choice in each case that fits all that is seen",
            because="\n\n".join(
                f"**{number}{chosen[number]}.** {against(cases[number - 1], chosen[number])}" for number in wrong
            ),
        )
    if missing:
        raise NotYet(
            seen=f"Right so far: {len(chosen)} of {len(cases)}. Without a choice: {', '.join(map(str, missing))}.",
            expected=form,
            because="The other cases are still to come.",
        )
    return "\n\n".join(
        [
            f"All {len(cases)} are right.",
            *(
                f"**{n}.** {case.right[0].upper()}{case.right[1:]}. {case.more}".rstrip()
                for n, case in enumerate(cases, 1)
            ),
        ]
    )


def against(case, letter):
    """What speaks against a wrong choice."""
    return case.wrong[case.choices[letter]]

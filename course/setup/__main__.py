"""``python3 -m course.setup ARGUMENTS``: tfckpt, in an environment of the checkout that has what it needs.

``python3 -m tfckpt`` starts it, in a Python that lacks a package.
"""

import sys
from pathlib import Path

from course.setup.checkout import Checkout
from course.setup.install import set_up_and_hand_over

if __name__ == "__main__":
    sys.exit(set_up_and_hand_over(Checkout(Path(__file__).resolve().parents[2]), sys.argv[1:], module="tfckpt"))

"""A made-up company, Confluence Instruments of Lyon: three believable years, the same for the same seed and day.

`sizes.SIZES` names its sizes, `build.build` writes it among the records, `straight.build_facts` makes a file of facts
without them, `make.make` does what the command does, and `truth.truth` counts in plain Python what the product must
answer.
"""

from cadran.demo.build import build
from cadran.demo.make import asked_words, make, served, sign_in_words
from cadran.demo.sizes import LARGE, MEDIUM, SIZES, SMALL, Size
from cadran.demo.straight import build_facts

__all__ = [
    "LARGE", "MEDIUM", "SIZES", "SMALL", "Size", "asked_words", "build", "build_facts", "make", "served",
    "sign_in_words",
]  # fmt: skip

"""Other ways to the same twelve numbers, each written as its own users would."""

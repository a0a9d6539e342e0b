"""How fast Cadran is: ratios between ways of doing the same thing, measured in one run on one machine."""

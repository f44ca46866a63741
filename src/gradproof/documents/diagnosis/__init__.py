"""What the slip is: the nearest true formula to a wrong one, found by numbers.

Every candidate is a changed formula and a sentence.  It is named only when the changed formula is
true at points that took no part in finding it.
"""

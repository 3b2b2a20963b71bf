"""Assignments: what a teacher asks for, which takes count, and what they come to.

`writing` assigns, changes, withdraws and copies; `orders` are kinds to compose; `audience` says whom a piece of work
is for; `marking` decides what takes come to, from plain values, and `marks` fetches for it; `claiming` says what a take
counts for when it arrives; `sittings` and `examining` are tests; `reading` is what the pages show; `reminding` tells
people.
What the words mean stands in docs/assignments.md.
"""

"""The gradebook of a class: what each assignment came to for each student, weighed, corrected by hand, and printed."""

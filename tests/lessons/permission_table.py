"""Who may do what to what: the one table. `docs/permissions.md` is made of it, and test_permission_table.py tries each
of its cells at the real addresses, refusals included.

A new address goes in here, or that test fails: one line, with whoever it lets in. Everybody else gets `refused` (404:
what somebody may not see is not there), whoever is not logged in is sent to the login, by the API with a 401.

    python -m tests.lessons.permission_table > docs/permissions.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# In the order of the table's columns. All but nobody are logged in.
ROLES = {
    "nobody": "Not logged in.",
    "owner": "Ada, the student whose take, plan or exercise it is. She has moved here from another class.",
    "classmate": "Ben, a student of the same class.",
    "stranger": "A student of another class.",
    "teacher": "Teaches Ada's class.",
    "co-teacher": "Teaches it too.",
    "other": "Teaches another class.",
    "former": "Teaches the class that Ada was moved away from.",
    "archive": "Teaches a class in the archive that Ada is still in.",
    "author": "Writes lessons.",
    "office": "Runs the school (staff).",
}
IN, LOGIN, TOKEN, FORBIDDEN, HIDDEN = "yes", "log in", "401", "403", "404"

EVERYBODY = tuple(ROLES)
LOGGED_IN = tuple(role for role in ROLES if role != "nobody")
OWNER = ("owner",)
TEACHERS = ("teacher", "co-teacher")
OWNER_AND_TEACHERS = OWNER + TEACHERS
ANY_TEACHER = ("teacher", "co-teacher", "other", "former")
AUTHORS = ("author", "office")
OFFICE = ("office",)
# Every class that somebody teaches, one in the archive too.
WITH_ARCHIVE = (*ANY_TEACHER, "archive")


@dataclass(frozen=True, slots=True)
class Line:
    """One way to one address. `of`: which object stands in it; `but`: roles that get another answer than the rest."""

    name: str
    method: str
    does: str
    who: tuple[str, ...]
    of: str = ""
    refused: str = HIDDEN
    but: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api-")

    def answer(self, role: str) -> str:
        if role in self.but:
            return self.but[role]
        if role in self.who:
            return IN
        return (TOKEN if self.is_api else LOGIN) if role == "nobody" else self.refused


def _lines(*rows: tuple[Any, ...], of: str = "", refused: str = HIDDEN) -> list[Line]:
    """Rows of (name, methods, what it does, who[, but[, sent]]); "GET POST" is a line for each."""
    return [
        Line(name, method, does, who, of, refused, *rest)
        for name, methods, does, who, *rest in rows
        for method in methods.split()
    ]


CONTESTED = {"note_id": "n3", "why": "I played it."}
# A word in capitals stands for the key of somebody or something of the cast.
STOPPED = {"student": "ADA", "kind": "stopped"}
RULED = {"note_id": "n2", "verdict": "correct"}

TABLE: dict[str, list[Line]] = {
    "The way in": [
        *_lines(
            ("welcome", "GET", "see the front page", EVERYBODY),
            ("login", "GET POST", "log in", EVERYBODY),
            ("logout", "POST", "log out", EVERYBODY),
            ("set_language", "POST", "choose a language for this browser", EVERYBODY),
            ("join", "GET POST", "join a class by its code", EVERYBODY),
            ("teach", "GET POST", "become a teacher by an invitation", EVERYBODY),
            ("start", "GET POST", "open an account by a slip", EVERYBODY),
            ("forgotten", "GET POST", "ask for a link, with a forgotten password", EVERYBODY),
            ("forgotten-sent", "GET", "be told to look into one's mail", EVERYBODY),
            ("demo-login", "POST", "come in without a password, in a demo alone", (), {"nobody": HIDDEN}),
            ("api-token", "POST", "ask for a token", EVERYBODY),
            ("api-schema", "GET", "read the API's shape", EVERYBODY),
            ("api-docs", "GET", "read the API's pages", EVERYBODY),
        ),
        *_lines(("new-password", "GET POST", "choose another password, by the link", EVERYBODY), of="a link by e-mail"),
    ],
    "Oneself": [
        *_lines(
            ("profile", "GET POST", "see and change one's own account", LOGGED_IN),
            ("profile-zone", "POST", "say where one is", LOGGED_IN),
            ("profile-password", "GET POST", "choose another password", LOGGED_IN),
            ("my-data", "GET POST", "take all that is one's own along", LOGGED_IN),
            ("goodbye", "GET POST", "have one's account deleted, by password", LOGGED_IN),
            ("setup", "GET POST", "choose instrument and level", LOGGED_IN),
            ("notices", "GET POST", "read one's notices", LOGGED_IN),
            ("jobs", "GET", "list one's own jobs", LOGGED_IN),
            ("api-me", "GET PATCH", "read and change who one is", LOGGED_IN),
            ("api-join", "POST", "join a class", LOGGED_IN),
        ),
        *_lines(("notice", "GET", "open a notice", OWNER), of="Ada's notice"),
        *_lines(
            ("job", "GET", "see how far a job is", OWNER),
            ("job-state", "GET", "ask how far a job is", OWNER),
            ("job-file", "GET", "download what a job made", OWNER),
            of="Ada's job",
        ),
    ],
    "Practice": [
        *_lines(
            ("home", "GET", "see what to play next", LOGGED_IN),
            ("progress", "GET", "see one's own skills", LOGGED_IN),
            ("plans", "GET", "read one's own plans", LOGGED_IN),
            ("ask", "POST", "ask for an exercise", LOGGED_IN),
            ("lessons", "GET", "browse the lessons", LOGGED_IN),
            ("assignments", "GET", "list one's own assignments", LOGGED_IN),
            ("grading", "GET", "read the presets of grading", LOGGED_IN),
            ("grading-preset", "GET", "read a preset", LOGGED_IN),
            ("api-assignment-list", "GET", "list one's own assignments", LOGGED_IN),
            ("api-next", "GET", "ask what to play next", LOGGED_IN),
            ("api-exercise-list", "GET", "list exercises one may see", LOGGED_IN),
            ("api-compose", "POST", "have an exercise composed", LOGGED_IN),
            ("api-feedback", "POST", "say how hard an exercise was", LOGGED_IN),
            ("api-plan", "GET", "read one's own plan", LOGGED_IN),
            ("api-skills", "GET", "read one's own skills", LOGGED_IN),
            ("api-placement", "GET POST PUT", "have one's level found", LOGGED_IN),
            ("api-submission-list", "GET POST", "send a take, and list those one may hear", LOGGED_IN),
        ),
        *_lines(("lesson", "GET", "read a published lesson", LOGGED_IN), of="a published lesson"),
        *_lines(
            ("practice", "GET", "have it on the stand", LOGGED_IN),
            ("practice-grading", "GET", "read how it is graded", LOGGED_IN),
            ("more", "POST", "ask for more like it", LOGGED_IN),
            ("word", "POST", "say a word on it", LOGGED_IN),
            ("exercise-reference", "GET", "hear its reference recording", LOGGED_IN),
            ("api-exercise", "GET", "read it", LOGGED_IN),
            ("api-exercise-score-svg", "GET", "see its score", LOGGED_IN),
            ("api-exercise-score-musicxml", "GET", "download its score", LOGGED_IN),
            ("api-exercise-sound", "GET", "hear it", LOGGED_IN),
            of="a published exercise",
        ),
        *_lines(
            ("practice", "GET", "have it on the stand", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("practice-grading", "GET", "read how it is graded", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("more", "POST", "ask for more like it", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("word", "POST", "say a word on it", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("api-exercise", "GET", "read it", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("api-exercise-score-svg", "GET", "see its score", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("api-exercise-score-musicxml", "GET", "download its score", (*OWNER_AND_TEACHERS, *OFFICE)),
            ("api-exercise-sound", "GET", "hear it", (*OWNER_AND_TEACHERS, *OFFICE)),
            of="an exercise composed for Ada",
        ),
        *_lines(
            ("practice", "GET", "have it on the stand", OFFICE),
            ("api-exercise", "GET", "read it", OFFICE),
            of="a draft",
        ),
        *_lines(
            ("plan-item", "GET", "open it", OWNER),
            ("api-plan-item-open", "POST", "open it", OWNER),
            of="an item of Ada's plan",
        ),
    ],
    "Takes": [
        *_lines(
            ("take", "GET", "see and hear a take", OWNER_AND_TEACHERS),
            ("take-grading", "GET", "read how it was graded", OWNER_AND_TEACHERS),
            ("take-remedy", "POST", "play what helps against its faults", OWNER, {}, {"cause": "tempo"}),
            ("api-submission", "GET", "ask where it stands", OWNER_AND_TEACHERS),
            ("api-assessment", "GET", "read its verdicts", OWNER_AND_TEACHERS),
            ("api-recording", "GET", "hear its sound", OWNER_AND_TEACHERS),
            ("api-waveform", "GET", "see its sound", OWNER_AND_TEACHERS),
            ("api-submission-score-svg", "GET", "see its score", OWNER_AND_TEACHERS),
            ("api-comment-list", "GET", "read its comments", OWNER_AND_TEACHERS),
            ("api-comment-list", "POST", "comment on it", OWNER_AND_TEACHERS, {}, {"text": "Lovely.", "at_s": 0.1}),
            ("api-ruling-list", "GET", "read its rulings", OWNER_AND_TEACHERS),
            ("api-ruling-list", "POST", "rule on a note", TEACHERS, {"owner": FORBIDDEN}, RULED),
            ("api-contest-list", "GET", "read its contests", OWNER_AND_TEACHERS),
            (
                "api-contest-list",
                "POST",
                "contest a verdict",
                OWNER,
                {"teacher": FORBIDDEN, "co-teacher": FORBIDDEN},
                CONTESTED,
            ),
            of="Ada's take",
        ),
        *_lines(
            ("take", "GET", "see and hear a take", (*OWNER_AND_TEACHERS, "archive")),
            ("api-recording", "GET", "hear its sound", (*OWNER_AND_TEACHERS, "archive")),
            ("api-assessment", "GET", "read its verdicts", (*OWNER_AND_TEACHERS, "archive")),
            (
                "api-ruling-list",
                "POST",
                "rule on a note",
                TEACHERS,
                {"owner": FORBIDDEN, "archive": FORBIDDEN},
                RULED,
            ),
            (
                "api-comment-list",
                "POST",
                "comment on it",
                OWNER_AND_TEACHERS,
                {"archive": FORBIDDEN},
                {"text": "Lovely.", "at_s": 0.1},
            ),
            of="Ada's take from before the class went to the archive",
        ),
        *_lines(
            ("api-comment-voice", "GET", "hear a spoken comment", OWNER_AND_TEACHERS),
            (
                "api-comment",
                "DELETE",
                "take a comment back",
                ("teacher",),
                {"owner": FORBIDDEN, "co-teacher": FORBIDDEN},
            ),
            of="the teacher's comment on Ada's take",
        ),
        *_lines(
            ("contested-answer", "POST", "answer a contest", TEACHERS, {"owner": FORBIDDEN}, {"stands": "1"}),
            (
                "api-contest-answer",
                "POST",
                "answer a contest",
                TEACHERS,
                {"owner": FORBIDDEN},
                {"verdict": "correct", "answer": "Yes."},
            ),
            (
                "api-contest-withdraw",
                "POST",
                "take a contest back",
                OWNER,
                {"teacher": FORBIDDEN, "co-teacher": FORBIDDEN},
            ),
            of="Ada's contest",
        ),
        *_lines(
            ("contested", "GET", "see what is contested in one's classes", ANY_TEACHER),
            ("api-contest-queue", "GET", "list what waits for one's answer", LOGGED_IN),
            ("ear-report", "GET", "read how often teachers disagree with the ear", OFFICE),
        ),
    ],
    "Classes": [
        *_lines(
            ("classes", "GET", "list the classes one teaches", LOGGED_IN),
            ("class-archive-list", "GET", "list one's classes in the archive", LOGGED_IN),
        ),
        *_lines(("class-new", "GET POST", "open a class", (*WITH_ARCHIVE, *OFFICE)), refused=FORBIDDEN),
        *_lines(
            ("class", "GET", "see the class", TEACHERS),
            (
                "class-aside",
                "POST",
                "put a line of “needs you” aside",
                TEACHERS,
                {},
                {"student": "ADA", "kind": "stopped"},
            ),
            ("class-manage", "GET", "see who is in it, its code and its teachers", TEACHERS),
            ("class-name", "POST", "rename it", TEACHERS),
            ("class-code", "GET", "show its code to the class", TEACHERS),
            ("class-code-set", "POST", "renew, close or open its code", TEACHERS),
            ("class-teachers", "POST", "add, invite and remove teachers", TEACHERS),
            ("class-students-set", "POST", "move and remove students", TEACHERS),
            ("class-groups", "POST", "make a group", TEACHERS),
            ("class-archive", "POST", "put it into the archive, and take it out", TEACHERS),
            ("class-roster", "GET POST", "bring a class list", TEACHERS),
            ("class-slips", "GET POST", "print slips for new students", TEACHERS),
            ("class-grading", "GET POST", "choose how it is graded", TEACHERS),
            ("class-hear-again", "POST", "have it heard again", TEACHERS),
            ("class-limits", "POST", "set limits for its practice", TEACHERS),
            ("api-class-limits", "GET PUT", "read and set limits for its practice", TEACHERS),
            ("class-assignments", "GET", "list what is assigned to it", TEACHERS),
            ("class-assign", "GET POST", "assign something", TEACHERS),
            ("api-class-assignment-list", "GET POST", "list what is assigned to it, and assign something", TEACHERS),
            ("class-gradebook", "GET", "see its marks", TEACHERS),
            ("class-gradebook-export", "POST", "export its marks", TEACHERS, {}, {"as": "csv"}),
            ("class-weights", "GET POST", "choose how its marks add up", TEACHERS),
            ("class-reports", "GET", "print everybody's report", TEACHERS),
            ("class-assign-find", "GET", "look for something to assign", TEACHERS),
            ("class-assign-preview", "GET", "look at what would be composed", TEACHERS),
            of="Ada's class",
        ),
        *_lines(("class-group", "POST", "change a group", TEACHERS), of="a group of Ada's class"),
        *_lines(
            ("class-roster-preview", "GET POST", "look at an uploaded list, and confirm it", ("teacher",)),
            of="the teacher's class list",
        ),
        *_lines(
            ("class-student", "GET", "see a student's progress and takes", TEACHERS),
            ("class-student-plans", "GET", "read a student's plans", TEACHERS),
            ("class-student-limits", "POST", "set limits for one student", TEACHERS),
            ("class-report", "GET POST", "see a student's report, and write a word on it", TEACHERS),
            ("student-assignments", "GET", "see what a student was assigned", TEACHERS),
            of="Ada in her class",
        ),
        *_lines(
            ("api-student-skills", "GET", "read a student's skills", TEACHERS),
            ("api-student-limits", "GET PUT", "read and set limits for one student", TEACHERS),
            of="Ada",
        ),
        *_lines(
            ("class-manage", "GET", "see who was in it", ("archive",)),
            ("class-assignments", "GET", "list what was assigned", ("archive",)),
            ("class-gradebook", "GET", "see its marks", ("archive",)),
            ("class-gradebook-export", "POST", "export its marks", ("archive",), {}, {"as": "csv"}),
            ("class-reports", "GET", "print everybody's report", ("archive",)),
            ("class-archive", "POST", "take it out again", ("archive",), {}, {"back": "1"}),
            ("class-name", "POST", "rename it", (), {"archive": FORBIDDEN}),
            ("class-code-set", "POST", "open its code", (), {"archive": FORBIDDEN}),
            ("class-teachers", "POST", "add a teacher", (), {"archive": FORBIDDEN}),
            ("class-students-set", "POST", "move its students", (), {"archive": FORBIDDEN}),
            ("class-groups", "POST", "make a group", (), {"archive": FORBIDDEN}),
            ("class-roster", "GET POST", "bring a class list", (), {"archive": FORBIDDEN}),
            ("class-slips", "GET POST", "print slips", (), {"archive": FORBIDDEN}),
            ("class-assign", "GET POST", "assign something", ()),
            ("class-limits", "POST", "set limits", ()),
            ("class-hear-again", "POST", "have it heard again", ()),
            of="a class in the archive",
        ),
        *_lines(
            ("class-report", "GET", "see a student's report", ("archive",)),
            ("class-report", "POST", "write a word on it", (), {"archive": FORBIDDEN}),
            ("student-assignments", "GET", "see what a student was assigned", ("archive",)),
            ("class-student", "GET", "see a student's progress", ()),
            of="Ada in a class in the archive",
        ),
        *_lines(
            ("class-mark", "GET", "see a mark", ("archive",)),
            (
                "class-mark",
                "POST",
                "set it by hand",
                (),
                {"archive": FORBIDDEN},
                {"kind": "set", "overall": "90", "reason": "Played it in class."},
            ),
            of="Ada's mark in a class in the archive",
        ),
    ],
    "Assignments": [
        *_lines(
            ("assignment", "GET", "read it", ("owner", "classmate")),
            ("assignment-play", "GET", "begin it", ("owner", "classmate")),
            ("api-assignment", "GET", "read it", ("owner", "classmate")),
            ("api-assignment-open", "POST", "open a piece of it", ("owner", "classmate")),
            of="an assignment to Ada's class",
        ),
        *_lines(("assignment-test", "POST", "begin the test", ("owner", "classmate")), of="a test for Ada's class"),
        *_lines(
            ("assignment-of-class", "GET", "see how it goes", TEACHERS),
            ("assignment-change", "GET POST", "change it", TEACHERS),
            ("assignment-withdraw", "POST", "withdraw it", TEACHERS),
            ("assignment-copy", "POST", "copy it to another class", TEACHERS, {}, {"classroom": "THURSDAY"}),
            ("api-class-assignment", "GET PATCH DELETE", "see how it goes, change it, withdraw it", TEACHERS),
            of="an assignment to Ada's class, as its teacher",
        ),
        *_lines(
            ("class-mark", "GET POST", "see a mark, and set it by hand", TEACHERS),
            ("class-mark-undo", "POST", "take one's own word over a mark back", TEACHERS),
            of="Ada's mark",
        ),
        *_lines(("assignment-again", "POST", "give another try", TEACHERS), of="Ada's sitting of a test"),
    ],
    "The author's desk": [
        *_lines(
            ("desk", "GET POST", "see all courses, and begin one", AUTHORS),
            ("desk-reviews", "GET", "see what waits for review", AUTHORS),
            ("desk-archive", "GET POST", "bring a course in an archive", AUTHORS),
            ("import", "GET POST", "bring music", AUTHORS),
            ("exercise-desk", "GET POST", "look through the exercises", AUTHORS),
        ),
        *_lines(
            ("desk-course", "GET POST", "lay it out", AUTHORS),
            ("desk-course-words", "GET POST", "change its words", AUTHORS),
            ("desk-course-order", "POST", "put it in order", AUTHORS),
            ("desk-course-export", "POST", "export it", AUTHORS),
            of="a course",
        ),
        *_lines(("desk-unit", "GET POST", "change it", AUTHORS), of="a unit"),
        *_lines(
            ("desk-lesson", "GET POST", "change it", AUTHORS),
            ("desk-preview-lesson", "GET", "see it as a student", AUTHORS),
            of="a lesson",
        ),
        *_lines(
            ("exercise-desk-one", "GET POST", "change it", AUTHORS),
            ("exercise-desk-step", "POST", "review, publish or discard it", AUTHORS, {}, {"what": "submit"}),
            ("exercise-desk-svg", "GET", "see its score", AUTHORS),
            ("desk-preview-exercise", "GET", "see it as a student", AUTHORS),
            ("desk-preview-exercise-notes", "GET", "hear it as a student", AUTHORS),
            ("desk-preview-exercise-svg", "GET", "see its score as a student", AUTHORS),
            of="an exercise",
        ),
        *_lines(
            ("desk-step", "POST", "review, publish or discard a piece", AUTHORS),
            ("desk-versions", "GET", "see its versions", AUTHORS),
            of="a piece of the desk",
        ),
        *_lines(
            ("desk-archive-preview", "GET POST", "look at a course before it is kept", ("author",)),
            of="the author's course archive",
        ),
        *_lines(
            ("import-draft", "GET POST", "look through an import", ("author",)),
            ("import-discard", "POST", "throw an import away", ("author",)),
            of="the author's import",
        ),
        *_lines(
            ("import-piece", "GET POST", "look at a piece of an import", ("author",)),
            ("import-svg", "GET", "see its score", ("author",)),
            of="a piece of the author's import",
        ),
    ],
    "The office": [
        *_lines(("school", "GET POST", "decide for the school, and invite teachers", OFFICE), refused=FORBIDDEN),
    ],
}

HEAD = """# Permissions

Who may do what to what. This page is made of `tests/lessons/permission_table.py`
(`python -m tests.lessons.permission_table > docs/permissions.md`), and `tests/lessons/test_permission_table.py` tries
every cell of it at the real address, refusals included. An address that is not in the table fails that test.

**yes**: let in. **log in**: sent to the login page, by the API with a **401**. **404**: what somebody may not see is
not there. **403**: they may see it, and may not do this to it.

What decides is the place in a class alone (`Membership`). It goes when a student leaves or is moved, and with it goes
what their teacher could hear; the class keeps a line that they were there (`Departure`). The teachers of a class in the
archive read what was played until it went there, and change nothing. The office has no more of a student's sound than
anybody else. The admin's own pages are for staff alone; what of them each may use is Django's permissions.

Who teaches: whoever the office says may (`User.may_teach`), whoever the office or a colleague invited by a code, and
the office. They open classes of their own. A class has one teacher or more, all with the same rights, never none;
another one is added by name if they teach here already, else by an invitation. A class list makes accounts, and takes
those along whom the teacher teaches already; whoever else has an account types the class code themselves.

A forgotten password: whoever has an e-mail address gets a link, good for a day and once. For a student of their class a
teacher prints a slip, good for a week and once; the log of changes keeps who did. The password of before holds until
then. Whoever also teaches, writes or runs the school gets none from a teacher: the office sets their password in the
admin. A slip that was printed stops as well once its student does, or is taught by that teacher no more. Another e-mail
address is kept only with the password.
"""


def document() -> str:
    """docs/permissions.md, whole."""
    return "\n".join([HEAD, "## Roles", "", *_roles(), *(part for title in TABLE for part in _section(title))])


def lines() -> Iterator[Line]:
    for rows in TABLE.values():
        yield from rows


def _roles() -> list[str]:
    return ["| Role | Who |", "|---|---|", *(f"| {role} | {who} |" for role, who in ROLES.items()), ""]


def _section(title: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"| Object | Action | Address | {' | '.join(ROLES)} |"
    yield "|---|---|---|" + "---|" * len(ROLES)
    for line in TABLE[title]:
        cells = " | ".join(line.answer(role) for role in ROLES)
        yield f"| {line.of} | {line.does} | {line.method} `{line.name}` | {cells} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(document())

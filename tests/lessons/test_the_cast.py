"""The tests' own cast stands where its names say."""

from lessons.models import Submission
from tests.factories import SubmissionFactory, melody


def test_ms_clark_teaches_ada_and_ben_and_not_zoe(ada, ben, zoe, ms_clark):
    takes = [SubmissionFactory(student=student) for student in (ada, ben, zoe)]
    assert set(Submission.objects.visible_to(ms_clark)) == set(takes[:2])
    assert ms_clark.is_teacher and not ada.is_teacher


def test_a_melody_is_spelled_as_it_is_read():
    score = melody("C4 F#4 r Bb3", fifths=-1)
    assert [note.pitch for note in score.notes] == [60, 66, 58]
    assert [note.id for note in score.notes] == ["n1", "n2", "n4"]
    assert len(score.bars) == 1

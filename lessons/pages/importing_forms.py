"""What an author fills in about music: at the import, and at the exercise's own desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.importing.files import LARGEST_UPLOAD_BYTES
from lessons.importing.hints import LONGEST_HINT, MOST_HINTS, hints_of
from lessons.importing.references import ReferenceTrouble, checked
from lessons.importing.saving import Place, Wishes
from lessons.importing.suiting import OUT_OF_RANGE, suit_of
from lessons.models import Course, Lesson
from lessons.models.curriculum import Licence, Status
from lessons.words import said
from tutor.grading.rubric import RUBRICS
from tutor.notation.instruments import INSTRUMENTS
from tutor.notation.reading import FORMATS
from tutor.notation.score import Score

NEW = "new"
ACCEPTED = ",".join((*FORMATS, ".zip"))


class ManyFiles(forms.FileField):
    """All the files that were chosen or dropped."""

    widget = type("ManyFilesInput", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(one, initial) for one in files]


class ImportForm(forms.Form):
    files = ManyFiles(
        label=gettext_lazy("Score files"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose the files that hold the music.")},
        widget=ManyFiles.widget(attrs={"accept": ACCEPTED, "multiple": True}),
    )

    def clean_files(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["files"]
        if sum(file.size or 0 for file in files) > LARGEST_UPLOAD_BYTES:
            raise forms.ValidationError(_("This is more than 50 MB at once: bring it in several goes."))
        return files


def lesson_choices() -> list[Any]:
    """Lessons by course; none, or a new one, first."""
    by_course: dict[str, list[tuple[str, str]]] = {}
    for lesson in Lesson.objects.exclude(status=Status.RETIRED).select_related("course"):
        by_course.setdefault(lesson.course.title, []).append((str(lesson.pk), lesson.title))
    return [("", _("In no lesson yet")), (NEW, _("A new lesson")), *by_course.items()]


def course_choices() -> list[tuple[str, str]]:
    courses = Course.objects.exclude(status=Status.RETIRED).values_list("pk", "title")
    return [*((str(pk), title) for pk, title in courses), (NEW, _("A new course"))]


class PlaceForm(forms.Form):
    """In which lesson it goes, and by what right it is used."""

    lesson = forms.ChoiceField(label=gettext_lazy("Lesson"), required=False)
    new_lesson = forms.CharField(label=gettext_lazy("Title of the new lesson"), max_length=200, required=False)
    course = forms.ChoiceField(label=gettext_lazy("In the course"), required=False)
    new_course = forms.CharField(label=gettext_lazy("Title of the new course"), max_length=200, required=False)
    licence = forms.ChoiceField(
        label=gettext_lazy("By what right do you use this music?"),
        choices=Licence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say by what right this music is used here.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Composer, book or site: students see it under the score."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].choices = lesson_choices()  # type: ignore[attr-defined]
        self.fields["course"].choices = course_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("lesson") == NEW:
            if not data.get("new_lesson", "").strip():
                self.add_error("new_lesson", _("Give the new lesson a title."))
            if data.get("course") in (NEW, "") and not data.get("new_course", "").strip():
                self.add_error("new_course", _("Give the new course a title."))
        return data

    def place(self) -> Place:
        data = self.cleaned_data
        if data["lesson"] != NEW:
            return Place(lesson=Lesson.objects.get(pk=data["lesson"]) if data["lesson"] else None)
        course = Course.objects.get(pk=data["course"]) if data["course"] not in (NEW, "") else None
        return Place(course=course, new_lesson=data["new_lesson"].strip(), new_course=data["new_course"].strip())


class MusicForm(forms.Form):
    """How it is played and what helps."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    tempo_bpm = forms.IntegerField(
        label=gettext_lazy("Tempo"), min_value=20, max_value=300, help_text=gettext_lazy("Quarter notes a minute.")
    )
    rubric = forms.ChoiceField(label=gettext_lazy("Graded"), required=False)
    instruments = forms.MultipleChoiceField(
        label=gettext_lazy("For which instruments"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hints = forms.CharField(
        label=gettext_lazy("Hints"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line; shown when the student asks. “Bar 5: …” belongs to bar 5."),
    )
    reference = forms.FileField(
        label=gettext_lazy("Reference recording"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,.wav,.mp3,.m4a,.ogg,.flac,.webm"}),
        help_text=gettext_lazy("How it may sound: up to five minutes, for those who may see the exercise."),
    )
    reference_source = forms.CharField(
        label=gettext_lazy("Who plays in it, and by what right"), max_length=300, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubric"].choices = rubric_choices()  # type: ignore[attr-defined]
        names = [(name, said(item.label)) for name, item in INSTRUMENTS.items()]
        self.fields["instruments"].choices = names  # type: ignore[attr-defined]

    def clean_hints(self) -> str:
        text: str = self.cleaned_data["hints"].replace("\r\n", "\n").strip()
        hints = hints_of(text)
        if len(hints) > MOST_HINTS:
            raise forms.ValidationError(_("Twelve hints are the most that help."))
        if any(len(hint.text) > LONGEST_HINT for hint in hints):
            raise forms.ValidationError(_("A hint is short: 300 characters at most."))
        return text

    def clean_reference(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["reference"]
        if not upload:
            return None
        try:
            return checked(upload)
        except ReferenceTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("reference") and not data.get("reference_source", "").strip():
            self.add_error("reference_source", _("Say who plays in the recording, and by what right it is used."))
        return data

    def check_range(self, scores: Iterable[Score], grade: float) -> None:
        """Ticked instruments must be able to play each of the scores, in some octave or key."""
        ticked = [INSTRUMENTS[name] for name in self.cleaned_data.get("instruments", ())]
        for score in scores:
            for instrument in ticked:
                suit = suit_of(score, instrument, grade)
                if suit.how == OUT_OF_RANGE:
                    words = {"instrument": said(instrument.label), "notes": ", ".join(suit.beyond[:5])}
                    self.add_error("instruments", _("Out of range for %(instrument)s: %(notes)s.") % words)
                    return

    def wishes(self, **more: Any) -> Wishes:
        names = ("title", "tempo_bpm", "rubric", "hints", "reference", "reference_source")
        chosen = self.cleaned_data["instruments"]
        # All of them is as good as none: it suits whoever comes.
        instruments = [] if len(chosen) == len(INSTRUMENTS) else chosen
        return Wishes(**{name: self.cleaned_data[name] for name in names}, instruments=instruments, **more)


def rubric_choices() -> list[tuple[str, str]]:
    return [("", _("As the class chooses")), *((name, said(rubric.label)) for name, rubric in RUBRICS.items())]


class PieceForm(MusicForm, PlaceForm):
    """A piece of an import."""

    with_upbeat = forms.BooleanField(label=gettext_lazy("Each begins with its upbeat"), required=False)


class ExerciseForm(MusicForm):
    """An exercise at its own desk."""

    lesson = forms.ChoiceField(label=gettext_lazy("Lesson"), required=False)
    licence = forms.ChoiceField(
        label=gettext_lazy("By what right do you use this music?"),
        choices=[("", gettext_lazy("Not said")), *Licence.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    source = PlaceForm.base_fields["source"]
    music_file = forms.FileField(
        label=gettext_lazy("Another file in place of the music"),
        required=False,
        help_text=gettext_lazy("MusicXML, MIDI or ABC; its first part is taken."),
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )
    no_reference = forms.BooleanField(label=gettext_lazy("Take the recording away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].choices = [one for one in lesson_choices() if one[0] != NEW]  # type: ignore[attr-defined]

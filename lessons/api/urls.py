"""What a program may ask of the school. The practice page asks the same things at the same addresses."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from lessons.api import assignments, classroom, exercises, people, practice, submissions, waveforms

urlpatterns = [
    path("next/", exercises.Next.as_view(), name="api-next"),
    path("exercises/", exercises.ExerciseList.as_view(), name="api-exercise-list"),
    path("exercises/<int:pk>/", exercises.ExerciseDetail.as_view(), name="api-exercise"),
    path("exercises/<int:pk>/score.svg", exercises.ExerciseSvg.as_view(), name="api-exercise-score-svg"),
    path("exercises/<int:pk>/score.musicxml", exercises.ExerciseMusicXml.as_view(), name="api-exercise-score-musicxml"),
    path("exercises/<int:pk>/sound.wav", exercises.ExerciseSound.as_view(), name="api-exercise-sound"),
    path("practice/compose/", practice.Compose.as_view(), name="api-compose"),
    path("practice/feedback/", practice.Feedback.as_view(), name="api-feedback"),
    path("practice/plan/", practice.Plan.as_view(), name="api-plan"),
    path("practice/plan/<int:pk>/open/", practice.OpenItem.as_view(), name="api-plan-item-open"),
    path("practice/skills/", practice.Skills.as_view(), name="api-skills"),
    path("practice/placement/", practice.Placement.as_view(), name="api-placement"),
    path("classrooms/<int:pk>/limits/", practice.ClassroomLimits.as_view(), name="api-class-limits"),
    path("students/<int:pk>/limits/", practice.StudentLimits.as_view(), name="api-student-limits"),
    path("students/<int:pk>/skills/", practice.StudentSkills.as_view(), name="api-student-skills"),
    path("assignments/", assignments.Mine.as_view(), name="api-assignment-list"),
    path("assignments/<int:pk>/", assignments.MineDetail.as_view(), name="api-assignment"),
    path("assignments/<int:pk>/open/", assignments.Open.as_view(), name="api-assignment-open"),
    path("classrooms/<int:pk>/assignments/", assignments.OfClass.as_view(), name="api-class-assignment-list"),
    path(
        "classrooms/<int:pk>/assignments/<int:assignment_pk>/",
        assignments.OneOfClass.as_view(),
        name="api-class-assignment",
    ),
    path("submissions/", submissions.SubmissionList.as_view(), name="api-submission-list"),
    path("submissions/<uuid:pk>/", submissions.SubmissionDetail.as_view(), name="api-submission"),
    path("submissions/<uuid:pk>/assessment/", submissions.AssessmentDetail.as_view(), name="api-assessment"),
    path("submissions/<uuid:pk>/recording", submissions.Recording.as_view(), name="api-recording"),
    path("submissions/<uuid:pk>/waveform/", waveforms.Waveform.as_view(), name="api-waveform"),
    path("submissions/<uuid:pk>/score.svg", submissions.SubmissionSvg.as_view(), name="api-submission-score-svg"),
    path("submissions/<uuid:pk>/comments/", classroom.Comments.as_view(), name="api-comment-list"),
    path("submissions/<uuid:pk>/contests/", classroom.Contests.as_view(), name="api-contest-list"),
    path("submissions/<uuid:pk>/rulings/", classroom.Rulings.as_view(), name="api-ruling-list"),
    path("comments/<int:pk>/", classroom.OneComment.as_view(), name="api-comment"),
    path("comments/<int:pk>/voice/", classroom.CommentVoice.as_view(), name="api-comment-voice"),
    path("contests/", classroom.ContestQueue.as_view(), name="api-contest-queue"),
    path("contests/<int:pk>/answer/", classroom.AnswerContest.as_view(), name="api-contest-answer"),
    path("contests/<int:pk>/withdraw/", classroom.WithdrawContest.as_view(), name="api-contest-withdraw"),
    path("me/", people.Me.as_view(), name="api-me"),
    path("me/join/", people.Join.as_view(), name="api-join"),
    path("token/", people.Token.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", metadata_class=None), name="api-docs"),
]

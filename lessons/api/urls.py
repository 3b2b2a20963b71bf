"""What a program may ask of the school. The practice page asks the same things at the same addresses."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from lessons.api import classroom, exercises, people, submissions

urlpatterns = [
    path("next/", exercises.Next.as_view(), name="api-next"),
    path("exercises/", exercises.ExerciseList.as_view(), name="api-exercise-list"),
    path("exercises/<int:pk>/", exercises.ExerciseDetail.as_view(), name="api-exercise"),
    path("exercises/<int:pk>/score.svg", exercises.ExerciseSvg.as_view(), name="api-exercise-score-svg"),
    path("exercises/<int:pk>/score.musicxml", exercises.ExerciseMusicXml.as_view(), name="api-exercise-score-musicxml"),
    path("submissions/", submissions.SubmissionList.as_view(), name="api-submission-list"),
    path("submissions/<uuid:pk>/", submissions.SubmissionDetail.as_view(), name="api-submission"),
    path("submissions/<uuid:pk>/assessment/", submissions.AssessmentDetail.as_view(), name="api-assessment"),
    path("submissions/<uuid:pk>/recording", submissions.Recording.as_view(), name="api-recording"),
    path("submissions/<uuid:pk>/score.svg", submissions.SubmissionSvg.as_view(), name="api-submission-score-svg"),
    path("submissions/<uuid:pk>/comments/", classroom.Comments.as_view(), name="api-comment-list"),
    path("submissions/<uuid:pk>/rulings/", classroom.Rulings.as_view(), name="api-ruling-list"),
    path("me/", people.Me.as_view(), name="api-me"),
    path("me/join/", people.Join.as_view(), name="api-join"),
    path("token/", people.Token.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", metadata_class=None), name="api-docs"),
]

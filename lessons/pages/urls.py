"""The pages, in the order a student meets them."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from lessons.pages import choosing, classes, entrance, grading, home, library, limits, office, plans, stand, takes

urlpatterns = [
    path("", entrance.welcome, name="welcome"),
    path("login/", entrance.LoginPage.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("demo/<slug:who>/", entrance.demo_login, name="demo-login"),
    path("join/", entrance.join, name="join"),
    path("setup/", entrance.setup, name="setup"),
    path("notices/", office.notice_list, name="notices"),
    path("notices/<int:pk>/", office.notice, name="notice"),
    path("jobs/", office.job_list, name="jobs"),
    path("jobs/<uuid:pk>/", office.job, name="job"),
    path("jobs/<uuid:pk>/state/", office.job_state, name="job-state"),
    path("jobs/<uuid:pk>/file/", office.job_file, name="job-file"),
    path("home/", home.home, name="home"),
    path("ask/", choosing.ask, name="ask"),
    path("plans/", plans.plans, name="plans"),
    path("plans/items/<int:pk>/", choosing.open_item, name="plan-item"),
    path("practice/<int:pk>/more/", choosing.more, name="more"),
    path("practice/<int:pk>/word/", choosing.word, name="word"),
    path("progress/", home.progress, name="progress"),
    path("lessons/", library.lessons, name="lessons"),
    path("lessons/<int:pk>/", library.lesson, name="lesson"),
    path("practice/<int:pk>/", stand.practice, name="practice"),
    path("takes/<uuid:pk>/", takes.take, name="take"),
    path("takes/<uuid:pk>/grading/", grading.of_take, name="take-grading"),
    path("takes/<uuid:pk>/remedy/", takes.remedy, name="take-remedy"),
    path("grading/", grading.presets, name="grading"),
    path("grading/<slug:name>/", grading.preset, name="grading-preset"),
    path("practice/<int:pk>/grading/", grading.of_exercise, name="practice-grading"),
    path("classes/", classes.classes, name="classes"),
    path("classes/<int:pk>/", classes.classroom, name="class"),
    path("classes/<int:pk>/grading/", grading.of_class, name="class-grading"),
    path("classes/<int:pk>/hear-again/", grading.hear_again, name="class-hear-again"),
    path("classes/<int:pk>/limits/", limits.of_class, name="class-limits"),
    path("classes/<int:pk>/students/<int:student_pk>/limits/", limits.of_student, name="class-student-limits"),
    path("classes/<int:pk>/students/<int:student_pk>/plans/", plans.plans_of_student, name="class-student-plans"),
    path("classes/<int:pk>/students/<int:student_pk>/", classes.student, name="class-student"),
]

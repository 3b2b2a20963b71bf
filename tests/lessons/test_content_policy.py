"""Every answer says what a page may run; the docs and the admin need nothing inline."""

import re

import pytest
from django.urls import reverse

from tests.factories import UserFactory, graded


@pytest.mark.parametrize("name", ["welcome", "login", "api-docs", "api-schema", "join"])
def test_every_answer_has_a_policy(client, db, name):
    policy = client.get(reverse(name)).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy and "unsafe-eval" not in policy


def test_only_the_admins_theme_may_read_scripts_out_of_attributes(client, db):
    policy = client.get(reverse("admin:login")).headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy and "unsafe-inline'; script" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy


def test_no_page_has_a_script_of_its_own(client, ada):
    take = graded(student=ada)
    client.force_login(ada)
    pages = [
        reverse("home"),
        reverse("practice", args=[take.exercise_id]),
        take.get_absolute_url(),
        reverse("api-docs"),
    ]
    client_pages = [client.get(address).content.decode() for address in pages]
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    pages_of_admin = [reverse("admin:index"), reverse("admin:lessons_exercise_change", args=[take.exercise_id])]
    for page in client_pages + [client.get(address).content.decode() for address in pages_of_admin]:
        for attributes, inside in re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.S):
            assert "application/json" in attributes or not inside.strip()
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", page)


def test_a_page_of_music_keeps_its_narrower_one(client, ada):
    take = graded(student=ada)
    client.force_login(ada)
    answer = client.get(reverse("api-submission-score-svg", args=[take.pk]))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")

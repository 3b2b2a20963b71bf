"""The OpenAPI page tells the truth: no warnings, and real answers have the shape it shows."""

import io

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from tests.factories import ExerciseFactory, graded


@pytest.fixture(scope="module")
def schema():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_every_address_is_described(schema):
    assert {path for path in schema["paths"] if not path.startswith("/api/v1/")} == set()
    described = {operation.get("description") for path in schema["paths"].values() for operation in path.values()}
    assert None not in described
    upload = schema["paths"]["/api/v1/submissions/"]["post"]
    assert any(one["name"] == "Idempotency-Key" and one["required"] for one in upload["parameters"])
    assert "multipart/form-data" in upload["requestBody"]["content"]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("api-exercise", "ExerciseShape"),
        ("api-submission", "SubmissionWithNext"),
        ("api-assessment", "AssessmentShape"),
        ("api-me", "MeShape"),
        ("api-next", "NextShape"),
        ("api-exercise-list", "PaginatedExerciseLineList"),
        ("api-submission-list", "PaginatedSubmissionShapeList"),
    ],
)
def test_an_answer_has_the_shape_it_says(api, ada, schema, name, shape):
    take = graded(student=ada, faulty={"n2": "wrong", "n4": "not_heard"}, exercise=ExerciseFactory(skills={"key:0": 8}))
    arguments = {"api-exercise": [take.exercise_id], "api-submission": [take.pk], "api-assessment": [take.pk]}
    api.force_login(ada)
    answer = api.get(reverse(name, args=arguments.get(name, [])))
    assert answer.status_code == 200
    described = {**schema["components"]["schemas"][shape], "components": _plain(schema["components"])}
    jsonschema.validate(answer.json(), _plain(described))
    properties = schema["components"]["schemas"][shape]["properties"]
    assert set(answer.json()) <= set(properties)


def test_the_page_itself(client, db):
    assert client.get(reverse("api-docs")).status_code == 200
    assert client.get(reverse("api-schema")).status_code == 200


def _plain(schema):
    """OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain

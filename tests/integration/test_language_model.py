"""A language model over real HTTP: what it says is read strictly, and its troubles cost bounded time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from cx_core.adapters.llm.chat_completions import OpenAIModel
from cx_core.adapters.llm.circuit_breaker import FAILURES, REST, Breaker
from cx_core.adapters.sql.database import Engine, connect
from cx_core.adapters.sql.migrate import migrate
from cx_core.adapters.sql.tables import model_use
from cx_core.errors import ModelTrouble
from cx_core.records import Record, TicketId
from cx_core.settings import Settings
from cx_core.views import ModelStanding
from tests.conftest import SetClock
from tests.model_server import ModelServer, model_server

TICKET = TicketId("T-1")


class Line(Record):
    name: str
    value: int | None


class Answered(Record):
    text: str
    lines: tuple[Line, ...] = ()


GOOD = {"text": "Fine.", "lines": [{"name": "a", "value": 1}]}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(answer=lambda _: GOOD) as running:
        yield running


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = connect(settings.url("rung"))
    migrate(made)
    yield made
    made.dispose()


def _model(server: ModelServer, settings: Settings, engine: Engine, clock: SetClock, **more: object) -> OpenAIModel:
    access = {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted", "model_timeout": 3}
    return OpenAIModel(settings.replace(**(access | more)), engine, clock)


def _ask(model: OpenAIModel) -> Answered:
    return model.ask("reply", "Be brief.", "What now?", Answered, TICKET)


def _rows(engine: Engine) -> list[sa.RowMapping]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(model_use)).mappings())


def test_that_an_answer_is_a_record_and_is_on_the_bill(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    answer = _ask(_model(server, settings, engine, clock))
    assert answer == Answered(text="Fine.", lines=(Line(name="a", value=1),))
    sent = server.requests[0]["response_format"]["json_schema"]
    assert sent["strict"]
    assert sent["schema"]["required"] == ["text", "lines"]
    assert sent["schema"]["$defs"]["Line"]["additionalProperties"] is False
    [row] = _rows(engine)
    assert (row["task"], row["ticket"], row["input_tokens"], row["output_tokens"], row["ok"]) == (
        "reply",
        TICKET,
        100,
        20,
        True,
    )


@pytest.mark.parametrize("mode", ["429", "500", "cut", "malformed", "schema", "empty"])
def test_that_one_failure_is_got_over(
    mode: str, server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.mode, server.failures = mode, 1
    assert _ask(_model(server, settings, engine, clock)).text == "Fine."
    assert len(server.requests) == 2


@pytest.mark.parametrize("mode", ["429", "500", "hang", "drip", "cut", "malformed", "schema", "empty"])
def test_that_lasting_trouble_is_named_within_the_bound(
    mode: str, server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.mode = mode
    model = _model(server, settings, engine, clock, model_timeout=1.5)
    began = time.monotonic()
    with pytest.raises(ModelTrouble):
        _ask(model)
    assert time.monotonic() - began < 3
    assert len(server.requests) <= 4
    assert not any(row["ok"] for row in _rows(engine))


def test_that_a_broken_answer_is_sent_back_once_with_what_is_wrong(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.mode = "schema"
    with pytest.raises(ModelTrouble, match="did not fit"):
        _ask(_model(server, settings, engine, clock))
    assert len(server.requests) == 2
    assert "did not fit" in server.requests[1]["messages"][-1]["content"]


def test_that_the_server_says_how_long_to_wait(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.mode, server.failures, server.retry_after = "429", 1, "1"
    began = time.monotonic()
    _ask(_model(server, settings, engine, clock))
    assert 1 <= time.monotonic() - began < 2.5
    server.failures, server.retry_after = 1, "600"
    with pytest.raises(ModelTrouble, match="429"):
        _ask(_model(server, settings, engine, clock))


@pytest.mark.parametrize("bound", ["model_ticket_tokens", "model_day_tokens"])
def test_that_a_spent_budget_asks_nothing_more(
    bound: str, server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    model = _model(server, settings, engine, clock, **{bound: 200})
    _ask(model)
    _ask(model)
    with pytest.raises(ModelTrouble, match="used up"):
        _ask(model)
    assert len(server.requests) == 2
    clock.forward(hours=25)
    if bound == "model_day_tokens":
        assert _ask(model).text == "Fine."


def test_that_a_server_that_is_not_there_is_trouble(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    model = _model(server, settings, engine, clock, openai_base_url="http://127.0.0.1:9/v1", model_timeout=2)
    with pytest.raises(ModelTrouble):
        _ask(model)


def test_that_a_hanging_model_is_left_alone_and_then_asked_once(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.mode = "hang"
    model = _model(server, settings, engine, clock, model_timeout=0.3)
    for _ in range(FAILURES):
        with pytest.raises(ModelTrouble, match="too long"):
            _ask(model)
    asked, began = len(server.requests), time.monotonic()
    for _ in range(20):
        with pytest.raises(ModelTrouble, match="failed 3 times in a row and is left alone"):
            _ask(model)
    assert time.monotonic() - began < 0.3
    assert len(server.requests) == asked
    assert model.standing.left_alone_until == clock.forward(seconds=REST)
    with pytest.raises(ModelTrouble, match="too long"):
        _ask(model)
    with pytest.raises(ModelTrouble, match="left alone"):
        _ask(model)
    server.mode = "good"
    clock.forward(seconds=REST)
    assert _ask(model).text == "Fine."
    assert model.standing == ModelStanding()


def test_that_failures_far_apart_and_a_spent_budget_are_no_reason_to_leave_it_alone(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    model = _model(server, settings, engine, clock, model_timeout=0.3, model_ticket_tokens=200)
    for _ in range(2):
        server.mode = "hang"
        for _ in range(FAILURES - 1):
            with pytest.raises(ModelTrouble):
                _ask(model)
        server.mode = "good"
        _ask(model)
    for _ in range(2 * FAILURES):
        with pytest.raises(ModelTrouble, match="used up"):
            _ask(model)
    assert model.standing == ModelStanding()


def test_that_only_one_question_tries_whether_it_is_back(clock: SetClock) -> None:
    breaker = Breaker(clock, failures=1, rest=10)
    with pytest.raises(ModelTrouble, match="no"), breaker.question():
        raise ModelTrouble("no")
    clock.forward(seconds=10)
    refused: list[str] = []

    def meanwhile() -> None:
        try:
            with breaker.question():
                refused.append("")
        except ModelTrouble as trouble:
            refused.append(str(trouble))

    with breaker.question():
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
    assert "left alone" in refused[0]
    meanwhile()
    assert refused[1] == ""


WORDS = "Thank you, Zoë: £54.00 is on its way. 🎈"


def _streamed(model: OpenAIModel) -> tuple[list[str], str]:
    """The pieces, and the trouble they ended in."""
    pieces: list[str] = []
    try:
        pieces.extend(model.stream("stream", "Be brief.", "What now?", TICKET))
    except ModelTrouble as trouble:
        return pieces, str(trouble)
    return pieces, ""


def test_that_words_come_as_they_are_written_and_are_on_the_bill(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.answer, server.pace = lambda _: WORDS, 0.02
    model, came = _model(server, settings, engine, clock), list[float]()
    pieces = []
    for piece in model.stream("stream", "Be brief.", "What now?", TICKET):
        pieces.append(piece)
        came.append(time.monotonic())
    assert "".join(pieces) == WORDS
    assert came[-1] - came[0] > 0.1
    [row] = _rows(engine)
    assert (row["task"], row["ok"], row["output_tokens"]) == ("stream", True, len(WORDS) // 4)


@pytest.mark.parametrize(("mode", "why"), [("cut", "it broke off"), ("drip", "it took too long")])
def test_that_of_a_stream_that_stops_the_beginning_is_kept(
    mode: str, why: str, server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.answer, server.mode = lambda _: WORDS, mode
    began = time.monotonic()
    pieces, trouble = _streamed(_model(server, settings, engine, clock, model_timeout=1))
    assert time.monotonic() - began < 2.5
    assert WORDS.startswith("".join(pieces))
    assert len("".join(pieces)) > 10
    assert trouble == why
    assert [row["ok"] for row in _rows(engine)] == [False]


@pytest.mark.parametrize("mode", ["429", "500"])
def test_that_a_stream_is_asked_for_again_before_it_begins(
    mode: str, server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.answer, server.mode, server.failures = lambda _: WORDS, mode, 1
    pieces, trouble = _streamed(_model(server, settings, engine, clock))
    assert ("".join(pieces), trouble) == (WORDS, "")
    assert len(server.requests) == 2


def test_that_hanging_streams_count_as_failures_and_leaving_one_does_not(
    server: ModelServer, settings: Settings, engine: Engine, clock: SetClock
) -> None:
    server.answer = lambda _: WORDS
    model = _model(server, settings, engine, clock, model_timeout=0.3)
    for _ in range(2 * FAILURES):
        left = model.stream("stream", "Be brief.", "What now?", TICKET)
        next(left)
        left.close()  # type: ignore[attr-defined]  # a generator, which whoever reads it may leave
    assert model.standing == ModelStanding()
    server.mode = "hang"
    assert {_streamed(model)[1] for _ in range(FAILURES)} == {"it took too long"}
    assert "left alone" in _streamed(model)[1]

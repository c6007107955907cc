"""A language model elsewhere, asked over the chat completions protocol for answers that fit a record.

The vendor's client is imported when a model is configured, and never before. One answer has a bound in seconds, and
all tries at it share that bound. What a ticket and a day may use is counted in tokens, in the table `model_use`.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from cx_core.adapters.llm.circuit_breaker import Breaker
from cx_core.adapters.llm.event_stream import Stream
from cx_core.adapters.llm.json_schema import strict
from cx_core.adapters.llm.token_budget import Budget, Use
from cx_core.adapters.sql.database import Engine
from cx_core.errors import ModelTrouble
from cx_core.ports import Answer, Clock
from cx_core.records import TicketId
from cx_core.settings import Settings
from cx_core.views import ModelBounds, ModelStanding

if TYPE_CHECKING:
    from openai import APIResponse, APIStatusError
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.shared_params import ResponseFormatJSONSchema

TRIES = 4
LONGEST_ANSWER = 200_000
"""Characters; whatever is longer is no answer to anything that is asked here."""
PATIENCE = 0.5
"""Seconds before the second try; each further wait is twice as long."""

Messages = list[dict[str, str]]
Given = TypeVar("Given")


class _Said(NamedTuple):
    text: str
    input_tokens: int
    output_tokens: int


class _Unusable(Exception):
    """What came is no answer; the words say why. No error to anybody outside: it asks for a repair."""

    def __init__(self, said: _Said, why: str) -> None:
        super().__init__(why)
        self.said = said


class OpenAIModel:
    """Implements ports.LanguageModel. Safe to share between threads."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        import httpx2
        import openai

        self._openai, self._httpx = openai, httpx2
        self._client = openai.OpenAI(
            api_key=settings.openai_api_key.get_secret_value() or "none",
            base_url=settings.openai_base_url or None,
            max_retries=0,  # the tries are counted here, so that together they keep within the bound
        )
        self._model = settings.model
        self._bounds = ModelBounds(
            seconds=settings.model_timeout,
            ticket_tokens=settings.model_ticket_tokens,
            day_tokens=settings.model_day_tokens,
        )
        self._budget = Budget(engine, clock, ticket=settings.model_ticket_tokens, day=settings.model_day_tokens)
        self._breaker = Breaker(clock)

    @property
    def version(self) -> str:
        return self._model

    @property
    def bounds(self) -> ModelBounds:
        return self._bounds

    @property
    def standing(self) -> ModelStanding:
        return self._breaker.standing

    def ask(self, task: str, instructions: str, content: str, answer: type[Answer], ticket: TicketId | None) -> Answer:
        """One repair is asked for if the answer does not fit. Raises ModelTrouble."""
        self._budget.check(ticket)
        messages: Messages = [{"role": "system", "content": instructions}, {"role": "user", "content": content}]
        with self._breaker.question():
            return self._asked(task, messages, answer, ticket)

    def stream(self, task: str, instructions: str, content: str, ticket: TicketId | None) -> Iterator[str]:
        """The words as they come. Raises ModelTrouble, also after some came: then they are not all."""
        self._budget.check(ticket)
        messages: Messages = [{"role": "system", "content": instructions}, {"role": "user", "content": content}]
        with self._breaker.question():
            yield from self._streamed(task, messages, ticket)

    def _streamed(self, task: str, messages: Messages, ticket: TicketId | None) -> Iterator[str]:
        began, got = time.monotonic(), Stream(())
        until = began + self._bounds.seconds
        try:
            with ExitStack() as stack:
                response = self._tried(lambda seconds: self._opened(stack, messages, seconds), until)
                got = Stream(self._bytes(response, until))
                yield from got
            if not got.whole:
                raise ModelTrouble("it broke off")
        except self._httpx.TransportError as error:
            raise ModelTrouble("it broke off") from error
        finally:
            tokens = (got.input_tokens, got.output_tokens)
            said = _Said(got.text, *tokens) if any(tokens) else _estimate(messages, got.text)
            self._budget.add(ticket, self._use(task, messages, said, began, got.whole))

    def _opened(self, stack: ExitStack, messages: Messages, seconds: float) -> APIResponse[Any]:
        create = self._client.chat.completions.with_streaming_response.create
        return stack.enter_context(
            create(
                model=self._model,
                messages=cast("list[ChatCompletionMessageParam]", messages),
                stream=True,
                stream_options={"include_usage": True},
                timeout=seconds,
            )
        )

    def _bytes(self, response: APIResponse[Any], until: float) -> Iterator[bytes]:
        """The body in pieces, so that no trickle outlasts the bound."""
        length = 0
        try:
            for piece in response.iter_bytes():
                length += len(piece)
                if time.monotonic() > until:
                    raise ModelTrouble("it took too long")
                if length > 4 * LONGEST_ANSWER:
                    raise ModelTrouble("its answer was far too long")
                yield piece
        except self._httpx.TimeoutException as error:
            raise ModelTrouble("it took too long") from error

    def _asked(self, task: str, messages: Messages, answer: type[Answer], ticket: TicketId | None) -> Answer:
        until = time.monotonic() + self._bounds.seconds
        try:
            return self._counted(task, messages, answer, ticket, until)
        except _Unusable as first:
            messages += [
                {"role": "assistant", "content": first.said.text[:4000]},
                {"role": "user", "content": f"{first} Answer again, with nothing but JSON of the schema."},
            ]
        try:
            return self._counted(task, messages, answer, ticket, until)
        except _Unusable as second:
            raise ModelTrouble(f"its answer could not be used: {second}") from second

    def _counted(
        self, task: str, messages: Messages, answer: type[Answer], ticket: TicketId | None, until: float
    ) -> Answer:
        """One answer, which is on the bill whether it can be used or not."""
        self._budget.check(ticket)
        began = time.monotonic()
        said, good = _Said("", 0, 0), False
        try:
            said = self._tried(lambda seconds: self._said(messages, answer, seconds, until), until)
            made = _read(said, answer)
            good = True
            return made
        except _Unusable as unusable:
            said = unusable.said
            raise
        finally:
            self._budget.add(ticket, self._use(task, messages, said, began, good))

    def _use(self, task: str, messages: Messages, said: _Said, began: float, good: bool) -> Use:
        prompt = hashlib.sha256(messages[0]["content"].encode()).hexdigest()[:16]
        ms = (time.monotonic() - began) * 1000
        return Use(task, self._model, prompt, said.input_tokens, said.output_tokens, ms, good)

    def _tried(self, ask: Callable[[float], Given], until: float) -> Given:
        """Ask, with so many seconds, until it answers, waits grow too long for the bound, or the tries are used up."""
        for number in range(1, TRIES + 1):
            left = until - time.monotonic()
            if left <= 0:
                raise ModelTrouble("it took too long")
            try:
                return ask(left / 2 if number == 1 else left)
            except self._openai.APIStatusError as error:
                wait = _wait(number, error)
                why = f"it answered {error.status_code}"
                again = error.status_code in (408, 409, 429) or error.status_code >= 500
            except self._openai.APIConnectionError as error:
                wait, again = _wait(number, None), True
                late = isinstance(error, self._openai.APITimeoutError)
                why = "it took too long" if late else "it could not be reached or broke off"
            if not again or number == TRIES or time.monotonic() + wait >= until:
                raise ModelTrouble(why)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _said(self, messages: Messages, answer: type[Answer], seconds: float, until: float) -> _Said:
        """What the model says to this, whole."""
        schema = {"name": answer.__name__, "strict": True, "schema": strict(answer)}
        create = self._client.chat.completions.with_streaming_response.create
        try:
            with create(
                model=self._model,
                messages=cast("list[ChatCompletionMessageParam]", messages),
                response_format=cast("ResponseFormatJSONSchema", {"type": "json_schema", "json_schema": schema}),
                timeout=seconds,
            ) as response:
                body = b"".join(self._bytes(response, until))
        except self._httpx.TransportError as error:
            raise _Unusable(_estimate(messages, ""), "The answer broke off.") from error
        return _unpacked(body, messages)


def _unpacked(body: bytes, messages: Messages) -> _Said:
    """The words and the bill out of a completion. A refusal, or words cut short, are no answer."""
    text = body.decode(errors="replace")
    try:
        outer = json.loads(text)
        choice = outer["choices"][0]
        content = choice["message"]["content"]
        reason = choice.get("finish_reason")
        used = outer.get("usage") or {}
        counts = (int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _Unusable(_estimate(messages, text), "The answer was not of the protocol.") from error
    if not isinstance(content, str) or not content.strip():
        raise _Unusable(_estimate(messages, ""), "The answer was empty.")
    said = _Said(content, *counts) if any(counts) else _estimate(messages, content)
    if reason not in (None, "stop"):
        raise _Unusable(said, "The answer broke off.")
    return said


def _read(said: _Said, answer: type[Answer]) -> Answer:
    """The record in the answer. A fence around the JSON is taken off; everything else must fit."""
    text = said.text.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    if len(text) > LONGEST_ANSWER:
        raise _Unusable(said, "The answer was far too long.")
    try:
        return answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise _Unusable(said, f"It did not fit what was asked for ({place}: {first['msg']}).") from error


def _estimate(messages: Messages, text: str) -> _Said:
    """Where no bill came, four characters are taken for a token."""
    return _Said(text, sum(len(message["content"]) for message in messages) // 4, len(text) // 4)


def _wait(number: int, error: APIStatusError | None) -> float:
    """Seconds before the next try: what the server asks for, else longer each time."""
    asked = error.response.headers.get("retry-after", "") if error else ""
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return PATIENCE * float(2 ** (number - 1)) * random.uniform(0.75, 1.25)

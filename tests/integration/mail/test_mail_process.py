"""Mails are read in a process of their own, and the next one after it was harmed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from cx_core.adapters.mail.mail_process import MailReader
from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.errors import UnreadableMail
from cx_core.records import Trust
from tests.mail_samples import SEEDS, mutated

TRUST = Trust(authserv_id="mx.desk.example", own_addresses=("care@desk.example",))


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    made = MailReader(seconds=5)
    yield made
    made.rest()


def test_that_it_reads_as_in_one_process(reader: MailReader) -> None:
    for raw in SEEDS:
        assert reader.read(raw, TRUST) == read_mail(raw, TRUST)


def test_that_damaged_mails_are_read_alike_one_after_the_other(reader: MailReader) -> None:
    for number in range(40):
        try:
            expected: object = read_mail(mutated(number), TRUST)
        except UnreadableMail as error:
            expected = str(error)
        try:
            found: object = reader.read(mutated(number), TRUST)
        except UnreadableMail as error:
            found = str(error)
        assert found == expected


def test_that_a_process_that_dies_costs_one_mail(reader: MailReader) -> None:
    reader.read(SEEDS[0], TRUST)
    assert reader._process is not None
    os.kill(reader._process._process.pid, signal.SIGSTOP)
    reader._process._patience = 0.5
    with pytest.raises(UnreadableMail, match="gave up"):
        reader.read(SEEDS[0], TRUST)
    assert reader.read(SEEDS[0], TRUST).subject == "Rechnung für März"


def test_that_memory_has_an_end() -> None:
    reader = MailReader(memory_mb=250)
    with pytest.raises(UnreadableMail, match=r"memory|gave up"):
        reader.read(b"From: a@x.example\r\n\r\n" + b"word\r\n" * 5_000_000, TRUST)
    assert reader.read(SEEDS[0], TRUST).text
    reader.rest()

"""The chain of sealed entries, over plain rows."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cx_core.audit.audit_chain import (
    ANCHOR_BYTES,
    ChainEntry,
    ChainPlace,
    check,
    is_genuine,
    open_part,
    read_anchor,
    seal,
    verify_text,
    write_anchor,
)
from cx_core.errors import AuditBroken
from cx_core.records import AuditReport

KEY = bytes(range(32))


def made(count: int, key: bytes = KEY) -> list[ChainEntry]:
    """A chain of so many entries."""
    entries: list[ChainEntry] = []
    for seq in range(1, count + 1):
        ref = f"ref{seq % 2}" if seq % 3 else None
        previous = entries[-1].hash if entries else ChainPlace().head
        at = f"2026-11-23T09:00:{seq:02d}.000000Z"
        bare = ChainEntry(seq, at, "proposal", f"T-{seq}", ref, "copilot", bytes([seq] * 12), b"secret", previous)
        entries.append(bare._replace(hash=seal(key, bare)))
    return entries


CHAIN = made(6)
END = ChainPlace(6, CHAIN[-1].hash)


def first_bad(entries: list[ChainEntry], anchor: ChainPlace | None = END) -> int | None:
    report = check(entries, KEY, anchor)
    assert not report.ok
    return report.first_bad


def test_that_a_chain_as_written_is_whole() -> None:
    assert check(CHAIN, KEY, END) == AuditReport(ok=True, events=6)
    assert check([], KEY, None) == AuditReport(ok=True, events=0)
    assert check([], KEY, ChainPlace()) == AuditReport(ok=True, events=0)


def test_that_the_anchor_may_be_behind_but_not_ahead_or_missing() -> None:
    assert check(CHAIN, KEY, ChainPlace(4, CHAIN[3].hash)).ok
    assert check(CHAIN, KEY, ChainPlace()).ok
    assert first_bad(CHAIN[:5]) == 6
    assert first_bad([], END) == 1
    assert "missing" in check(CHAIN, KEY, None).reason


def test_that_a_removed_event_is_found_wherever_it_was() -> None:
    for seq in range(1, 7):
        assert first_bad([entry for entry in CHAIN if entry.seq != seq]) == seq


def test_that_events_put_in_another_order_are_found() -> None:
    swapped = [*CHAIN]
    swapped[1], swapped[2] = CHAIN[2], CHAIN[1]
    assert first_bad(swapped) == 2
    renumbered = [*CHAIN]
    renumbered[1], renumbered[2] = CHAIN[2]._replace(seq=2), CHAIN[1]._replace(seq=3)
    assert first_bad(renumbered) == 2


def test_that_an_inserted_event_is_found() -> None:
    copy = CHAIN[2]._replace(seq=7)
    assert first_bad([*CHAIN, copy]) == 7
    assert first_bad([CHAIN[0], CHAIN[0], *CHAIN[1:]]) == 1
    assert first_bad([CHAIN[0]._replace(seq=-3), *CHAIN]) == -3


def test_that_a_chain_made_anew_without_the_key_is_found() -> None:
    assert first_bad(made(6, secrets.token_bytes(32))) == 1


def test_that_a_chain_made_anew_with_the_key_does_not_fit_the_anchor() -> None:
    other = made(5)
    last = ChainEntry(6, "2026-11-23T10:00:00.000000Z", "other", None, None, "copilot", b"n" * 12, b"c", other[-1].hash)
    assert first_bad([*other, last._replace(hash=seal(KEY, last))]) == 6


ANYTHING = st.one_of(st.none(), st.integers(), st.text(max_size=70), st.binary(max_size=20))


@given(st.integers(0, 5), st.sampled_from(ChainEntry._fields), ANYTHING)
def test_that_any_single_change_of_any_column_is_found(row: int, column: str, value: object) -> None:
    assume(getattr(CHAIN[row], column) != value)
    changed = [*CHAIN]
    changed[row] = ChainEntry(**{**CHAIN[row]._asdict(), column: value})
    assert first_bad(changed) is not None


@given(st.integers(0, 5), st.integers(0, 5), st.sampled_from(ChainEntry._fields))
def test_that_a_column_taken_from_another_row_is_found(one: int, other: int, column: str) -> None:
    assume(getattr(CHAIN[one], column) != getattr(CHAIN[other], column))
    changed = [*CHAIN]
    changed[one] = ChainEntry(**{**CHAIN[one]._asdict(), column: getattr(CHAIN[other], column)})
    assert first_bad(changed) is not None


def test_that_bytes_cannot_move_between_columns() -> None:
    entry = CHAIN[3]
    moved = entry._replace(nonce=entry.nonce + entry.ciphertext[:1], ciphertext=entry.ciphertext[1:])
    assert not is_genuine(KEY, moved)
    assert open_part(entry._replace(kind="a", ticket="b,c")) != open_part(entry._replace(kind="a,b", ticket="c"))
    assert open_part(entry._replace(ticket=None)) != open_part(entry._replace(ticket=""))


@given(st.integers(0, 2**31), st.binary(min_size=32, max_size=32))
def test_that_an_anchor_reads_back_as_written(events: int, head: bytes) -> None:
    content = write_anchor(KEY, ChainPlace(events, head.hex()))
    assert len(content) == ANCHOR_BYTES
    assert read_anchor(KEY, content) == ChainPlace(events, head.hex())


@given(st.integers(0, ANCHOR_BYTES - 1), st.integers(1, 255))
def test_that_any_changed_byte_of_the_anchor_is_found(position: int, flip: int) -> None:
    content = bytearray(write_anchor(KEY, END))
    content[position] ^= flip
    with pytest.raises(AuditBroken):
        read_anchor(KEY, bytes(content))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe", b"{", write_anchor(b"x" * 32, END)])
def test_that_an_anchor_we_did_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(AuditBroken):
        read_anchor(KEY, content)


def test_that_the_printed_answer_names_the_first_bad_event() -> None:
    assert verify_text(check(CHAIN, KEY, END)) == "The audit log is whole: 6 events, each sealed and in its place."
    text = verify_text(check([CHAIN[0], *CHAIN[2:]], KEY, END))
    assert "First bad event: 2." in text
    assert "removed" in text
    assert "First bad event" not in verify_text(check(CHAIN, KEY, None))

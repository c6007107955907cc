"""Files in both directions: kept apart, checked, sent once, forgotten with their customer."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cx_core.adapters.fernline import FernlineOutbox
from cx_core.adapters.fernline.live_feed import Feed
from cx_core.adapters.fernline.past import customers
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.decide import autonomy
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed, SystemUnreachable
from cx_core.records import Approval, Attachment, AttachmentId, CustomerId, File, Inbound, Role, TicketId
from cx_core.settings import ROOT
from cx_core.understand.attachments import MOST_FILES, digest
from cx_core.views import CaseFile, Refusal, TicketView
from tests.scripted import COPY, LENA, SAM, Hand, erased, letter, person

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00"
ADMIN = person(Role.ADMINISTRATOR, "Root Admin")
BOB = person(Role.ADVISOR, "Bob Ink")


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "brown").save(out, "JPEG")
    return out.getvalue()


def mail(hand: Hand, *files: tuple[str, bytes], id: str = "f1", text: str = COPY, sender: str = LENA) -> Inbound:
    plain = letter(text, hand.works.clock, id=id, sender=sender, thread=id)
    return plain.replace(files=tuple(File(name=name, content=content) for name, content in files))


def view(desk: Desk, ticket: TicketId) -> TicketView:
    found = desk.inbox.ticket(SAM, ticket)
    assert isinstance(found, TicketView)
    return found


def attached(hand: Hand, ticket: TicketId, name: str = "terms.pdf", content: bytes = PDF) -> Attachment:
    made = hand.desk.ticket_attachments.attach(SAM, ticket, name, content)
    assert isinstance(made, Attachment), made
    return made


def send(hand: Hand, ticket: TicketId, reply: str = "Here is your invoice.", **more: object) -> Approval | Refusal:
    version = view(hand.desk, ticket).ticket.version
    return hand.desk.approvals.approve(SAM, ticket, version, reply=reply, skipped={}, **more)  # type: ignore[arg-type]


def went(hand: Hand, address: str = LENA) -> list[tuple[str, ...]]:
    sent = FernlineOutbox(hand.works.fernline, hand.works.clock).sent(address)
    return [message.files for message in sent if "/rate/" not in message.text]


def general(hand: Hand, ticket: TicketId) -> list[str]:
    """What the proposal says of no single step."""
    proposal = view(hand.desk, ticket).proposal
    return [finding.text for finding in proposal.findings if finding.step is None] if proposal else []


def on_disk(hand: Hand) -> list[Path]:
    return [path for path in (hand.works.settings.data_dir / "files").rglob("*") if path.is_file()]


def code(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


# --- from the customer ----------------------------------------------------------------------


def test_that_a_customers_photo_is_kept_with_its_message_and_its_preview(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("../cracked.jpg", photo((2000, 1000)))))
    shown = view(hand.desk, ticket)
    (one,) = shown.attachments
    assert (one.name, one.media_type, one.message, one.person) == ("cracked.jpg", "image/jpeg", "email:f1", None)
    preview, original = (
        hand.desk.ticket_attachments.file(SAM, one.id, preview=True),
        hand.desk.ticket_attachments.file(SAM, one.id),
    )
    assert isinstance(preview, File)
    assert isinstance(original, File)
    assert original.content == photo((2000, 1000))
    assert Image.open(BytesIO(preview.content)).size == (1600, 800)


def test_that_a_bad_file_is_named_with_the_reason_and_the_message_arrives(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("x.exe", EXE), ("ok.pdf", PDF)))
    shown = view(hand.desk, ticket)
    assert shown.messages[0].text == COPY
    assert [(one.name, bool(one.trouble)) for one in shown.attachments] == [("x.exe", True), ("ok.pdf", False)]
    assert "PDF or plain text." in shown.attachments[0].trouble
    assert code(hand.desk.ticket_attachments.file(SAM, shown.attachments[0].id)) == "stale"
    assert len(on_disk(hand)) == 1


def test_that_the_same_message_again_keeps_its_files_once(hand: Hand) -> None:
    for _ in range(2):
        ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo()), ("b.pdf", PDF)))
    assert [one.name for one in view(hand.desk, ticket).attachments] == ["a.jpg", "b.pdf"]
    assert len(on_disk(hand)) == 3


def test_that_more_files_than_are_taken_are_counted_not_kept(hand: Hand) -> None:
    many = [(f"{n}.txt", f"file {n}".encode()) for n in range(MOST_FILES + 5)]
    ticket = hand.desk.inbound_messages.receive(mail(hand, *many))
    shown = view(hand.desk, ticket).attachments
    assert [one.name for one in shown] == [*(f"{n}.txt" for n in range(MOST_FILES)), "5 more"]
    assert "Ask for them again" in shown[-1].trouble


def test_that_a_message_of_nothing_but_a_photo_waits_for_a_person(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo()), text=""))
    assert view(hand.desk, ticket).ticket.route == "person"


def test_that_the_copilot_says_that_it_has_not_looked_into_what_came(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo()), ("x.exe", EXE)))
    assert view(hand.desk, ticket).proposal is not None
    told = "The customer sent 2 files, which the copilot has not looked into."
    assert told in general(hand, ticket)
    send(hand, ticket)
    hand.desk.inbound_messages.receive(letter("Thank you.", hand.works.clock, id="f9", sender=LENA, thread="f1"))
    assert told not in general(hand, ticket)


def test_that_a_photo_sent_afterwards_is_news_though_its_words_are_not(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    before = view(hand.desk, ticket).ticket.version
    for id, files in (("f2", ()), ("f3", (File(name="a.jpg", content=photo()),))):
        words = letter("Thank you.", hand.works.clock, id=id, sender=LENA, thread="f1")
        hand.desk.inbound_messages.receive(words.replace(files=files))
    assert view(hand.desk, ticket).ticket.version == before + 1
    assert general(hand, ticket) == ["The customer sent a file, which the copilot has not looked into."]


def test_that_the_copilot_never_acts_alone_on_what_came_with_a_file(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autonomy, "route", lambda *_, **__: ("act", "level 3"))
    plain = hand.desk.inbound_messages.receive(mail(hand))
    pictured = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo()), id="f2"))
    assert [view(hand.desk, ticket).ticket.route for ticket in (plain, pictured)] == ["act", "advisor"]


def test_that_customers_of_the_shipped_feed_send_photos_of_damage(hand: Hand) -> None:
    messages = [message for message in load_feed(ROOT / "knowledge") if message.files]
    works = hand.works
    feed = Feed(
        messages,
        hand.desk.inbound_messages.receive,
        works.store,
        works.back_office,
        lambda: customers(works.fernline),
        works.clock,
        0,
        ROOT / "knowledge",
        lambda _address: (),
    )
    came = [view(hand.desk, ticket).attachments for ticket in (feed.put_in(), feed.put_in()) if ticket]
    assert len(came) == 2
    assert {(len(files), files[0].media_type, files[0].trouble) for files in came} == {(1, "image/jpeg", "")}


# --- to the customer ------------------------------------------------------------------------


def test_that_what_is_attached_waits_with_the_draft_and_goes_with_the_reply_once(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    one = attached(hand, ticket)
    assert view(hand.desk, ticket).attachments == (one,)
    hand.works.work.held = True
    answer = send(hand, ticket, files=[one.id])
    assert isinstance(answer, Approval)
    assert answer.files == (one.id,)
    hand.works.work.release()
    hand.works.journey().carry_out(ticket, answer.version, lambda _, work: work())
    assert went(hand) == [("terms.pdf",)]
    (sent,) = view(hand.desk, ticket).attachments
    assert sent.message == view(hand.desk, ticket).messages[-1].id
    assert hand.kinds(ticket).count("attached") == 1


def test_that_the_case_file_names_every_file_with_its_digest(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("x.exe", EXE), ("a.jpg", photo())))
    attached(hand, ticket)
    assert isinstance(send(hand, ticket), Approval)
    told = hand.desk.case_files.case_file(SAM, ticket)
    assert isinstance(told, CaseFile)
    facts = [(fact.text, fact.source[:12]) for entry in told.entries for fact in entry.facts if fact.label == "File"]
    assert facts == [
        ("x.exe", "not kept: fi"),
        ("a.jpg", f"SHA-256 {digest(photo())[:4]}"),
        ("terms.pdf", f"SHA-256 {digest(PDF)[:4]}"),
    ]


def test_that_the_channel_is_asked_again_with_the_same_files(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    attached(hand, ticket)
    deliver, calls = FernlineOutbox.deliver, [0]

    def once_away(self: FernlineOutbox, **message: object) -> str:
        calls[0] += 1
        reference = deliver(self, **message)  # type: ignore[arg-type]
        if calls[0] == 1:
            raise SystemUnreachable("it went, and nobody said so")
        return reference

    monkeypatch.setattr(FernlineOutbox, "deliver", once_away)
    assert isinstance(send(hand, ticket), Approval)
    assert went(hand) == [("terms.pdf",)]


def test_that_a_file_can_be_removed_and_leaves_nothing(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    one = attached(hand, ticket, "me.jpg", photo())
    assert hand.desk.ticket_attachments.detach(SAM, ticket, one.id) is None
    assert view(hand.desk, ticket).attachments == ()
    assert on_disk(hand) == []
    assert code(hand.desk.ticket_attachments.detach(SAM, ticket, one.id)) == "already"


def test_that_a_customers_file_cannot_be_removed(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo())))
    assert (
        code(hand.desk.ticket_attachments.detach(SAM, ticket, view(hand.desk, ticket).attachments[0].id)) == "already"
    )


def test_that_what_is_attached_is_checked_and_refused_in_words(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    refusal = hand.desk.ticket_attachments.attach(SAM, ticket, "C:\\tools\\x.exe", EXE)
    assert isinstance(refusal, Refusal)
    assert refusal.text.startswith("“x.exe” was not attached: files of its kind")
    for n in range(MOST_FILES):
        attached(hand, ticket, f"{n}.txt", b"words")
    assert code(hand.desk.ticket_attachments.attach(SAM, ticket, "more.txt", b"words")) == "denied"


def test_that_other_files_than_were_seen_do_not_go(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    one = attached(hand, ticket)
    assert code(send(hand, ticket, files=[])) == "stale"
    assert code(send(hand, ticket, files=[one.id, AttachmentId("0" * 32)])) == "stale"
    assert code(send(hand, ticket, reply="  ")) == "empty"
    assert went(hand) == []


def test_that_a_reply_whose_file_was_damaged_comes_back_unsent(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    attached(hand, ticket)
    for path in on_disk(hand):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert isinstance(send(hand, ticket), Approval)
    shown = view(hand.desk, ticket)
    assert went(hand) == []
    assert shown.ticket.work == "returned"
    assert shown.proposal is not None
    assert "“terms.pdf” cannot be read" in shown.proposal.why
    assert [one.message for one in shown.attachments] == [None]


def test_that_nobody_attaches_to_what_another_has_or_what_is_on_its_way(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand))
    hand.desk.inbox.take(SAM, ticket)
    assert code(hand.desk.ticket_attachments.attach(BOB, ticket, "a.pdf", PDF)) == "taken"
    hand.works.work.held = True
    assert isinstance(send(hand, ticket), Approval)
    assert code(hand.desk.ticket_attachments.attach(SAM, ticket, "a.pdf", PDF)) == "already"
    assert on_disk(hand) == []


# --- who, and how long ----------------------------------------------------------------------


def test_that_a_knowledge_editor_neither_sees_nor_attaches_files(hand: Hand) -> None:
    editor = person(Role.EDITOR, "Ed Word")
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo())))
    one = view(hand.desk, ticket).attachments[0].id
    for call in (
        lambda: hand.desk.ticket_attachments.file(editor, one),
        lambda: hand.desk.ticket_attachments.attach(editor, ticket, "a.pdf", PDF),
        lambda: hand.desk.ticket_attachments.detach(editor, ticket, one),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_that_a_forgotten_customers_files_are_gone_and_those_of_others_stay(hand: Hand) -> None:
    ticket = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo())))
    attached(hand, ticket)
    other = hand.desk.inbound_messages.receive(mail(hand, ("b.pdf", PDF), id="f2", sender="grace.lin@example.com"))
    ids = [one.id for one in view(hand.desk, ticket).attachments]
    customer = view(hand.desk, ticket).ticket.customer
    assert customer is not None
    copies = {path: path.read_bytes() for path in on_disk(hand)}
    assert erased(hand.desk, CustomerId(customer)) == 1
    assert view(hand.desk, ticket).attachments == ()
    assert len(on_disk(hand)) == 1
    for path, content in copies.items():  # somebody puts a copy of the folder back
        path.write_bytes(content)
    assert [hand.works.files.read(id) for id in ids] == [None, None]
    assert hand.works.files.read(view(hand.desk, other).attachments[0].id) == PDF


def test_that_files_move_with_their_messages_when_tickets_are_merged(hand: Hand) -> None:
    first = hand.desk.inbound_messages.receive(mail(hand, ("a.jpg", photo())))
    second = hand.desk.inbound_messages.receive(mail(hand, ("b.pdf", PDF), id="f2"))
    attached(hand, second, "draft.txt", b"words")
    assert hand.desk.ticket_lifecycle.merge(SAM, second, first) is None
    assert sorted(one.name for one in view(hand.desk, first).attachments) == ["a.jpg", "b.pdf", "draft.txt"]
    assert isinstance(hand.desk.ticket_attachments.file(SAM, view(hand.desk, first).attachments[0].id), File)

"""Files in the Inbox: what the customer sent, what goes with the reply, and what is refused."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cx_core.records import Attachment, AttachmentId
from tests.pages.demo_desk import DemoDesk, now
from tests.pages.pressing import papers, send_button
from tests.pages.test_inbox import COMPOUND, inbox

PHOTO = AttachmentId("a" * 32)


def sent(desk: DemoDesk, *, name: str, media_type: str = "", trouble: str = "") -> None:
    """The customer's first message came with this file."""
    view = desk.views[COMPOUND]
    one = Attachment(
        id=PHOTO,
        ticket=COMPOUND,
        message=view.messages[0].id,
        name=name,
        media_type=media_type,
        size=123_456,
        trouble=trouble,
        at=now(),
    )
    desk.views[COMPOUND] = view.replace(attachments=(one,))


def upload(at: AppTest, *files: tuple[str, bytes, str]) -> None:
    at.file_uploader[0].set_value(list(files)).run()
    assert not at.exception


def test_that_a_file_is_attached_shown_and_removed(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    upload(at, ("terms.pdf", b"%PDF-1.7", "application/pdf"))
    (one,) = desk.views[COMPOUND].attachments
    assert "terms.pdf" in papers(at)
    at.button(key=f"detach-{one.id}").click().run()
    assert desk.views[COMPOUND].attachments == ()
    assert not [button for button in at.button if button.key == f"detach-{one.id}"]


def test_that_one_refused_file_keeps_no_other_away_and_says_why(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    upload(at, ("x.pdf", b"MZ", "application/pdf"), ("terms.pdf", b"%PDF-1.7", "application/pdf"))
    assert [one.name for one in desk.views[COMPOUND].attachments] == ["terms.pdf"]
    assert "was not attached: it is a program" in papers(at)


def test_that_the_reply_goes_with_the_files_that_were_shown(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    upload(at, ("terms.pdf", b"%PDF-1.7", "application/pdf"))
    send_button(at).click().run()
    assert desk.approved[0].files == (desk.views[COMPOUND].attachments[0].id,)


def test_that_a_customers_picture_is_shown_by_its_id_alone(desk: DemoDesk) -> None:
    sent(desk, name="![x](https://tracker.example.net/p.png).jpg", media_type="image/jpeg")
    shown = papers(inbox(COMPOUND))
    assert PHOTO in shown
    assert "123 kB" in shown
    assert "![x](https://tracker.example.net/p.png).jpg" in shown


def test_that_a_file_that_was_not_kept_is_named_with_the_reason(desk: DemoDesk) -> None:
    sent(desk, name="x.exe", trouble="files of its kind are not taken.")
    shown = papers(inbox(COMPOUND))
    assert "was not kept: files of its kind are not taken." in shown
    assert PHOTO not in shown

"""Mails as clients build them: what somebody wants among what others said and what is put below every mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.mail import Row, figures
from cx_core.text.mail_parts import new_part
from cx_core.text.segments import MOST_READ, own_words

WISHES = (
    "Please cancel order O-77.",
    "My line has been down since Monday.\nCould somebody look at it?",
    "Bitte schicken Sie mir die Rechnung vom März noch einmal.",
    "Mon colis est arrivé abîmé, que dois-je faire ?",
    "¿Pueden entregar el paquete el sábado?",
    "Proszę przesunąć wizytę technika na piątek.",
    "On Monday I wrote to you: nothing happened.",
    "Sent: 14/10/2026\nFrom: Leeds\nTo: York\nIt never came. Where is it?",
    "I wrote to care@desk.example on 3 May 2026 at 9:12:\nwhere is my chair?",
    "From: Leeds\nTo: York\nDate: 4 May\nThat is how my parcel went. Where is it?",
    "My new number:\n07700 900123\nPlease change it by 12:30.",
)
OLD = "Shall we move the installation to Thursday and refund the late fee?"
HISTORIES = (
    f"On Mon, 2 Nov 2026 at 10:00, Care <care@desk.example> wrote:\n> {OLD}\n>\n> Kind regards",
    f"On Mon, Nov 2, 2026 at 10:00 AM Customer Care Team <\ncare@desk.example> wrote:\n\n> {OLD}",
    f"On 2 Nov 2026, at 10:00, Care <care@desk.example> wrote:\n\n{OLD}",
    f"-----Original Message-----\nFrom: Care\nSent: Monday\nTo: Jo\nSubject: Your line\n\n{OLD}",
    f"__________\nFrom: Care <care@desk.example>\nSent: 02 November 2026\nTo: Jo\nSubject: x\n\n{OLD}",
    f"Von: Care <care@desk.example>\nGesendet: Montag, 2. November 2026 10:00\nAn: Jo\nBetreff: WG: Termin\n\n{OLD}",
    f"-----Ursprüngliche Nachricht-----\nVon: Care\nGesendet: Montag\n\n{OLD}",
    f"Am 02.11.2026 um 10:00 schrieb Care <care@desk.example>:\n> {OLD}",
    f"Le lun. 2 nov. 2026 à 10:00, Care <care@desk.example> a écrit :\n> {OLD}",
    f"De : Care <care@desk.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Jo\nObjet : rendez-vous\n\n{OLD}",
    f"El lun, 2 nov 2026 a las 10:00, Care (<care@desk.example>) escribió:\n\n> {OLD}",
    f"De: Care\nEnviado el: lunes\nPara: Jo\nAsunto: cita\n\n{OLD}",
    f"pon., 2 lis 2026 o 10:00 Care <care@desk.example> napisał(a):\n\n> {OLD}",
    f"Od: Care\nWysłano: poniedziałek\nDo: Jo\nTemat: wizyta\n\n{OLD}",
    f"---------- Forwarded message ---------\nFrom: Care <care@desk.example>\nDate: Mon, 2 Nov 2026\n\n{OLD}",
    f'03.11.2026, 09:12, "Care" <care@desk.example>:\n> {OLD}',
    f"út 3. 11. 2026 v 9:12 odesílatel Care <care@desk.example> napsal:\n\n> {OLD}",
    f"Care <care@desk.example>, 3 Kas 2026 Sal, 09:12 tarihinde şunu yazdı:\n\n> {OLD}",
    f"2026年11月3日(火) 9:12 Care <care@desk.example>:\n\n> {OLD}",
    f'------------------ 原始邮件 ------------------\n发件人: "Care" <care@desk.example>;\n主题: x\n\n{OLD}',
    f'Gesendet: Dienstag, 3. November 2026\nVon: "Care" <care@desk.example>\nAn: Jo\n\n{OLD}',
    f"Begin forwarded message:\n\nFrom: Care <care@desk.example>\nSubject: x\n\n{OLD}",
)
FOOTERS = (
    "-- \nJo Example\nHead of Sales, Example Ltd\nTel. 07700 900000\nAsk us about our new offers",
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Wysłane z mojego telefonu Samsung",
    "This e-mail is confidential and intended only for the addressee. If you are not the intended recipient, please "
    "notify the sender immediately and delete it.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige "
    "Adressat sind, informieren Sie bitte sofort den Absender.",
    "Ce message et ses pièces jointes sont confidentiels. Si vous n'êtes pas le destinataire, merci de le détruire.",
    "Este mensaje y sus adjuntos son de carácter confidencial.",
    "Ta wiadomość może zawierać informacje poufne.",
    "Please consider the environment before printing this e-mail.",
    "To unsubscribe from these messages, click http://list.example/u",
)
FAREWELLS = (
    "Kind regards,\nJo",
    "Mit freundlichen Grüßen\nJo Muster",
    "Cordialement,\nJo",
    "Saludos\nJo",
    "Z poważaniem\nJo",
)


def _plain(text: str) -> str:
    return " ".join(text.split())


def new(text: str) -> str:
    return _plain(" ".join(part.of(text) for part in new_part(text)))


def own(text: str) -> str:
    return _plain(" ".join(part.of(text) for part in own_words(text)))


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("wish", WISHES)
def test_that_of_an_answer_only_what_stands_above_the_earlier_mail_is_new(wish: str, history: str) -> None:
    assert new(f"{wish}\n\n{history}") == _plain(wish)


@pytest.mark.parametrize("history", [history for history in HISTORIES if "\n> " in history])
@pytest.mark.parametrize("wish", WISHES)
def test_that_what_is_written_below_a_quoted_mail_is_new(wish: str, history: str) -> None:
    assert OLD not in new(f"{history}\n\n{wish}")
    assert new(f"{history}\n\n{wish}").endswith(_plain(wish))


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("wish", WISHES)
def test_that_what_programs_and_companies_put_below_is_not_new(wish: str, footer: str) -> None:
    assert new(f"{wish}\n\n{footer}\n") == _plain(wish)


@pytest.mark.parametrize("history", HISTORIES[::3])
@pytest.mark.parametrize("footer", FOOTERS[::2])
@pytest.mark.parametrize("farewell", FAREWELLS)
def test_that_all_of_it_together_leaves_the_wish(farewell: str, footer: str, history: str) -> None:
    for wish in WISHES[:6]:
        assert own(f"{wish}\n\n{farewell}\n\n{footer}\n\n{history}") == _plain(wish)


@pytest.mark.parametrize("footer", ["Sent from my iPhone", "", "-- \nJo"])
@pytest.mark.parametrize("history", HISTORIES)
def test_that_a_mail_of_nothing_but_an_earlier_one_has_no_words_of_its_own(history: str, footer: str) -> None:
    assert own(f"{history}\n") == ""
    assert OLD not in own(f"{footer}\n\n{history}\n")


@pytest.mark.parametrize(
    "text",
    [
        "Your e-mail with my confidential data went to the wrong recipient.",
        "Your courier left.\n\nPlease notify the sender that I never got it.",
        "I have asked twice.\n\nHow do I unsubscribe from your newsletter?",
        "Two things.\n\nThe discount is intended only for new customers, why did my mother get it?",
        "Hello\n--\nI would like to cancel my order and the line, please. What do I have to do?",
        "I cannot call you from my phone.",
        "On 12/03/2026 you wrote:\nWe will refund it.\nIt never came.",
        "To: the manager\nThe router is broken.",
        "It says this:\n----- error -----\nand then nothing.",
        "My company is registered in England and needs an invoice.",
    ],
)
def test_that_customers_words_that_look_like_such_stay(text: str) -> None:
    assert new(text) == _plain(text)


@given(st.text(max_size=600))
def test_that_parts_lie_in_order_inside_the_text(text: str) -> None:
    at = 0
    for part in new_part(text):
        assert at <= part.start < part.end <= len(text)
        at = part.end


@pytest.mark.parametrize(
    "unit", ["\n", "-- \n", "> x\n", "From: a\nSent: b\n", "Sent from my iPhone\n", "On 1 a@b\n", "x\n\n"]
)
def test_that_what_repeats_is_cut_in_little_time(unit: str) -> None:
    text = (unit * MOST_READ)[:MOST_READ]
    assert all(part.end <= MOST_READ for part in new_part(text))


def test_that_the_bench_tells_exact_kept_and_lost_apart() -> None:
    rows = [Row("", "a b c d"), Row("", "e f"), Row("", "g")]
    assert figures(rows, ["a  b\nc d", "e f old words", "x"]) == {
        "exact": 1,
        "word_f1": round(2 * 6 / (7 + 9), 4),
        "lost": 1,
    }


@pytest.mark.parametrize("mark", ["PS", "PS:", "P.S.", "p.s. -", "PPS:", "P.P.S."])
@pytest.mark.parametrize("name", ["Maria Keller", "Peter", "Pat Shaw\n07700 900123"])
def test_that_a_postscript_below_a_signature_is_theirs_and_the_signature_is_not(mark: str, name: str) -> None:
    for wish in WISHES[:4]:
        text = f"Please move my visit.\n\nKind regards\n{name}\n\n{mark} {wish}"
        read = [part.of(text).strip() for part in own_words(text)]
        assert read == ["Please move my visit.", wish]

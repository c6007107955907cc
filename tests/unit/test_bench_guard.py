"""Recorded acts on a business made up here, put to the guard when they were done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.guard import Business, measure, replayed
from bench.shop import Dialogue, Shop, lots
from bench.wrong_acts import KINDS
from bench.wrong_acts import PACK as SHOP_PACK
from cx_core.errors import BadInput

ACTION = """
name: send_back
kind: write
system: depot
title: Send a parcel back
risk: high
gives: parcel
arguments:
  parcel: {type: record, of: parcel}
  state: {type: text, one_of: [held, returned]}
facts:
  held:
    type: bool
    value: parcel.state == "held"
    says: It is held
  asked_for:
    type: bool
    value: asked(["return", "send back"])
    says: The customer asked
"""
RULES = """
@id("1") @says("Anybody may") permit (principal, action in Action::"writes", resource);
@id("2") @says("Not theirs") forbid (principal, action in Action::"writes", resource) unless { context.own };
@id("3") @says("Not backed") forbid (principal, action in Action::"writes", resource) unless { context.grounded };
@id("4") @says("It is held") forbid (principal, action == Action::"send_back", resource) when { context.held };
@id("5") @says("Nobody asked") forbid (principal is Copilot, action == Action::"send_back", resource)
unless { context.asked_for };
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A pack and a folder of the suite's files in one."""
    for name, text in {
        "actions/send_back.yaml": ACTION,
        "records/parcel.yaml": "name: parcel\nkey: id\ncustomer: owner\n",
        "records/person.yaml": "name: person\nkey: owner\ncustomer: owner\n",
        "policies/rules.cedar": RULES,
        "replay.yaml": "now: 2026-01-02T03:04:05+00:00\n",
        "db.json": json.dumps(
            {
                "parcels": {
                    id: {"id": id, "owner": owner, "state": "sent"}
                    for id, owner in (("X1", "ann"), ("X2", "ann"), ("X3", "bob"))
                },
                "persons": {name: {"owner": name} for name in ("ann", "bob")},
            }
        ),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def act(call: int, parcel: str, state: str = "returned", error: str | None = None) -> dict[str, object]:
    result = None if error else json.dumps({"id": parcel, "owner": "ann", "state": "sent"})
    arguments = {"parcel": parcel, "state": state}
    return {"role": "tool", "call": call, "name": "send_back", "args": arguments, "result": result, "error": error}


def say(role: str, text: str) -> dict[str, object]:
    return {"role": role, "text": text}


def answers(data: Path, *events: dict[str, object]) -> list[str]:
    business = Business(data, json.loads((data / "db.json").read_text("utf-8")))
    return [act.ruling.answer for act in replayed(business, {"run": "r", "events": events})]


def test_that_an_act_the_customer_asked_for_goes_alone(data: Path) -> None:
    assert answers(data, say("customer", "I am ann, send back X1 as returned"), act(0, "X1")) == ["allow"]


def test_that_words_said_later_do_not_count(data: Path) -> None:
    asked = say("customer", "please send back X2 as returned")
    assert answers(data, say("customer", "I am ann, about X1, returned?"), act(0, "X1"), asked, act(1, "X2")) == [
        "allow",  # "returned" is a form of "return"
        "allow",
    ]
    assert answers(data, say("customer", "I am ann, X1"), act(0, "X1"), asked, act(1, "X2")) == ["ask", "allow"]


def test_that_what_was_done_for_the_request_is_not_done_again(data: Path) -> None:
    asked = say("customer", "I am ann, X1 is to be held, I said; or returned")
    once = [asked, act(0, "X1", "held")]
    assert answers(data, *once, act(1, "X1", "held")) == ["allow", "deny"]
    refused = [asked, act(0, "X1", "held", error="no")]
    assert answers(data, *refused, act(1, "X1", "held")) == ["allow", "allow"]


def test_that_another_customers_record_and_one_that_is_not_there_are_denied(data: Path) -> None:
    hello = say("customer", "I am ann, return X3 and X9, returned")
    assert answers(data, hello, act(0, "X3"), act(1, "X9")) == ["deny", "deny"]


def test_that_the_records_are_as_earlier_acts_left_them(data: Path) -> None:
    hello = say("customer", "I am ann, return X1 and X2: held first, then returned")
    assert answers(data, hello, act(0, "X1", "held"), act(1, "X1"), act(2, "X2")) == ["allow", "deny", "allow"]
    refused = act(0, "X1", "held", error="no")
    assert answers(data, hello, refused, act(1, "X1")) == ["allow", "allow"]


def test_that_counts_are_by_label_and_by_name(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [say("customer", "I am ann, return X1"), act(0, "X1"), act(1, "X2"), act(2, "X3"), act(3, "X1")]
    labels = ["correct", "wrong", "wrong", "disputed"]
    (data / "runs.jsonl").write_text(json.dumps({"run": "r", "events": events}) + "\n", "utf-8")
    rows = [json.dumps({"run": "r", "call": n, "name": "send_back", "label": label}) for n, label in enumerate(labels)]
    (data / "labels.jsonl").write_text("\n".join(rows), "utf-8")
    figures = measure(data, data)
    assert (figures["correct_n"], figures["correct_stopped"]) == (1, 0)
    assert (figures["wrong_n"], figures["wrong_stopped"], figures["send_back.wrong_stopped"]) == (2, 2, 2)
    assert figures["wrong_stopped.low"] < 1 == figures["wrong_stopped.high"]
    told = capsys.readouterr().err
    assert "let through" not in told
    assert [line.partition(": ")[2] for line in told.splitlines() if line.startswith("wrong stopped")] == [
        "r 1 send_back: Not backed; parcel: “X2” was neither said nor read; "
        "parcel: nobody named X2, and the customer has 2",
        "r 2 send_back: Not theirs; Not backed; parcel: “X3” was neither said nor read",
    ]


def known(data: Path, *events: dict[str, object]) -> list[tuple[str, int]]:
    """Whom each act was about, and how sure that is."""
    business = Business(data, json.loads((data / "db.json").read_text("utf-8")))
    acts = replayed(business, {"run": "r", "events": [*events, act(9, "X1")]})
    return [(one.facts.customer, one.facts.identity) for one in acts]


def read(name: str, result: object, **args: str) -> dict[str, object]:
    return {"role": "tool", "call": 0, "name": name, "args": args, "result": json.dumps(result), "error": False}


def test_that_a_table_may_name_a_record_only_beside_it(data: Path) -> None:
    """A customer's own record is theirs also where the id stands outside it alone, and stays so when it is changed."""
    rename = """
name: rename
kind: write
system: depot
title: Rename a person
gives: person
arguments:
  person: {type: record, of: person}
  name: {type: text}
facts:
  held: {type: bool, value: 'person.name == "Held"', says: They are held}
"""
    (data / "actions" / "rename.yaml").write_text(rename, "utf-8")
    rule = '@id("6") @says("Held") forbid (principal, action == Action::"rename", resource) when { context.held };'
    (data / "policies" / "rules.cedar").write_text(RULES + rule, "utf-8")
    (data / "db.json").write_text(json.dumps({"parcels": {}, "persons": {"ann": {"name": "A"}, "bob": {"name": "B"}}}))

    def renamed(person: str, name: str) -> dict[str, object]:
        done = {"role": "tool", "call": 0, "name": "rename", "args": {"person": person, "name": name}, "error": False}
        return done | {"result": json.dumps({"name": "A"})}

    hello = say("customer", "I am ann, write Held for me, Held for bob")
    assert answers(data, hello, renamed("ann", "Held"), renamed("ann", "Held")) == ["allow", "deny"]
    assert answers(data, hello, renamed("bob", "Held")) == ["deny"]


def test_that_the_customer_is_who_said_so_or_was_looked_up_first(data: Path) -> None:
    hello = say("customer", "Hello, it is about X1")
    mine, parcel = read("person", {"owner": "ann"}), read("parcel", {"id": "X3", "owner": "bob"}, id="X3")
    assert known(data, hello, mine, parcel) == [("ann", 2)]
    assert known(data, hello, parcel, mine, read("person", {"owner": "bob"})) == [("ann", 2)]
    assert known(data, hello, read("find_person", "ann"), parcel) == [("ann", 2)]
    assert known(data, say("customer", "I am ann, and bob is my brother"), read("person", {"owner": "bob"})) == [
        ("ann", 2)
    ]


@pytest.mark.parametrize("now", ["now: yesterday\n", "time: 2026-01-02T03:04:05+00:00\n", "", "now: [\n"])
def test_that_a_time_that_cannot_be_read_says_how_to_write_it(data: Path, now: str) -> None:
    (data / "replay.yaml").write_text(now, "utf-8")
    with pytest.raises(BadInput, match=r"replay\.yaml line 1: write the time of the runs as `now: 2026-01-31T"):
        Business(data, json.loads((data / "db.json").read_text("utf-8")))


def test_that_a_time_without_a_zone_is_utc(data: Path) -> None:
    (data / "replay.yaml").write_text("now: 2026-01-02T03:04:05\n", "utf-8")
    now = Business(data, json.loads((data / "db.json").read_text("utf-8"))).now
    assert now.isoformat() == "2026-01-02T03:04:05+00:00"


def test_that_a_kind_of_record_without_a_table_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = json.loads((data / "db.json").read_text("utf-8"))
    assert Business(data, tables).find("parcel", "X1")
    assert capsys.readouterr().err == ""
    assert Business(data, {"boxes": tables["parcels"], "persons": tables["persons"]}).find("parcel", "X1") is None
    assert "records/parcel.yaml: no table parcel or parcels in db.json, which has boxes" in capsys.readouterr().err


def test_that_a_formula_sees_all_records_of_the_customer_and_no_others(data: Path) -> None:
    business = Business(data, json.loads((data / "db.json").read_text("utf-8")))
    assert [one["id"] for one in business.theirs("parcel", "ann")] == ["X1", "X2"]
    many = ACTION + '  many: {type: long, value: size(theirs("parcel")), says: How many they have}\n'
    (data / "actions" / "send_back.yaml").write_text(many, "utf-8")
    business = Business(data, json.loads((data / "db.json").read_text("utf-8")))
    events = [say("customer", "I am ann, return X1"), act(0, "X1")]
    assert next(replayed(business, {"run": "r", "events": events})).facts.declared["many"] == 2


@pytest.mark.parametrize(
    ("money", "amount"), [("worth", 1250), ("parcel.price", 990), ("postage", 300), ("parcel.weight", -1)]
)
def test_that_money_out_is_what_the_record_the_argument_or_the_formula_says(
    data: Path, money: str, amount: int
) -> None:
    spec = ACTION.replace("arguments:\n", f"money: {money}\narguments:\n  postage: {{type: money, optional: true}}\n")
    spec += "  worth: {type: money, value: int(parcel.price * 100.0) + 260, says: What it is worth}\n"
    (data / "actions" / "send_back.yaml").write_text(spec, "utf-8")
    rule = '@id("6") @says("{amount}") forbid (principal, action in Action::"money_out", resource)\n'
    more = rule + "when { context.amount <= 0 };"
    (data / "policies" / "rules.cedar").write_text(RULES + more, "utf-8")
    tables = json.loads((data / "db.json").read_text("utf-8"))
    tables["parcels"]["X1"]["price"] = 9.9
    one = act(0, "X1")
    one["args"] = {"parcel": "X1", "state": "returned", "postage": 3}
    events = [say("customer", "I am ann, return X1, returned"), one]
    [done] = replayed(Business(data, tables), {"run": "r", "events": events})
    assert (done.facts.amount, done.ruling.answer) == (amount, "allow" if amount > 0 else "deny")


def test_that_what_could_not_be_found_out_is_told_as_that(data: Path) -> None:
    heavy = ACTION + "  heavy: {type: bool, value: parcel.weight > 2, says: It is heavy}\n"
    (data / "actions" / "send_back.yaml").write_text(heavy, "utf-8")
    business = Business(data, json.loads((data / "db.json").read_text("utf-8")))
    events = [say("customer", "I am ann, return X1"), act(0, "X1")]
    [reason] = {*next(replayed(business, {"run": "r", "events": events})).ruling.reasons} - {"Not backed"}
    assert reason.startswith("It could not be found out whether it is heavy")


def test_that_a_labelled_act_without_an_action_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "runs.jsonl").write_text("", "utf-8")
    row = {"run": "r", "call": 0, "name": "throw_away", "label": "correct"}
    (data / "labels.jsonl").write_text(json.dumps(row), "utf-8")
    measure(data, data)
    assert "not scored: throw_away, for which" in capsys.readouterr().err


def test_that_whose_record_was_read_confirms_nobody(data: Path) -> None:
    parcel = read("parcel", {"id": "X3", "owner": "bob"}, id="X3")
    assert known(data, say("customer", "It is about X3"), parcel) == [("bob", 0)]
    assert known(data, say("customer", "It is about X3")) == [("unknown", 0)]


@pytest.mark.parametrize("kind", KINDS)
def test_that_each_kind_of_wrong_act_is_stopped_and_the_right_one_beside_it_is_not(kind: str) -> None:
    lot = next(lots(SHOP_PACK / "turns"))
    for wrong in (True, False):
        dialogue = Dialogue(Shop(7), lot, 7)
        KINDS[kind](dialogue, wrong)
        *_, done = replayed(Business(SHOP_PACK, dialogue.shop.tables()), {"run": "r", "events": dialogue.events})
        assert (done.ruling.answer != "allow") is wrong, done.ruling.reasons

"""The knowledge folder: what ships loads, and what is wrong is named with its file, its place and what to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load, load_catalogue, load_feed
from cx_core.catalogue import Knowledge
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName, TaskTypeName
from cx_core.text.wording import normal

SHIPPED = Path(__file__).parents[2] / "knowledge"
TASK_TYPE = "task_types/lost_key.yaml"

FILES = {
    "company.yaml": """
name: Acorn
greeting: "Hello {name},"
closing: Bye.
signature: Acorn
disclosure: Written by a machine.
currency: GBP
country: GB
timezone: Europe/London
languages: [en]
service_levels: {respond_minutes: {other: {low: 4, normal: 3, high: 2, urgent: 1}}}
""",
    "actions/doors.yaml": """
name: doors
kind: read
system: doors
title: Doors
arguments:
  customer: {type: record, of: customer}
""",
    "actions/send_key.yaml": """
name: send_key
kind: write
system: doors
title: Send a key
words: "Send a key for {door}"
done: "Sent key {key}"
arguments:
  door: {type: record, of: door}
receipt: [key]
verify:
  read: doors
  arguments: {customer: door}
  expect: {status: =sent}
""",
    "records/customer.yaml": "{name: customer, key: id, customer: id}",
    "records/door.yaml": """
name: door
key: id
customer: customer
fields:
  status: {type: text}
  house: {type: record, of: door}
""",
    TASK_TYPE: """
name: lost_key
title: Lost key
topic: a lost key
articles: [keys]
lookups:
  - name: door
    read: doors
    arguments: {customer: customer}
cases:
  - name: send
    when: {door: one, door.status: [locked, shut]}
    steps:
      - action: send_key
        arguments: {door: door.id}
        options: {door: door}
    reply: "Key {send_key.key} for {door.name} is on its way to {customer.name}."
  - name: ask
    when: {door: none, "entity:address": none}
    reply: Which door is it?
examples:
"""
    + "".join(f"  - I lost key number {number}\n" for number in range(30)),
    "articles/keys.md": """---
id: keys
title: Keys
task_types: [lost_key]
---
A line that was
broken for an editor.

## Losing one
- first
- second
""",
    "triage/sentiment.yaml": "labels: {bad: [awful], good: [fine]}",
    "triage/urgency.yaml": "labels: {low: [later], high: [now]}",
    "triage/other.yaml": "examples: [hello]",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder that is right."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.removeprefix("\n"), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(SHIPPED)


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_that_a_small_folder_loads(folder: Path) -> None:
    knowledge = load(folder)
    assert knowledge.task_types[TaskTypeName("lost_key")].cases[0].when["door.status"] == ("locked", "shut")
    assert knowledge.actions[ActionName("send_key")].receipt == ("key",)
    assert knowledge.other == ("hello",)


def test_that_broken_lines_of_an_article_are_joined_but_headings_and_lists_stay(folder: Path) -> None:
    text = load(folder).articles["keys"].text
    assert text == "A line that was broken for an editor.\n\n## Losing one\n- first\n- second"


AVOIDED = "currency: GBP\ntone: {formality: formal, avoid: {%s}}"
WRONG = [
    ("company.yaml", "currency: GBP", AVOIDED % "sadly: ''", "line 7: tone.avoid: Value error, 'sadly': name a"),
    ("company.yaml", "currency: GBP", "currency: GBP\ntone: {formality: stiff}", "line 7: tone.formality: Input"),
    ("company.yaml", "currency: GBP", AVOIDED % "bye: see you", "company.yaml: closing: says 'Bye', which tone.avoid"),
    (
        "company.yaml",
        "currency: GBP",
        AVOIDED % "which door: the door",
        "task_types/lost_key.yaml: cases.ask.reply: says 'Which door', which tone.avoid in company.yaml rules out. Say",
    ),
    (TASK_TYPE, "title: Lost key", "title: [Lost", "task_types/lost_key.yaml: line "),
    (
        TASK_TYPE,
        "title: Lost key",
        "title: " + "[" * 200_000,
        "task_types/lost_key.yaml: line 2: not YAML: it is nested",
    ),
    (TASK_TYPE, "title: Lost key", "title: Lost: key", "task_types/lost_key.yaml: line 2: not YAML"),
    (TASK_TYPE, "topic: a lost key", "title: again", "line 3: not YAML: 'title' is given twice"),
    (TASK_TYPE, "title: Lost key\n", "", "lost_key.yaml: line 1: title: Field required. Add"),
    (TASK_TYPE, "title: Lost key", "\ttitle: Lost key", "line 2: not YAML: a tab sets it in. Use spaces."),
    ("actions/send_key.yaml", "type: record", "typ: record", "line 8: arguments.door.typ: no such field (perhaps type"),
    (TASK_TYPE, "topic: ", "topik: ", "line 3: topik: no such field (perhaps topic is meant). Mend"),
    (TASK_TYPE, "name: lost_key", "name: lost_keys", "name: 'lost_keys' is not the file's name. Use 'lost_key'"),
    (TASK_TYPE, "articles: [keys]", "articles: [locks]", "articles: 'locks' is no article id. Use one of: keys."),
    (TASK_TYPE, "read: doors", "read: windows", "lookups.door.read: 'windows' is not a read"),
    (TASK_TYPE, "read: doors", "read: send_key", "lookups.door.read: 'send_key' is not a read"),
    (TASK_TYPE, "{customer: customer}", "{house: customer}", "'house' is no argument of doors. Use one of: customer."),
    (TASK_TYPE, "{customer: customer}", "{}", "lookups.door.arguments: doors needs 'customer'. Add it."),
    (TASK_TYPE, "{customer: customer}", "{customer: house.id}", "'house' is no earlier lookup"),
    (TASK_TYPE, "- name: door", "- name: send_key", "lookups.send_key: this name is taken"),
    (TASK_TYPE, "door.status:", "house.status:", "cases.send.when: 'house' is no lookup. Use one of: customer, door."),
    (TASK_TYPE, "door: one", "door: two", "cases.send.when.door: is 'two'. Use one of none, one, some, many."),
    (
        TASK_TYPE,
        "door: one",
        "door.since.age: old",
        "cases.send.when.door.since.age: is 'old'. Write as one of: over 30",
    ),
    (TASK_TYPE, "door: one", "house.since.age: past", "cases.send.when: 'house' is no lookup"),
    (
        TASK_TYPE,
        "door: one",
        "door.since.weekday: mon",
        "cases.send.when.door.since.weekday: 'mon' is no day of the week",
    ),
    (TASK_TYPE, "door: one", "tried:knock: some", "cases.send.when: 'knock' is no advice under tried. There is none"),
    (TASK_TYPE, "door: one", 'door.key: "{house.key}"', "cases.send.when.door.key: 'house' is no lookup"),
    (TASK_TYPE, "entity:address", "entity:adress", "cases.ask.when: 'entity:adress' is no kind of entity"),
    (TASK_TYPE, "action: send_key", "action: send_lock", "cases.send.steps.0.action: 'send_lock' is not a write"),
    (TASK_TYPE, "{door: door.id}", "{door: house.id}", "steps.0.arguments.door: 'house' is no lookup"),
    (TASK_TYPE, "{door: door.id}", "{door: door}", "steps.0.arguments.door: 'door' names no field"),
    (TASK_TYPE, "{door: door.id}", "{}", "cases.send.steps.0.arguments: send_key needs 'door'"),
    (TASK_TYPE, "options: {door: door}", "options: {door: house}", "steps.0.options: 'house' is no lookup"),
    (TASK_TYPE, "options: {door: door}", "after: [send_key]", "steps.0.after: 'send_key' is no earlier step"),
    (TASK_TYPE, "{send_key.key}", "{send_key.lock}", "reply: 'lock' is no receipt field of send_key. Use one of: key."),
    (TASK_TYPE, "{door.name}", "{house.name}", "cases.send.reply: 'house' is no lookup"),
    (TASK_TYPE, "Which door is it?", "Key {send_key.key}?", "cases.ask.reply: 'send_key' is no lookup"),
    (TASK_TYPE, "Which door is it?", '"Which {door}?"', "cases.ask.reply: {door} names no field"),
    (TASK_TYPE, "- name: ask", "- name: send", "cases: 'send' is there twice"),
    (TASK_TYPE, "topic:", "people_only: true\ntopic:", "cases: there are none for people only"),
    (TASK_TYPE, "I lost key number 1\n", "i lost KEY number 0!\n", "is in task_types/lost_key.yaml already"),
    (TASK_TYPE, "I lost key number 7", "Hello!", "is in task_types/lost_key.yaml already"),
    (TASK_TYPE, "  - I lost key number 3\n", "", "task_types/lost_key.yaml: line 20: examples: "),
    ("actions/send_key.yaml", "read: doors", "read: locks", "send_key.yaml: verify.read: 'locks' is not a read"),
    ("actions/send_key.yaml", "{customer: door}", "{customer: house}", "verify: 'house' is no argument"),
    ("actions/send_key.yaml", "key for {door}", "key for {lock}", "line 5: words: {lock} is no argument."),
    (
        "actions/send_key.yaml",
        "of: door",
        "of: dor",
        "actions/send_key.yaml: line 8: arguments.door: no file of records/ defines 'dor' (perhaps door is meant).",
    ),
    ("actions/send_key.yaml", "of: door", "of: door, shared: true", "line 8: arguments.door: a door is somebody's."),
    ("actions/doors.yaml", "of: customer", "of: keeper", "actions/doors.yaml: line 6: arguments.customer: no file of"),
    ("actions/doors.yaml", "title: Doors", "title: Doors\ngives: window", "doors.yaml: line 5: gives: no file of"),
    ("records/door.yaml", "of: door", "of: wall", "records/door.yaml: line 6: fields.house: no file of records/"),
    ("records/door.yaml", "record, of: door", "record", "door.yaml: line 6: fields.house: say of what kind, as in"),
    ("records/door.yaml", "key: id", "key: id\ncalled: [statu]", "door.yaml: line 3: called: a door has no field"),
    ("records/door.yaml", "type: text", "type: texts", "records/door.yaml: line 5: fields.status.type: Input should"),
    ("articles/keys.md", "---\nid", "id", "articles/keys.md: line 1: no front matter"),
    ("articles/keys.md", "title: Keys", "title: Keys: all", "articles/keys.md: line 3: not YAML"),
    ("articles/keys.md", "title: Keys\n", "", "articles/keys.md: line 2: title: Field required"),
    ("articles/keys.md", "[lost_key]", "[lost_door]", "article keys: task_types: 'lost_door' is no task type"),
    (
        "company.yaml",
        "currency: GBP",
        "currency: GBP\nrestricted: [born]",
        "company.yaml: line 7: restricted: fields are marked where their kind is defined, in records/",
    ),
    ("company.yaml", "low: 4", "low: soon", "company.yaml: line 10: service_levels.respond_minutes.other.low: "),
    ("triage/urgency.yaml", ", high: [now]", "", "triage/urgency.yaml: labels: need two labels or more"),
    ("triage/sentiment.yaml", "[fine]", "[yes]", "triage/sentiment.yaml: line 1: labels.good.0: "),
    ("triage/other.yaml", "examples: [hello]", "- hello", "triage/other.yaml: expected fields"),
]


FACT = """facts:
  shut:
    type: bool
    says: It is shut
    value: >-
      customer.anything == "door.nothing" || %s
receipt: [key]"""
FORMULAS = [
    ('door.statu == "shut"', "line 14: facts.shut: a door has no field 'statu' (perhaps status is meant)."),
    ('find("door", door.house).colour == ""', "line 14: facts.shut: a door has no field 'colour'."),
    ('theirs("door").exists(d, d.colour == "")', "line 14: facts.shut: a door has no field 'colour'."),
    ('size(theirs("dors")) > 1', "line 14: facts.shut: no file of records/ defines 'dors' (perhaps door is meant)."),
    ('door.status == "shut" &&', "line 14: facts.shut: "),
    ('dor.status == "shut"', "line 14: facts.shut: nothing is called 'dor' here (perhaps door is meant)."),
    ("hatch.open", "line 14: facts.shut: nothing is called 'hatch' here."),
    ('askd(["shut"])', "line 14: facts.shut: there is no function 'askd' (perhaps asked is meant)."),
    ('args.dor == "1"', "line 14: facts.shut: args.dor is no argument (perhaps door is meant)."),
]


@pytest.mark.parametrize(("formula", "said"), FORMULAS)
def test_that_a_formula_that_leads_nowhere_is_named(folder: Path, formula: str, said: str) -> None:
    change(folder, "actions/send_key.yaml", "receipt: [key]", FACT % formula)
    with pytest.raises(KnowledgeError, match=re.escape(f"actions/send_key.yaml: {said}")):
        load(folder)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("customr.doors", "line 9: arguments.note: nothing is called 'customr' here (perhaps customer is meant)."),
        ("theres(customer.id)", "line 9: arguments.note: there is no function 'theres' (perhaps theirs is meant)."),
        ("customer.doors.map(d", "line 9: arguments.note: this formula cannot be read: character 21 of line 1: "),
        ('customer.doors.map(d, {"id": d, "called": words(d)})', ""),
    ],
)
def test_that_a_formula_of_choices_that_leads_nowhere_is_named(folder: Path, formula: str, said: str) -> None:
    note = f"  note: {{type: text, optional: true, among: '{formula}'}}\n"
    change(
        folder,
        "actions/send_key.yaml",
        "arguments:\n  door: {type: record, of: door}\n",
        "arguments:\n  door: {type: record, of: door}\n" + note,
    )
    if not said:
        assert load(folder).actions[ActionName("send_key")].arguments["note"].among == formula
        return
    with pytest.raises(KnowledgeError, match=re.escape(f"actions/send_key.yaml: {said}")):
        load(folder)


def test_that_one_kind_of_record_must_be_the_customers_own(folder: Path) -> None:
    change(folder, "records/customer.yaml", "customer: id", "customer: house")
    with pytest.raises(KnowledgeError, match=r"records/customer\.yaml: line 1: customer: no kind of record is the"):
        load(folder)


def test_that_a_file_that_would_not_be_read_says_so(folder: Path) -> None:
    (folder / "records" / "door.yaml").rename(folder / "records" / "door.yml")
    with pytest.raises(KnowledgeError, match=r"records/door\.yml: line 1: this file is not read\. Call it door"):
        load(folder)


def test_that_a_folder_without_actions_says_so(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"there is no folder actions\. docs/packs\.md says what"):
        load_catalogue(tmp_path)


def test_that_an_empty_file_says_so(folder: Path) -> None:
    (folder / "actions" / "send_key.yaml").write_text("\n", "utf-8")
    with pytest.raises(KnowledgeError, match=r"actions/send_key\.yaml: line 1: the file is empty"):
        load(folder)


def test_that_a_formula_over_its_records_loads(folder: Path) -> None:
    formula = 'find("door", door.house).status == "shut" || theirs("door").exists(d, d.customer == customer.id)'
    change(folder, "actions/send_key.yaml", "receipt: [key]", FACT % formula)
    assert load(folder).actions[ActionName("send_key")].facts["shut"].says == "It is shut"


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG, ids=[f"{old}->{new}"[:60] for _, old, new, _ in WRONG])
def test_that_what_is_wrong_is_named(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder, name, old, new)
    with pytest.raises(KnowledgeError, match=re.escape(said)):
        load(folder)


def test_that_an_article_id_is_used_once(folder: Path) -> None:
    shutil.copy(folder / "articles/keys.md", folder / "articles/more-keys.md")
    with pytest.raises(KnowledgeError, match=r"articles/more-keys\.md: id: 'keys' is another article's"):
        load(folder)


@pytest.mark.parametrize("name", ["company.yaml", "triage/other.yaml", "triage/urgency.yaml"])
def test_that_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(KnowledgeError, match=re.escape(f"{name}: there is no such file")):
        load(folder)


def test_that_a_file_that_is_not_text_is_named(folder: Path) -> None:
    (folder / "company.yaml").write_bytes(b"name: Acorn\ngreeting: \xff\xfe")
    with pytest.raises(KnowledgeError, match=r"company\.yaml: line 2: not UTF-8 text"):
        load(folder)


def test_that_a_missing_folder_says_which_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="CX_KNOWLEDGE"):
        load(tmp_path / "nowhere")


def test_that_yaml_cannot_make_objects(folder: Path) -> None:
    (folder / "company.yaml").write_text("name: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(KnowledgeError, match=r"company\.yaml: line 1"):
        load(folder)


def _touch_policy(folder: Path) -> None:
    (folder / "policies").mkdir()
    (folder / "policies/1.cedar").write_text("permit")


def _rename_article(folder: Path) -> None:
    (folder / "articles/keys.md").rename(folder / "articles/locks.md")


def _edit_article(folder: Path) -> None:
    change(folder, "articles/keys.md", "first", "1st")


@pytest.mark.parametrize("edit", [_touch_policy, _rename_article, _edit_article])
def test_that_any_change_of_a_file_changes_the_version(folder: Path, edit: Callable[[Path], None]) -> None:
    before = load(folder)
    assert load(folder).version == before.version
    edit(folder)
    assert load(folder).version != before.version


def test_that_an_article_has_a_version_of_its_own(folder: Path) -> None:
    before = load(folder).articles["keys"].version
    change(folder, TASK_TYPE, "Which door", "What door")
    assert load(folder).articles["keys"].version == before
    _edit_article(folder)
    assert load(folder).articles["keys"].version != before


def test_that_hidden_files_are_no_knowledge(folder: Path) -> None:
    before = load(folder).version
    (folder / "articles/.keys.md.swp").write_text("half written")
    assert load(folder).version == before


# --- what ships -----------------------------------------------------------------------------


def test_that_fernline_has_its_task_types_with_enough_examples(shipped: Knowledge) -> None:
    assert set(shipped.task_types) == {
        "visit_note",
        "order_status",
        "change_delivery_date",
        "change_delivery_address",
        "cancel_order",
        "return_item",
        "damaged_item",
        "missing_item",
        "duplicate_charge",
        "invoice_copy",
        "invoice_explained",
        "data_overage",
        "late_fee",
        "payment_failed",
        "contact_details",
        "reschedule_installation",
        "cancel_installation",
        "fault",
        "outage",
        "plan_change",
        "router_setup",
        "password_reset",
        "callback",
        "general_question",
        "cancel_service",
        "suspected_fraud",
        "complaint",
        "privacy_request",
    }
    assert sum(action.kind == "write" for action in shipped.actions.values()) == 22
    assert all(len(task_type.examples) >= 45 for task_type in shipped.task_types.values())
    assert len(shipped.other) >= 90
    for labelled in (shipped.sentiment, shipped.urgency):
        assert all(len(examples) >= 50 for examples in labelled.labels.values())


@pytest.mark.parametrize("name", ["cancel_service", "suspected_fraud", "complaint", "privacy_request"])
def test_that_what_is_for_people_has_no_draft_and_no_steps(shipped: Knowledge, name: str) -> None:
    task_type = shipped.task_types[TaskTypeName(name)]
    assert (task_type.people_only, task_type.ceiling, task_type.cases) == (True, 0, ())


def test_that_of_an_outage_the_copilot_only_informs(shipped: Knowledge) -> None:
    cases = shipped.task_types[TaskTypeName("outage")].cases
    assert {step.action for case in cases for step in case.steps} <= {"subscribe_outage"}
    told = [case for case in cases if case.steps]
    assert all("outages" in case.when and len(case.when) > 2 for case in told), "only whoever asks to be told is"


def test_that_fernline_has_articles_for_customers_and_for_itself(shipped: Knowledge) -> None:
    internal = [article for article in shipped.articles.values() if article.audience == "internal"]
    assert len(internal) >= 2
    assert len(shipped.articles) >= 60
    for article in shipped.articles.values():
        assert 35 <= len(article.text.split()) <= 400, article.id
        assert article.text.count("## ") >= 2, article.id
        assert article.text.startswith("## "), f"{article.id}: text above the first heading would be a poor answer"


def test_that_money_and_invoices_go_only_where_records_say(shipped: Knowledge) -> None:
    for task_type in shipped.task_types.values():
        for step in (step for case in task_type.cases for step in case.steps):
            if step.action == "refund_payment":
                assert not any(value.startswith(("entity:", "=")) for value in step.arguments.values())
            if step.action == "resend_invoice":
                assert step.arguments["email"] == "customer.email"


# --- the feed -------------------------------------------------------------------------------


def test_that_the_feed_is_long_varied_and_nobody_learns_from_it(shipped: Knowledge) -> None:
    feed = load_feed(SHIPPED)
    assert len(feed) >= 200
    assert {message.channel for message in feed} == {"email", "chat", "web"}
    assert sum(message.after is not None for message in feed) >= 10
    learned = {normal(text) for one in shipped.task_types.values() for text in one.examples}
    learned |= {normal(text) for text in shipped.other}
    assert not [message.id for message in feed if normal(message.text) in learned]


def test_that_follow_ups_come_from_the_one_who_began_on_the_same_channel() -> None:
    feed = {message.id: message for message in load_feed(SHIPPED)}
    for message in feed.values():
        if message.after is not None:
            first = feed[message.after]
            assert (message.sender, message.channel) == (first.sender, first.channel), message.id


def test_that_addresses_in_the_feed_are_nobodys() -> None:
    for message in load_feed(SHIPPED):
        for address in re.findall(r"[\w.]+@([\w.]+\w)", f"{message.sender} {message.text}"):
            assert re.fullmatch(r"(\w+\.)*example\.(com|org|net)", address), message.id


def test_that_a_folder_without_a_feed_has_none(folder: Path) -> None:
    assert load_feed(folder) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, channel: email, from: a@b, text: x, after: b}", "message a: after: b does not come before it"),
        ("- {id: a, channel: fax, from: a@b, text: x}", "feed.yaml: messages.0.channel: "),
        ("- {id: a, channel: email, text: x}", "feed.yaml: messages.0.from: Field required"),
        ("- {id: a, channel: email, from: a@b, text: x, identity: 3}", "messages.0.identity: "),
        ("- {id: a, channel: web, from: C-1, text: x}\n- {id: a, channel: web, from: C-1, text: y}", "used twice"),
        ("- id: a: b", "feed.yaml: line 1: not YAML"),
        ("- {id: a, channel: email, from: a@b, text: x, files: [no.jpg]}", "message a: files: there is no no.jpg"),
        ("- {id: a, channel: email, from: a@b, text: x, files: [../a.txt]}", "files: there is no ../a.txt"),
    ],
)
def test_that_a_wrong_feed_is_named(folder: Path, text: str, said: str) -> None:
    (folder / "feed.yaml").write_text(text)
    (folder.parent / "a.txt").write_text("outside")
    with pytest.raises(KnowledgeError, match=re.escape(said)):
        load_feed(folder)

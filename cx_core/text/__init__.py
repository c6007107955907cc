"""Texts, whatever they are about.

- `mail_parts`: what of a mail is new, by `mail_words`. `spans`: places.
- `segments`: sentences and clauses with their places. `dates` as people write them. `spelling` put right, and that of
  times (`time_spelling`); the `shorthand` of chats written out; `respelling` keeps the places in what was written.
- `plain_yes`: whether an answer is a yes and nothing else.
- `third_person`: whether words tell what somebody else does at an hour.
- `person_wish`: whether words ask for a person; `code_denial`: whether somebody did not ask for a one-time code.
- `entered_codes`: one-time codes in a message; `masked_contact`: where one went, for whoever may not know.
- `phone_numbers` in international form; `record_numbers`: numbers of orders and the like, found and compared;
  `postal_address`: one address in its parts.
- `ages`: how long ago a day is, as conditions say it.
- `visible_text`: what nobody would see in a text, written out.
- `wording`: values as people write them, `time_words`: wishes about time. `agreeing`: whether an answer says yes or no
  to what was put.
"""

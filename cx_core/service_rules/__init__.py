"""Rules of the service that several stages ask.

- `opening_hours`, `service_levels`; `levels_in_force`: where each task type stands; `money_budgets`: what went out.
- `unread_messages`: what nobody has answered or read; `merged_tickets`: whose words they are.
- `confirmed_identity`: how well it is known who writes; `denied_codes`: that it may be somebody else.
  `consents`: what they have said yes to.
- `confirmed_identity`: how well it is known who writes. `consents`: what they have said yes to.
- `reply_templates`: whether a reply keeps to a messenger's template; `sending_states`: that news of a message never
  takes its state back.
- `mail_threads`: which ticket a mail belongs to, by ids and addresses with a mark of ours.
- `auto_send_checks`: what keeps an answer from leaving by itself.
- `perimeter_check`: what keeps an act from being done alone; `trial_cases`: answered proposals as evidence for it;
  `suggested_limits`: how wide its limits may be; `alone_questions`: why it is, or is not.
- `watched_systems` notes whether each call of a system is answered, `system_standing` says what is an outage by that,
  and `system_pauses` what is not done without a person meanwhile.
- `planted_errors`: which proposals are shown with an error on purpose.
"""

"""Web chat: what visitors may ask (`visitors`), how replies reach them (`chat_channel`), where a conversation stands
(`chat_states`), who is there (`chat_presence`), its transcript by mail (`transcripts`), and what an administrator
settles (`chat_widgets`)."""

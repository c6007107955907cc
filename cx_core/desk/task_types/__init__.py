"""Task types that administrators make from pages.

`own_task_types` is their life, `own_task_type_forms` what may be chosen for one, and `own_task_type_trials` tries one
on a message before it is in force.
"""

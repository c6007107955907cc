"""The knowledge folder: files in, typed objects out.

- `knowledge_folder` reads it; `knowledge_check`, `record_files` and `macro_files` say what is wrong, each with its line
  (`file_faults`).
- Formulas are in CEL: `cel_expressions`. What replies quote: `paragraphs`.
"""

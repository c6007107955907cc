"""What the theme's options cannot say. Static; no data ever goes in here."""

from __future__ import annotations

import streamlit as st

_STYLE = """<style>
/* Streamlit fades captions and placeholders to 60 %, about 4 to 1; text people need has at least 4.5 to 1. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .86; }
input::placeholder, textarea::placeholder { color: inherit !important; opacity: .72 !important; }
/* The key on a green button, which Streamlit fades to 2.75 to 1. */
[data-testid="stBaseButton-primary"] kbd, [data-testid="stBaseButton-primaryFormSubmit"] kbd {
  color: inherit; opacity: 1;
}
/* The accent carries white text on buttons, so as text on a dark page it would be too dim. */
[data-testid="stBaseButton-segmented_controlActive"], [data-testid="stBaseButton-pillsActive"],
button[data-variant][data-selected="true"], button[data-variant][data-selected="true"] p { color: inherit !important; }
/* An open menu's own words, which the theme draws in its darkest shade. */
[data-testid="stPopoverButton"][aria-expanded="true"], [data-testid="stPopoverButton"][aria-expanded="true"] *,
[data-testid="stPopoverButton"]:focus, [data-testid="stPopoverButton"]:focus *,
[data-testid="stPopoverButton"]:hover, [data-testid="stPopoverButton"]:hover *,
[data-testid="stPopoverButton"]:active * {
  color: inherit !important;
}
/* What is chosen keeps its height when the focus goes: a button below would move away under the click. */
[data-testid="stMultiSelectTagsContainer"]:has([data-tag]) input { min-width: 3rem !important; }
/* The bound on all that is handed in reads as if each file might have it; how large a file may be stands below. */
.st-key-upload-files [data-testid="stFileUploaderDropzoneInstructions"] > * { display: none; }
.st-key-upload-files [data-testid="stFileUploaderDropzoneInstructions"]::after {
  content: "or drop files here"; opacity: .86;
}
/* The text of a policy file, which is code. */
[class*="st-key-policy-text"] textarea {
  font-family: ui-monospace, monospace; font-size: .8125rem !important; line-height: 1.5;
}
/* What a field's Ctrl+Enter does is said by fields.js, truly; Streamlit's words for it are not shown beside it. */
[data-testid="InputInstructions"] { display: none; }
[data-testid="stElementContainer"].st-key-fields,
[data-testid="stElementContainer"].st-key-scorecard-keys { position: absolute; height: 0; overflow: hidden; }
.rung-field-hint { position: fixed; z-index: 1000010; pointer-events: none; padding: .1rem .45rem; border-radius: .3rem;
  background: #23282f; color: #fff; font: .75rem/1.4 system-ui, sans-serif; max-width: 22rem; }
.rung-field-hint[hidden] { display: none; }
/* A page that failed says so first, whatever it had drawn before. */
:has(> .st-key-trouble-here) { order: -1; flex: none; }
/* What an act came to: in sight however far down it was pressed, and no gap where there is nothing to say. */
[class*="st-key-"][class*="-said"]:empty, :has(> [class*="-said"]:empty) { display: none; }
.st-key-knowledge-said, :has(> .st-key-knowledge-said), .st-key-autonomy-said, :has(> .st-key-autonomy-said),
.st-key-review-said, :has(> .st-key-review-said), .st-key-systems-said, :has(> .st-key-systems-said),
.st-key-task-types-said, :has(> .st-key-task-types-said) { position: sticky; top: var(--said-top, 4rem); z-index: 90; }
:root[data-stopped] { --said-top: 7rem; } /* below what is stopped */
/* What is stopped stays in sight however far a page is scrolled, and takes no room where nothing is. */
.st-key-stop-bar, :has(> .st-key-stop-bar) { position: sticky; top: 3.9rem; z-index: 95; flex: none; }
:root:not([data-stopped]) .st-key-stop-bar, :root:not([data-stopped]) :has(> .st-key-stop-bar) {
  position: absolute; height: 0; overflow: hidden;
}
/* A figure that leads to its tickets: its name small, its number large, in a box of its own. */
.st-key-figures button { height: 100%; padding: .7rem .9rem; }
.st-key-figures button > div, .st-key-figures button > div > * { width: 100%; justify-content: flex-start; }
.st-key-figures button p { text-align: left; font-size: .875rem; white-space: normal; }
.st-key-figures button strong { display: block; font-size: 1.75rem; font-weight: 500; line-height: 1.3; }
/* The steps of Set up stand under each other, whichever is open. */
.st-key-set-up-steps button { padding-inline: .7rem; justify-content: flex-start; }
.st-key-set-up-steps button > div { width: 100%; justify-content: flex-start; }
.st-key-set-up-steps [class*="st-key-paper-step"] { padding-left: 2.6rem; margin-top: -.5rem; }
/* A stop looks like one, in both themes: white on this red is 6 to 1. */
.st-key-stop-card { border-left: 4px solid #B3363F; }
.st-key-stop-open button, .st-key-stop-now button { background: #B3363F; border-color: #B3363F; color: #FFFFFF; }
.st-key-stop-open button:hover, .st-key-stop-now button:hover {
  background: #94282F; border-color: #94282F; color: #FFFFFF;
}
/* Tables and columns need the margin's room more than the margin does. */
@media (max-width: 1500px) { .stMain .stMainBlockContainer { padding-left: 2.5rem; padding-right: 2.5rem; } }
@media (max-width: 1240px) { .stMain .stMainBlockContainer { padding-left: 1.25rem; padding-right: 1.25rem; } }
.st-key-corner { position: fixed; top: .8rem; right: 1.25rem; width: auto; z-index: 999990; align-items: center; }
.st-key-corner .st-key-lookup-open button { min-height: 2rem; padding: .1rem .7rem; font-size: .875rem; }
/* The menu ends where the corner begins: what finds no room goes into its own "more". */
[data-testid="stToolbar"] { padding-right: 21rem; }
@media (max-width: 1240px) {
  [data-testid="stToolbar"] { padding-right: 17.5rem; }
  [data-testid="stTopNavLink"] > span:has([data-testid="stIconMaterial"]), .st-key-corner kbd,
  .st-key-send kbd { display: none; }
}
</style>"""


def look() -> None:
    """Apply it to every page."""
    st.html(_STYLE)

"""What was wrong with the last wish, a sentence each."""

from __future__ import annotations

import solara

from classroom.session import Session


@solara.component
def Problems(session: Session) -> None:
    """Show the sentences, and let them be put away."""
    sentences = session.problems.value
    if not sentences:
        return
    box = {"role": "alert"}
    with solara.v.Html(tag="div", class_="ds-problems", attributes=box):
        with solara.v.Html(tag="ul"):
            for sentence in sentences:
                solara.v.Html(tag="li", children=[sentence])
        solara.Button(
            session.words("problems.close"),
            on_click=lambda: session.problems.set([]),
            outlined=True,
            small=True,
        )

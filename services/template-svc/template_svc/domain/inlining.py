"""The frame's styles, written into each element: what mail programs without style sheets show."""

import css_inline

from template_svc.domain.markup import Masked

MOST_BYTES = 100_000  # Gmail cuts what is longer (at 102 KB)

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_KEPT = ' data-css-inline="keep"'  # marks the style element that stays: media queries have no place in an element


def inlined(document: str) -> str:
    """The document with its style sheet in its elements; its Liquid stays where it is."""
    masked = Masked(document)
    text = _INLINER.inline(masked.control_tags_as_comments())
    # The parser would put a tbody around the first row only, inside a loop over rows.
    return masked.reveal(text.replace("<tbody>", "").replace("</tbody>", "").replace(_KEPT, "", 1))

"""The frame's styles, written into each element: what mail programs without style sheets show."""

import re

import css_inline

from template_svc.domain.markup import Masked

MOST_BYTES = 100_000  # Gmail cuts what is longer (at 102 KB)

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_BLOCK_END = re.compile("(</(?:p|h[1-6]|li|[uo]l|t[dhr]|table|div|blockquote)>)(?=<)")
_KEPT = ' data-css-inline="keep"'  # marks the style element that stays: media queries have no place in an element
# The blanks behind the preheader, as references: an email in English is ASCII then, which is quicker in every step.
_INVISIBLE = str.maketrans({sign: f"&#{ord(sign)};" for sign in "\u034f\u2007\u200c"})


def inlined(document: str) -> str:
    """The document with its style sheet in its elements; its Liquid stays where it is.

    Each block ends its line: mail with a line of over 998 characters has to be encoded (RFC 5322 2.1.1).
    """
    masked = Masked(document)
    text = _INLINER.inline(masked.control_tags_as_comments())
    # The parser would put a tbody around the first row only, inside a loop over rows.
    text = text.replace("<tbody>", "").replace("</tbody>", "").replace(_KEPT, "", 1)
    return _BLOCK_END.sub(r"\1\n", masked.reveal(text.translate(_INVISIBLE)))

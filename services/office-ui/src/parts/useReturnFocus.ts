// Gives the focus back to what had it, once a dialog that began open is left: Mantine returns it of those only that opened later.
import { useEffect, useState } from "react";

export function useReturnFocus(open = true) {
  const [before] = useState(opener);
  useEffect(() => {
    if (!open) return;
    return () => void setTimeout(() => before?.focus()); // when nothing holds it in the dialog any more
  }, [open, before]);
}

/** Of a menu its button: the item is gone by then. */
function opener(): HTMLElement | null {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const button = focused?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return button ? document.getElementById(button) : focused;
}

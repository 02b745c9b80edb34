// Shows what is wrong in an editor, at its place.
import type { Editor } from "@tiptap/core";
import { useEffect, useRef } from "react";
import type { Flaw } from "../../api/types";
import { useOfferedTags } from "../offer";
import type { Span } from "./liquid";
import { type Mark, PROBLEMS } from "./marks";

/** What was found in a source, which may be older than what is typed by now. */
export interface Problems {
  source: string | null;
  flaws: Flaw[];
}

/** Of an older source nothing is shown anew: what is shown moves along with the words, until the next check. */
export function useProblems(
  editor: Editor,
  { source, flaws }: Problems,
  now: string,
  placeOf: (flaw: Flaw) => Span | undefined,
) {
  const tags = useOfferedTags(); // what they mean shows once it is known
  const latest = useRef({ now, placeOf });
  useEffect(() => {
    latest.current = { now, placeOf };
  });
  useEffect(() => {
    if (source !== latest.current.now || editor.isDestroyed) return;
    const marks = flaws.flatMap((flaw): Mark[] => {
      const place = latest.current.placeOf(flaw);
      return place ? [{ ...place, message: flaw.message }] : [];
    });
    editor.view.dispatch(editor.state.tr.setMeta(PROBLEMS, marks).setMeta("addToHistory", false));
  }, [editor, source, flaws, tags]);
}

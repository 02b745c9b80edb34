// The Idempotency-Key of a request: the same when the same is sent again, another for anything else.
// Who may make two that are alike counts those that were made: `of` has the count, too.
import { useRef } from "react";

export function useKey(): (of: unknown) => { "Idempotency-Key": string } {
  const last = useRef({ of: "", key: "" });
  return (of) => {
    const said = JSON.stringify(of);
    if (last.current.of !== said) last.current = { of: said, key: crypto.randomUUID() };
    return { "Idempotency-Key": last.current.key };
  };
}

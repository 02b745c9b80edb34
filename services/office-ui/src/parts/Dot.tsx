// A status: its colour as a dot, its name beside it.
import type { CSSProperties, ReactNode } from "react";

export function Dot({ colour, children }: { colour: string; children: ReactNode }) {
  return (
    <span className="dot" style={{ "--dot": colour } as CSSProperties}>
      <span>{children}</span>
    </span>
  );
}

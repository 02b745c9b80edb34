// A button that gives way to a form, and has the focus again when that is left.
import { Button, type ButtonProps } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface Props extends ButtonProps {
  children: ReactNode;
  label?: string;
  form: (close: () => void) => ReactNode;
}

const focus = (button: HTMLButtonElement | null) => button?.focus();

export function Opener({ children, label, form, ...button }: Props) {
  const [state, setState] = useState<"new" | "open" | "left">("new");
  if (state === "open") return form(() => setState("left"));
  return (
    <Button
      ref={state === "left" ? focus : undefined}
      variant="default"
      size="compact-sm"
      aria-label={label}
      onClick={() => setState("open")}
      {...button}
    >
      {children}
    </Button>
  );
}

// A day that can be typed: what is no day yet stays in the field, and nobody else hears of it.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { dayNamed } from "../words/days";

interface Props {
  label: string;
  /** "2026-11-27" */
  value: string | undefined;
  onPick: (day: string) => void;
}

export function DayField({ label, value, onPick }: Props) {
  const [typed, setTyped] = useState(value ?? "");
  const [typing, setTyping] = useState(false);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (!typing) setTyped(value ?? "");
  }
  return (
    <TextInput
      type="date"
      aria-label={label}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        if (dayNamed(currentTarget.value)) onPick(currentTarget.value);
      }}
      onFocus={() => {
        setTyping(true);
      }}
      onBlur={() => {
        setTyping(false);
        if (!typed) onPick("");
      }}
    />
  );
}

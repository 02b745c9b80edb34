// Searches while one types, a moment after the last key.
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

interface Props {
  label: string;
  value: string | undefined;
  onSearch: (words: string) => void;
}

export function SearchField({ label, value, onSearch }: Props) {
  const [typed, setTyped] = useState(value ?? "");
  const search = useDebouncedCallback(onSearch, 250);
  return (
    <TextInput
      type="search"
      label={label}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        search(currentTarget.value.trim());
      }}
      onBlur={search.flush} // before whatever is clicked: a search that came later would call its reader back
      style={{ flex: "1 1 16rem" }}
    />
  );
}

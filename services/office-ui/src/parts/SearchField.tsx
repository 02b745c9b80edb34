// Searches while one types, a moment after the last key. It shows what is searched for, however that came about.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type FocusEvent, useEffect, useRef } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  label: string;
  value: string | undefined;
  onSearch: (words: string) => void;
}

export function SearchField({ value = "", onSearch, ...input }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, 250);
  useEffect(() => {
    const typing = document.activeElement === field.current;
    if (field.current && !typing) field.current.value = value;
  }, [value]);
  /** To a link: the list must not move under the pointer, nor the search call its reader back. Elsewhere: search now. */
  const leave = ({ relatedTarget: to }: FocusEvent) => {
    if (to instanceof HTMLAnchorElement) search.cancel();
    else search.flush();
  };
  return (
    <TextInput
      ref={field}
      type="search"
      defaultValue={value}
      onChange={({ currentTarget }) => search(currentTarget.value.trim())}
      onBlur={leave}
      style={{ flex: "1 1 16rem" }}
      {...input}
    />
  );
}

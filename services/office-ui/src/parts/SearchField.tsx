// Searches while one types, a moment after the last key. It shows what is searched for, however that came about.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type FocusEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  label: string;
  value: string | undefined;
  /** Fewer letters are not searched for, and the field says so. */
  least?: number;
  onSearch: (words: string) => void;
}

export function SearchField({ value = "", onSearch, least = 1, ...input }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const { t } = useTranslation();
  const [isShort, setShort] = useState(false);
  const search = useDebouncedCallback((words: string) => {
    const short = words !== "" && words.length < least;
    setShort(short);
    onSearch(short ? "" : words);
  }, 250);
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
      error={isShort && t("searchLeast", { least })}
      style={{ flex: "1 1 16rem" }}
      {...input}
    />
  );
}

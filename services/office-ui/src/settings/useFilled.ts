// A form filled from what colleagues change, too: it follows what is new, and what was typed here stays.
import { useForm, type UseFormInput, type UseFormReturnType } from "@mantine/form";
import { useEffect, useEffectEvent, useRef, useState } from "react";

type Fields = Record<string, unknown>;

export interface Filled<From, Values> {
  form: UseFormReturnType<Values>;
  /** What the form stands on: a save names its version. */
  from: () => From;
  /** Only what was changed here. */
  changed: () => Partial<Values>;
  /** Of what was changed here, what others made of it meanwhile. */
  theirs: Partial<Values>;
  /** Goes on from what was saved; of what was sent, nothing is a change any more. */
  saved: (after: From, sent: Partial<Values>) => void;
}

export function useFilled<From extends object | null, Values extends Fields>(
  newest: From,
  valuesOf: (from: From) => Values,
  options: Pick<UseFormInput<Values>, "validate" | "onValuesChange"> = {},
): Filled<From, Values> {
  const form = useForm<Values>({ ...options, initialValues: valuesOf(newest) });
  const [theirs, setTheirs] = useState<Partial<Values>>({});
  const start = useRef({ from: newest, values: valuesOf(newest) });

  const changed = () => differing(form.getValues(), start.current.values);
  const saved = (from: From, sent: Partial<Values> = {}) => {
    const values = valuesOf(from);
    const kept = differing(changed(), sent);
    const others = differing(values, start.current.values);
    setTheirs((known) => pick({ ...known, ...others }, differing(kept, values)));
    start.current = { from, values };
    form.setValues({ ...values, ...kept });
    form.resetDirty(values);
  };
  const follow = useEffectEvent((from: From) => {
    if (versionOf(from) !== versionOf(start.current.from)) saved(from);
  });
  useEffect(() => follow(newest), [newest]);
  return { form, from: () => start.current.from, changed, theirs, saved };
}

/** What is not saved yet has none, and nobody else changes it. */
function versionOf(from: object | null): unknown {
  return from && "version" in from ? from.version : undefined;
}

function differing<Values extends Fields>(values: Values, from: Fields): Values {
  const others = Object.entries(values).filter(([field, value]) => !same(value, from[field]));
  return Object.fromEntries(others) as Values;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function pick<Values extends Fields>(values: Values, among: Fields): Values {
  return Object.fromEntries(Object.entries(values).filter(([field]) => field in among)) as Values;
}

// What a field that must be filled gets, where its form says itself what is missing.
export const NEEDED = { "aria-required": true, labelProps: { className: "needed" } } as const;

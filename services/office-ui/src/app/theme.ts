// One accent, grey for the rest, light and dark from the same tokens; contrasts meet WCAG AA.
import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.0625rem" } } },
  colors: {
    petrol: [
      "#e8f6f8",
      "#d3e9ed",
      "#a5d3db",
      "#74bcc8",
      "#4ca9b9",
      "#2f9cae",
      "#1b8194",
      "#0b6b7d",
      "#085766",
      "#04444f",
    ],
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#565d66",
    "--mantine-color-placeholder": "#666d76",
    "--mantine-color-error": "#b42318",
    "--mantine-color-anchor": "#085766",
    "--mantine-color-body": "#ffffff",
    "--fb-ground": "#f6f7f8",
    "--fb-line": "#dfe2e6",
    "--fb-good": "#2b8a3e",
    "--fb-bad": "#c92a2a",
    "--fb-waiting": "#1971c2",
    "--fb-quiet": "#868e96",
  },
  dark: {
    "--mantine-color-dimmed": "#a9b0b8",
    "--mantine-color-placeholder": "#a0a6ad",
    "--mantine-color-error": "#ff9a90",
    "--mantine-color-anchor": "#74bcc8",
    "--mantine-color-body": "#1d2023",
    "--fb-ground": "#16181a",
    "--fb-line": "#363b41",
    "--fb-good": "#69db7c",
    "--fb-bad": "#ff8787",
    "--fb-waiting": "#74c0fc",
    "--fb-quiet": "#909296",
  },
});

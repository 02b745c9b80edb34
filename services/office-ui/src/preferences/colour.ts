// The company's colour, where it can be seen: switches must stand out from the page 3:1 (WCAG 1.4.11).
const CARD = { light: "#ffffff", dark: "#1e232b" };
const INK = { light: "#1d2430", dark: "#e8ebf0" };

/** CSS variables: the colour as it is, and what switches and focus have in light and dark. */
export function accents(colour: string): [string, string][] {
  const known = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#1f6feb";
  const usable = (scheme: "light" | "dark") => (contrast(known, CARD[scheme]) >= 3 ? known : INK[scheme]);
  return [
    ["--brand", known],
    ["--accent-light", usable("light")],
    ["--accent-dark", usable("dark")],
  ];
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// The token of the link. It leaves the address at once, so that neither history nor a picture of the screen keeps it.
const PAGE = "/preferences";
const KEPT = "preferences.token";

/** The link's token, also after a reload of the tab; nothing where somebody came without one. */
export function takeToken(): string | undefined {
  const [, token] = /^\/preferences\/([\w-]+)/.exec(window.location.pathname) ?? [];
  if (!token) return remembered(KEPT);
  if (remembered(KEPT) !== token) forget();
  if (remember(KEPT, token)) window.history.replaceState(null, "", PAGE);
  return token;
}

/** For as long as the tab is there; false where the browser keeps nothing. */
export function remember(key: string, value: string): boolean {
  try {
    window.sessionStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function remembered(key: string): string | undefined {
  try {
    return window.sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whoever's link was open in this tab before. */
function forget(): void {
  try {
    window.sessionStorage.clear();
  } catch {
    // There is nothing to forget.
  }
}

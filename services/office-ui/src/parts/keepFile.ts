/** Hands a file to the browser. A link can't carry the token, so the pages fetch it. */
export function keepFile(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

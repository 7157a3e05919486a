/** Saves text or an image as a file of the reader. */
export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has its own reference by now.
  URL.revokeObjectURL(link.href);
}

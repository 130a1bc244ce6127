/** How long a browser may take to read the URL of a download that it was handed. */
const URL_LIFETIME_MS = 30_000;

/** Hands a file to the browser's downloads. */
export function downloadFile(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFETIME_MS);
}

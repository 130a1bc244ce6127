/** The page's own file inputs: in `index.html`, so that they exist before the first script has run. */
const FILE_INPUT_ID = 'file-input';
const FOLDER_INPUT_ID = 'folder-input';

export function getFileInput(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`#${FILE_INPUT_ID}`);
}

export function getFolderInput(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`#${FOLDER_INPUT_ID}`);
}

export function openFilePicker(): void {
  getFileInput()?.click();
}

export function openFolderPicker(): void {
  getFolderInput()?.click();
}

/** False where the browser has no folder picker (phones). */
export function canPickFolders(): boolean {
  return 'webkitdirectory' in HTMLInputElement.prototype && !matchMedia('(pointer: coarse)').matches;
}

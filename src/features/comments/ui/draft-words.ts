/** The API's limit for a comment, in UTF-16 units. */
export const TEXT_LIMIT = 50_000;

/** The text to send. A comment needs some text, so files without words get a default. */
export function textToSend(text: string, files: number): string {
  if (text.trim() !== "" || files === 0) return text;
  return files === 1 ? "Added a file." : `Added ${files} files.`;
}

/** Why a comment cannot be sent yet, as a sentence; null if it can. */
export function holdBack(text: string, files: number, uploading: number): string | null {
  if (text.length > TEXT_LIMIT) {
    return `It is ${(text.length - TEXT_LIMIT).toLocaleString("en")} characters too long. A file has room for more.`;
  }
  if (uploading > 0) return uploading === 1 ? "Waits for the upload" : `Waits for ${uploading} uploads`;
  return text.trim() === "" && files === 0 ? "" : null;
}

/** The API's own limit, in UTF-16 units. */
export const TEXT_LIMIT = 50_000;

/** What is sent: files that say it all need no words, but a comment has some. */
export function textToSend(text: string, files: number): string {
  if (text.trim() !== "" || files === 0) return text;
  return files === 1 ? "Added a file." : `Added ${files} files.`;
}

/** Why a comment cannot be sent yet, as a sentence; null: it can. */
export function holdBack(text: string, files: number, uploading: number): string | null {
  if (text.length > TEXT_LIMIT) {
    return `It is ${(text.length - TEXT_LIMIT).toLocaleString("en")} characters too long. A file has room for more.`;
  }
  if (uploading > 0) return uploading === 1 ? "Waits for the upload" : `Waits for ${uploading} uploads`;
  return text.trim() === "" && files === 0 ? "" : null;
}

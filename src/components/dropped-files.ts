/** The dropped files, and the number of dropped folders, which browsers list as odd files. */
export function droppedFiles(transfer: DataTransfer): { files: File[]; folders: number } {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const isFolder = items.map((item) => item.webkitGetAsEntry?.()?.isDirectory ?? false);
  const files = [...transfer.files].filter((_, at) => !isFolder[at]);
  return { files, folders: isFolder.filter(Boolean).length };
}

/**
 * The pasted files; none if text was pasted. A copied table or page also contains a picture of itself, but
 * its text is meant.
 */
export function pastedFiles(clipboard: DataTransfer): File[] {
  const rich = clipboard.types.includes("text/html") || clipboard.types.includes("text/rtf");
  const files = [...clipboard.files];
  return rich && clipboard.getData("text/plain") !== "" ? [] : files;
}

/** A name with the local time, since browsers call every pasted picture image.png. */
export function pastedName(file: { name: string; type: string }, at: Date): string {
  if (!/^image\.\w+$/.test(file.name)) return file.name;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("-");
  return `pasted-${day}-${time}${file.name.slice("image".length)}`;
}

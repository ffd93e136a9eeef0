const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

/**
 * Bytes in words: "0 bytes", "812 bytes", "4.2 KB", "100 MB"; units are multiples of 1024, as in the limits.
 */
export function fileSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return `${size < 10 ? Math.round(size * 10) / 10 : Math.round(size)} ${UNITS[unit]}`;
}

import { withTurnMarks } from "./marks";

const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these have no picture of their own
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Terminal text without escape sequences; `keepColours` leaves those for colours. */
export function withoutEscapes(text: string, keepColours = false): string {
  if (!text.includes("\u001b") && !text.includes("\u009b")) return text;
  return text.replace(ESCAPES, (sequence) =>
    keepColours && sequence.startsWith("\u001b[") && sequence.endsWith("m") ? sequence : "",
  );
}

/** Text without control characters and with marks for those that turn it around. Line breaks, tabs and returns stay. */
export function withoutControls(text: string): string {
  return withTurnMarks(text.replace(CONTROLS, ""));
}

/** Terminal text as a reader sees it. */
export function plainText(text: string): string {
  return withoutControls(withoutEscapes(text));
}

/** A failure's reason without terminal codes; a line that was overwritten (a spinner) as it ended. */
export function reasonText(text: string): string {
  const lines = plainText(text).replace(/\r+\n/g, "\n").split("\n");
  return lines.map((line) => line.split("\r").findLast((part) => part !== "") ?? "").join("\n");
}

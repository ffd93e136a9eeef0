// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these have no picture of their own
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Terminal text without its escape sequences, except the colours that `keepColours` leaves. */
export function withoutEscapes(text: string, keepColours = false): string {
  if (!text.includes("\u001b")) return text;
  return text.replace(ESCAPES, (sequence) =>
    keepColours && sequence[1] === "[" && sequence.endsWith("m") ? sequence : "",
  );
}

/** Text without control characters; line breaks, tabs and carriage returns stay. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, "");
}

/** What a reader sees of terminal text. */
export function plainText(text: string): string {
  return withoutControls(withoutEscapes(text));
}

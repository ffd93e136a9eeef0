export type OutputStream = "stdout" | "stderr";

/** One object of events.jsonl, with its line end. `t` is ISO 8601; `text` keeps the line end it came with. */
export function encodeLine(t: string, stream: OutputStream | "system", text: string): string {
  return `{"t":"${t}","stream":"${stream}","text":${JSON.stringify(text)}}\n`;
}

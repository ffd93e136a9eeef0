export type OutputStream = "stdout" | "stderr";

/** One object of events.jsonl for an agent's update, which has the shape of the Agent Client Protocol. */
export function encodeUpdate(t: string, update: unknown): string {
  return `{"t":"${t}","stream":"agent","update":${JSON.stringify(update)}}\n`;
}

/** One object of events.jsonl, with its line end. `t` is ISO 8601; `text` keeps the line end it came with. */
export function encodeLine(t: string, stream: OutputStream | "system", text: string): string {
  return `{"t":"${t}","stream":"${stream}","text":${JSON.stringify(text)}}\n`;
}

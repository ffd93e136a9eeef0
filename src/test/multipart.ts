import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";

export const BOUNDARY = "----phaseboard-test";
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** A field of a form, as bytes. */
export function field(name: string, value: string): Buffer {
  return part(`form-data; name="${name}"`, value);
}

/** What goes before a file's bytes in a form. */
export function fileHead(filename = "file.bin", name = "file"): Buffer {
  return Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\n`,
  );
}

/** A file of a form. */
export function file(content: string | Buffer, filename?: string, name?: string): Buffer {
  return Buffer.concat([fileHead(filename, name), Buffer.from(content), Buffer.from("\r\n")]);
}

export const END = Buffer.from(`--${BOUNDARY}--\r\n`);

function part(disposition: string, content: string): Buffer {
  return Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`);
}

/** A form of these parts. */
export function form(...parts: Buffer[]): Buffer {
  return Buffer.concat([...parts, END]);
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  body: any;
}

/** Sends a body byte for byte; without a Content-Length among the headers it goes in chunks. */
export async function send(
  url: string,
  headers: Record<string, string>,
  body: Buffer | Readable,
): Promise<Answer> {
  const outgoing = request(url, { method: "POST", headers });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  // Who answers early may cut what is still being sent.
  outgoing.on("error", () => {});
  if (Buffer.isBuffer(body)) outgoing.end(body);
  else body.pipe(outgoing);
  const [incoming] = await answered;
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  if (!Buffer.isBuffer(body)) body.destroy();
  outgoing.destroy();
  const text = Buffer.concat(pieces).toString();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: text ? JSON.parse(text) : null,
  };
}

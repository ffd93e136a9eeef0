import type { Readable, Writable } from "node:stream";
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";

/** Limit of bytes for one message; a longer line is no message. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export interface AgentStreamListener {
  /** Called for each message. True where the listener has handled it and the protocol's library must not see it. */
  onMessage(message: AnyMessage): boolean;
  /** Called for a line that is no message. */
  onNonsense(line: Buffer): void;
  /** Awaited before more is read. */
  room(): Promise<void> | undefined;
}

/** A stream of the protocol over an agent's pipes: one JSON object per line, read no faster than `room` allows. */
export function agentStream(stdin: Writable, stdout: Readable, listener: AgentStreamListener): Stream {
  const messages = messagesOf(stdout, listener);
  return {
    readable: new ReadableStream<AnyMessage>(
      {
        async pull(controller) {
          const { value, done } = await messages.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream<AnyMessage>({
      write: (message) =>
        new Promise((resolve, reject) => {
          stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
        }),
    }),
  };
}

async function* messagesOf(
  stdout: Readable,
  listener: AgentStreamListener,
): AsyncGenerator<AnyMessage, void> {
  for await (const line of linesOf(stdout)) {
    const message = parseMessage(line);
    if (message) {
      if (!listener.onMessage(message)) yield message;
    } else if (line.toString("utf8").trim() !== "") listener.onNonsense(line);
    await listener.room();
  }
}

async function* linesOf(stdout: Readable): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdout) {
    let rest: Buffer = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]);
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
    }
    parts.push(rest);
    size += rest.byteLength;
    if (size > MAX_MESSAGE_BYTES) {
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(parts);
}

function parseMessage(line: Buffer): AnyMessage | null {
  if (line.byteLength > MAX_MESSAGE_BYTES) return null;
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    const isMessage = typeof value === "object" && value !== null && "jsonrpc" in value;
    return isMessage && value.jsonrpc === "2.0" ? (value as AnyMessage) : null;
  } catch {
    return null;
  }
}

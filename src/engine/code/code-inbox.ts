import { z } from "zod";
import type { Mask } from "../logs/mask/mask";
import { masked } from "./mask-call";
import type { FromHost } from "./protocol";

const call = z.number().int();
const text = z.string();
const isTrue = z.literal(true);
const failed = { ok: z.literal(false), error: text };
const gave = { ok: z.literal(true), output: z.unknown() };
const kind = z.enum(["script", "agent", "function", "approval"]);

/** Schemas of messages by the key that tells them apart. Trying one schema after the other would be slow. */
const SHAPES: Record<string, z.ZodType<FromHost>> = {
  result: z.union([
    z.object({ result: text, ...gave, ahead: z.boolean() }),
    z.object({ result: text, ...failed }),
  ]),
  step: z.object({ call, step: text, kind, options: z.record(text, z.unknown()) }),
  pong: z.object({ pong: isTrue }),
  ready: z.object({ ready: isTrue }),
  sleep: z.object({ call, sleep: text, duration: text }),
  keep: z.object({ call, keep: text, path: text, name: text.nullable() }),
  phase: z.object({ call, phase: text }),
  comment: z.object({ call, comment: text, key: text }),
  print: z.object({ print: z.enum(["stdout", "stderr"]), text }),
  end: z.union([z.object({ end: isTrue, ...gave }), z.object({ end: isTrue, ...failed })]),
};

/** The message, or null where its shape is not one of the protocol's. */
function parseMessage(given: unknown): FromHost | null {
  if (typeof given !== "object" || given === null) return null;
  const key = Object.keys(SHAPES).find((known) => Object.hasOwn(given, known));
  return (key && SHAPES[key]?.safeParse(given).data) || null;
}

/** Messages that one process may send; far more than a run needs, since each costs its worker time. */
const MAX_MESSAGES = 100_000;

/** Reads the messages of one process of a definition's code. The author's code can forge them, so each is checked. */
export class CodeInbox {
  /** The mask of the newest function's secrets; the code may print these secrets anywhere. */
  mask: Mask | null = null;
  private count = 0;

  /** The messages of one turn of the event loop. Throws a reason for people where one is malformed or one too many. */
  read(given: unknown): FromHost[] {
    const all = Array.isArray(given) ? given.map(parseMessage) : [null];
    return all.map((message) => {
      if (!message) throw new Error("it is no message of ours");
      // Prints are not counted here: the log has a limit of its own.
      if ("pong" in message || "print" in message) return message;
      if (++this.count > MAX_MESSAGES) throw new Error(`there are more than ${MAX_MESSAGES} messages`);
      // A result stays as it is: it is masked with its step, and compared with what the code took.
      return this.mask && !("result" in message) ? masked(message, this.mask) : message;
    });
  }
}

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

/** By the key that tells a message from the others; to try one shape after the other would take long at each step. */
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

/** Null where it is no message of ours. */
function parseMessage(given: unknown): FromHost | null {
  if (typeof given !== "object" || given === null) return null;
  const key = Object.keys(SHAPES).find((known) => Object.hasOwn(given, known));
  return (key && SHAPES[key]?.safeParse(given).data) || null;
}

/** More than any run needs; each costs its worker time. */
const MAX_MESSAGES = 100_000;

/** What comes from one process of a definition's code, which the author's code can send too. */
export class CodeInbox {
  /** Of the newest function: what one was given the code may say anywhere. */
  mask: Mask | null = null;
  private count = 0;

  /** What was said in one turn. Throws `Error` for people, where it is no message of ours or one too many. */
  read(given: unknown): FromHost[] {
    const all = Array.isArray(given) ? given.map(parseMessage) : [null];
    return all.map((message) => {
      if (!message) throw new Error("it is no message of ours");
      // Of what it prints the log has a limit of its own.
      if ("pong" in message || "print" in message) return message;
      if (++this.count > MAX_MESSAGES) throw new Error(`there are more than ${MAX_MESSAGES} messages`);
      // A result is masked as its step's, so that what the code took it for can be told from that.
      return this.mask && !("result" in message) ? masked(message, this.mask) : message;
    });
  }
}

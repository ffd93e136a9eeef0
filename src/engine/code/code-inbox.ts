import { z } from "zod";
import type { Mask } from "../logs/mask/mask";
import { masked } from "./mask-call";
import type { FromHost } from "./protocol";

const call = z.number().int();
const text = z.string();
const failed = { ok: z.literal(false), error: text };
const gave = { ok: z.literal(true), output: z.unknown() };

const Message: z.ZodType<FromHost> = z.union([
  z.object({
    call,
    step: text,
    kind: z.enum(["script", "agent", "function", "approval"]),
    options: z.record(text, z.unknown()),
  }),
  z.object({ result: text, ...gave, ahead: z.boolean() }),
  z.object({ result: text, ...failed }),
  z.object({ pong: z.literal(true) }),
  z.object({ ready: z.literal(true) }),
  z.object({ call, sleep: text, duration: text }),
  z.object({ call, keep: text, path: text, name: text.nullable() }),
  z.object({ call, phase: text }),
  z.object({ call, comment: text, key: text }),
  z.object({ end: z.literal(true), ...gave }),
  z.object({ end: z.literal(true), ...failed }),
]);

/** More than any run needs; each costs its worker time. */
const MAX_MESSAGES = 100_000;

/** What comes from one process of a definition's code, which the author's code can send too. */
export class CodeInbox {
  /** Of the newest function: what one was given the code may say anywhere. */
  mask: Mask | null = null;
  private count = 0;

  /** What was said in one turn. Throws `Error` for people, where it is no message of ours or one too many. */
  read(given: unknown): FromHost[] {
    const read = z.array(Message).safeParse(given);
    if (!read.success) throw new Error("it is no message of ours");
    return read.data.map((message) => {
      if ("pong" in message) return message;
      if (++this.count > MAX_MESSAGES) throw new Error(`there are more than ${MAX_MESSAGES} messages`);
      // A result is masked as its step's, so that what the code took it for can be told from that.
      return this.mask && !("result" in message) ? masked(message, this.mask) : message;
    });
  }
}

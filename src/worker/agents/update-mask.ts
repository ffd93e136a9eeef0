import type { ByteMask, Mask } from "../../engine/logs/mask/mask";

type Update = Record<string, unknown>;

/** Kinds whose text comes in pieces, so that a secret may come in several. */
const PIECES = ["agent_message_chunk", "agent_thought_chunk", "user_message_chunk"];
/** Kinds that stand between what an agent says. */
const BETWEEN = ["tool_call", "tool_call_update", "plan"];

/** Hides secrets in an agent's updates, also those that come in more than one piece of its text. */
export class UpdateMask {
  private open: { kind: string; stream: ByteMask; update: Update } | null = null;

  constructor(private readonly mask: Mask) {}

  /** What can be kept by now: the beginning of what may be a secret waits for the next piece. */
  push(update: Update): Update[] {
    const text = textOf(update);
    if (text === null) {
      const before = BETWEEN.includes(String(update.sessionUpdate)) ? this.end() : [];
      return [...before, this.mask.value(update) as Update];
    }
    const kind = `${update.sessionUpdate} ${update.messageId}`;
    const before = this.open?.kind === kind ? [] : this.end();
    this.open = { kind, stream: this.open?.stream ?? this.mask.stream(), update };
    return [...before, ...this.piece(update, this.open.stream.push(Buffer.from(text)))];
  }

  /** What was held back. */
  end(): Update[] {
    const { open } = this;
    this.open = null;
    return open ? this.piece(open.update, open.stream.end()) : [];
  }

  private piece(update: Update, shown: Buffer): Update[] {
    if (shown.byteLength === 0) return [];
    const content = { type: "text", text: "" };
    const masked = this.mask.value({ ...update, content }) as Update;
    return [{ ...masked, content: { ...content, text: shown.toString("utf8") } }];
  }
}

function textOf({ sessionUpdate, content }: Update): string | null {
  if (!PIECES.includes(String(sessionUpdate)) || typeof content !== "object" || content === null) return null;
  return "text" in content && typeof content.text === "string" ? content.text : null;
}

import type { ByteMask, Mask } from "../../engine/logs/mask/mask";
import { TEXT_CHUNKS } from "./signs-of-life";

type Update = Record<string, unknown>;

/** Kinds of updates between two texts of the agent. */
const BETWEEN = ["tool_call", "tool_call_update", "plan"];

/** Hides secrets in an agent's updates, also those that are split over several pieces of text. */
export class UpdateMask {
  private open: { kind: string; stream: ByteMask; update: Update } | null = null;

  constructor(private readonly mask: Mask) {}

  /** The updates that can be kept now. Text that may begin a secret waits for the next piece. */
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

  /** The text that was held back. */
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
  if (!TEXT_CHUNKS.includes(String(sessionUpdate)) || typeof content !== "object" || content === null)
    return null;
  return "text" in content && typeof content.text === "string" ? content.text : null;
}

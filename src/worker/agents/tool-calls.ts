import type { ToolCallUpdate } from "@agentclientprotocol/sdk";
import type { AskedToolCall } from "../../model/states";

type Call = Record<string, unknown>;

/** Number of calls that are remembered; the oldest is dropped first. */
const KNOWN = 200;
const MAX_TITLE = 1_000;
const MAX_PATH = 1_000;
const MAX_PARTS = 20;
/** Limit of characters for all texts of one call. */
const MAX_TEXT = 32_000;

/** An agent's tool calls by id: a request for permission may have the id alone. */
export class ToolCalls {
  private readonly known = new Map<string, Call>();

  hear(update: Record<string, unknown>): void {
    const { sessionUpdate, toolCallId } = update;
    if (sessionUpdate !== "tool_call" && sessionUpdate !== "tool_call_update") return;
    if (typeof toolCallId !== "string") return;
    this.known.set(toolCallId, this.merged(toolCallId, update));
    if (this.known.size <= KNOWN) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }

  /** The call as people see it, masked by `mask` before its texts are cut. */
  asked(given: ToolCallUpdate, mask: (value: unknown) => unknown): AskedToolCall {
    const call = mask(this.merged(given.toolCallId, { ...given })) as Call;
    const room = new Room(MAX_TEXT);
    const id = clean(String(call.toolCallId)).slice(0, MAX_TITLE);
    const title = room.take(call.title, MAX_TITLE);
    return {
      id,
      title: title === "" ? `call ${id}` : title,
      kind: typeof call.kind === "string" ? clean(call.kind).slice(0, 50) : null,
      locations: room.most(call.locations).flatMap(({ path, line }) => {
        const at = typeof line === "number" && Number.isFinite(line) ? line : null;
        return typeof path === "string" ? [{ path: room.take(path, MAX_PATH), line: at }] : [];
      }),
      content: room.most(call.content).flatMap((part) => contentOf(part, room)),
      input: call.rawInput === undefined || call.rawInput === null ? null : room.take(jsonOf(call.rawInput)),
      is_cut: room.isCut,
    };
  }

  private merged(id: string, given: Call): Call {
    const told = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
    return { ...this.known.get(id), ...Object.fromEntries(told) };
  }
}

function contentOf(part: Call, room: Room): AskedToolCall["content"] {
  if (part.type === "diff" && typeof part.path === "string" && typeof part.newText === "string") {
    const path = room.take(part.path, MAX_PATH);
    const old_text = typeof part.oldText === "string" ? room.take(part.oldText) : null;
    return [{ type: "diff", path, old_text, new_text: room.take(part.newText) }];
  }
  const { content } = part;
  const isText = typeof content === "object" && content !== null && "text" in content;
  return isText && typeof content.text === "string" ? [{ type: "text", text: room.take(content.text) }] : [];
}

/** Cuts texts to the room that is left. */
class Room {
  isCut = false;

  constructor(private left: number) {}

  take(text: unknown, most = Number.POSITIVE_INFINITY): string {
    if (typeof text !== "string") return "";
    const whole = clean(text);
    const taken = whole.slice(0, Math.min(most, this.left));
    this.isCut ||= taken.length < whole.length;
    this.left -= taken.length;
    return taken;
  }

  most(list: unknown): Call[] {
    if (!Array.isArray(list)) return [];
    this.isCut ||= list.length > MAX_PARTS;
    return list.slice(0, MAX_PARTS).filter((part): part is Call => typeof part === "object" && part !== null);
  }
}

const jsonOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** The text without characters that Postgres cannot store. */
export const clean = (text: string) => text.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");

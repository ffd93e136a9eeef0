import { infoText, OWN_UPDATE } from "../../../lib/agent-text";
import { isRecord } from "../../../lib/is-record";
import { plainText } from "../../../lib/plain-text";
import { type Facts, listOf, type ToolContent, textOf, toolContent } from "./update-parts";

interface Base {
  /** Position in the session; never changes. */
  index: number;
  /** Increased with each change, since items change in place. */
  version: number;
  /** Time of the item's first part, ISO 8601. */
  t: string;
}

export interface ToolItem extends Base {
  kind: "tool";
  id: string;
  title: string;
  /** The tool's kind in the protocol's words; "other" if the agent names none. */
  tool: string;
  status: "pending" | "in_progress" | "completed" | "failed";
  locations: { path: string; line: number | null }[];
  content: ToolContent[];
  input: unknown;
  output: unknown;
}

export interface TextItem extends Base {
  kind: "prompt" | "person" | "message" | "thought" | "note" | "output";
  text: string;
  /** Who said it, where a person did. */
  by?: string;
}

export type SessionItem = ToolItem | TextItem;

export interface PlanEntry {
  content: string;
  status: "pending" | "in_progress" | "completed";
}

export interface SessionUsage {
  used: number | null;
  size: number | null;
  /** For example "0.12 USD". */
  cost: string | null;
}

/** A longer message continues in a new item at its next paragraph, so that each renders quickly. */
const ITEM_CHARS = 8_000;
/** Characters kept of a program's output; the log has all of it. */
const OUTPUT_CHARS = 20_000;

const TEXT_KINDS: Record<string, TextItem["kind"]> = {
  agent_message_chunk: "message",
  agent_thought_chunk: "thought",
};
const STATUSES: readonly ToolItem["status"][] = ["pending", "in_progress", "completed", "failed"];

/** Builds the readable session from the lines of a step's log. Items grow in place. */
export class SessionLog {
  readonly items: SessionItem[] = [];
  plan: PlanEntry[] = [];
  usage: SessionUsage | null = null;

  /** True where the agent began with messages of people: its step had begun before, in an earlier attempt. */
  goesOn = false;

  /** Ids of the messages that are shown. A worker that takes an attempt over tells of its newest ones again. */
  private readonly told = new Set<string>();
  private readonly tools = new Map<string, ToolItem>();
  private rest = "";
  private info: string | null = null;
  /** The message that the last text item belongs to; null when the next text starts a new item. */
  private open: string | null = null;

  /** Takes JSON lines. An unfinished last line is kept until the rest of it arrives. */
  push(jsonl: string): void {
    const text = this.rest + jsonl;
    const end = text.lastIndexOf("\n");
    this.rest = text.slice(end + 1);
    for (const line of text.slice(0, Math.max(0, end)).split("\n")) if (line !== "") this.take(line);
  }

  private take(line: string): void {
    const value = parsed(line);
    if (!value || typeof value.t !== "string") return;
    const { t, stream, text, update } = value;
    if (stream === "agent" && isRecord(update)) this.update(t, update);
    else if (typeof text !== "string") return;
    else if (stream === "system") this.add(t, "note", text.trimEnd());
    else this.grow(t, "output", plainText(text), "output");
  }

  private update(t: string, update: Facts): void {
    const kind = String(update.sessionUpdate);
    const said = TEXT_KINDS[kind];
    if (said) this.grow(t, said, textOf(update.content), `${kind} ${update.messageId}`);
    else if (kind === "tool_call" || kind === "tool_call_update") this.tool(t, update);
    else if (kind === "plan") this.setPlan(planOf(update.entries));
    else if (kind === "usage_update") this.usage = usageOf(update);
    else if (kind === OWN_UPDATE) this.prompt(t, update);
    else this.tell(t, infoText(update));
  }

  private prompt(t: string, { prompt, messages }: Facts): void {
    const given = listOf(messages);
    this.goesOn ||= this.items.length === 0 && given.length > 0;
    if (given.length === 0 && typeof prompt === "string") this.add(t, "prompt", prompt);
    for (const { id, text, by } of given) {
      if (this.told.has(String(id))) continue;
      this.told.add(String(id));
      this.add(t, "person", String(text ?? ""), String(by ?? ""));
    }
  }

  /** Adds a note about the session's state, unless it repeats the last one. */
  private tell(t: string, info: string | null): void {
    if (info === null || info === this.info) return;
    this.info = info;
    this.add(t, "note", plainText(info));
  }

  /** Replaces the plan. Text that follows starts a new item. */
  private setPlan(plan: PlanEntry[]): void {
    this.plan = plan;
    this.open = null;
  }

  private add(t: string, kind: TextItem["kind"], text: string, by?: string): void {
    if (text === "") return;
    this.open = null;
    const said = by === undefined ? {} : { by };
    this.items.push({ kind, text, ...said, t, index: this.items.length, version: 0 });
  }

  /** Appends to the last item if it belongs to the same message, else starts a new item. */
  private grow(t: string, kind: TextItem["kind"], text: string, of: string): void {
    if (text === "") return;
    const last = this.items.at(-1);
    if (!last || last.kind === "tool" || this.open !== of) {
      this.add(t, kind, text);
    } else if (kind === "output") {
      this.set(last, (last.text + text).slice(-OUTPUT_CHARS));
    } else {
      const cut = last.text.length > ITEM_CHARS ? text.indexOf("\n\n") : -1;
      this.set(last, last.text + (cut < 0 ? text : text.slice(0, cut)));
      if (cut >= 0) this.add(t, kind, text.slice(cut + 2));
    }
    this.open = of;
  }

  private set(item: TextItem, text: string): void {
    item.text = text;
    item.version += 1;
  }

  private tool(t: string, update: Facts): void {
    const id = String(update.toolCallId);
    let item = this.tools.get(id);
    if (!item) {
      this.open = null;
      item = {
        kind: "tool",
        id,
        title: `call ${id}`,
        tool: "other",
        status: "pending",
        locations: [],
        content: [],
        input: undefined,
        output: undefined,
        t,
        index: this.items.length,
        version: 0,
      };
      this.tools.set(id, item);
      this.items.push(item);
    }
    const { title, kind, status, locations, content, rawInput, rawOutput } = update;
    if (typeof title === "string" && title !== "") item.title = title;
    if (typeof kind === "string") item.tool = kind;
    item.status = STATUSES.find((each) => each === status) ?? item.status;
    if (Array.isArray(locations)) item.locations = listOf(locations).flatMap(locationOf);
    if (Array.isArray(content)) item.content = listOf(content).flatMap(toolContent);
    item.input = rawInput ?? item.input;
    item.output = rawOutput ?? item.output;
    item.version += 1;
  }
}

function parsed(line: string): Facts | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function locationOf({ path, line }: Facts): ToolItem["locations"] {
  return typeof path === "string" ? [{ path, line: typeof line === "number" ? line : null }] : [];
}

function planOf(entries: unknown): PlanEntry[] {
  return listOf(entries).map(({ content, status }) => ({
    content: String(content ?? ""),
    status: status === "completed" || status === "in_progress" ? status : "pending",
  }));
}

function usageOf({ used, size, cost }: Facts): SessionUsage {
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
  const amount = isRecord(cost) ? number(cost.amount) : null;
  const currency = isRecord(cost) && typeof cost.currency === "string" ? ` ${cost.currency}` : "";
  return {
    used: number(used),
    size: number(size),
    cost: amount === null ? null : `${amount.toLocaleString("en", { maximumFractionDigits: 4 })}${currency}`,
  };
}

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AgentContext,
  methods,
  type RequestPermissionRequest,
  type SessionUpdate,
} from "@agentclientprotocol/sdk";
import {
  answerComments,
  commentsIn,
  type Edit,
  editsFor,
  keyOf,
  type LineComment,
  type PlanComment,
  planAfter,
  planCommentsIn,
  titleOf,
} from "./edits";
import { type DemoSession, saveSession } from "./sessions";

/** A prompt that says so has the agent ask before it changes files. */
const ASKS = /\bask\b[^.\n]*\b(first|before|permission|leave)\b/i;
/** What the worker says to an agent that was interrupted. */
const INTERRUPTED = /^You were interrupted/;

const HELLO =
  "I am the demo agent. There is no model in me, only a few rules: I write a line into the changelog, I know how to teach the sample library weeks, and I answer comments on lines.";

const tokensOf = (text: string) => Math.ceil(text.length / 4);
/** US dollars for a token, so that there is a cost to see. */
const PRICE = 0.000_003;
const WINDOW = 200_000;

/** One turn of the demo agent: it plans, asks where it was told to, edits files of its folder, and says what it did. */
export class Turn {
  private calls = 0;

  constructor(
    private readonly session: DemoSession,
    private readonly folder: string,
    private readonly client: AgentContext,
    private readonly pace: number,
    private readonly signal: AbortSignal,
  ) {}

  /** Throws an `AbortError` where the turn is cancelled. */
  async run(prompt: string): Promise<void> {
    const { session } = this;
    const isFirst = session.history.length === 0;
    const asked = this.askedFor(prompt);
    session.history.push({ who: "person", text: prompt });
    session.read += tokensOf(session.history.map(({ text }) => text).join("\n"));
    // After an interruption too: the files may have been put back to what they were before.
    session.done = [];
    saveSession(session);
    if (isFirst) await this.say(`${HELLO}\n\n`);
    const comments = commentsIn(asked);
    const onPlan = planCommentsIn(asked);
    if (comments.length + onPlan.length > 0) await this.answer(comments, onPlan, asked);
    else await this.implement(asked);
    await this.tellUsage();
    saveSession(session);
  }

  /** What the prompt is about. One that only says that the turn was interrupted is about what was asked before. */
  private askedFor(prompt: string): string {
    if (!INTERRUPTED.test(prompt)) return prompt;
    const rest = prompt.split("\n\n").slice(1).join("\n\n");
    const before = this.session.history.findLast(
      ({ who, text }) => who === "person" && !INTERRUPTED.test(text),
    );
    return rest === "" ? (before?.text ?? prompt) : rest;
  }

  private async implement(issue: string): Promise<void> {
    const edits = editsFor(issue, (path) => this.read(path));
    const steps = ["Look at the project", ...edits.map(({ path }) => `Change ${path}`), "Say what changed"];
    await this.plan(steps, 0);
    await this.look(edits[0]?.path ?? "README.md");
    if (!(await this.mayEdit(edits, issue))) {
      await this.say("Then I leave everything as it is.");
      return;
    }
    for (const [at, edit] of edits.entries()) {
      await this.plan(steps, at + 1);
      await this.edit(edit);
    }
    await this.plan(steps, steps.length - 1);
    const names = edits.map(({ path }) => `\`${path}\``).join(", ");
    const did = edits.length > 0 ? `changed ${names}` : "found nothing left to change";
    await this.say(`I ${did} for “${titleOf(issue)}”. Comment on any line, and I answer it there.`);
    await this.plan(steps, steps.length);
  }

  private async answer(comments: LineComment[], onPlan: PlanComment[], asked: string): Promise<void> {
    const { session } = this;
    const open = comments.filter((comment) => !session.done.includes(keyOf(comment)));
    const paths = [...new Set(open.map(({ path }) => path))];
    const steps = [...onPlan.map(planAfter), ...open.map(({ path, line }) => `Answer ${path}:${line}`)];
    await this.plan(steps, onPlan.length);
    const edits = paths.flatMap((path): [Edit, LineComment[]][] => {
      const text = this.read(path);
      const own = open.filter((comment) => comment.path === path);
      return text === null ? [] : [[answerComments(path, text, own), own]];
    });
    if (
      !(await this.mayEdit(
        edits.map(([edit]) => edit),
        asked,
      ))
    ) {
      await this.say("Then I leave everything as it is.");
      return;
    }
    for (const [edit, own] of edits) {
      if (edit.after !== edit.before) await this.edit(edit);
      session.done.push(...own.map(keyOf));
      saveSession(session);
    }
    const changed = new Set(edits.map(([{ path }]) => path));
    const answers = comments.map(({ path, line, text }) =>
      changed.has(path) || session.done.includes(keyOf({ path, line, text }))
        ? `- \`${path}:${line}\`: “${firstLine(text)}” is done at that line.`
        : `- \`${path}:${line}\`: there is no such file here, so I could do nothing.`,
    );
    const planned = onPlan.map(
      ({ entry, text }) => `- Entry ${entry} of the plan: “${firstLine(text)}” is in it now.`,
    );
    await this.say(`Thank you for the review.\n\n${[...planned, ...answers].join("\n")}`);
    await this.plan(steps, steps.length);
  }

  /** Asks for leave where the prompt wants that. */
  private async mayEdit(edits: readonly Edit[], prompt: string): Promise<boolean> {
    const [first] = edits;
    if (!ASKS.test(prompt) || !first) return true;
    const { sessionId } = this;
    const names = edits.map(({ path }) => path);
    const request: RequestPermissionRequest = {
      sessionId,
      toolCall: {
        toolCallId: this.nextCall(),
        title: `Change ${names.join(", ")}`,
        kind: "edit",
        locations: edits.map(({ path, line }) => ({ path: this.pathOf(path), line })),
        content: edits.map((edit) => this.diffOf(edit)),
      },
      options: [
        { optionId: "once", name: "Allow once", kind: "allow_once" },
        { optionId: "no", name: "Leave it", kind: "reject_once" },
      ],
    };
    const { outcome } = await this.client.request(methods.client.session.requestPermission, request);
    return outcome.outcome === "selected" && outcome.optionId === "once";
  }

  private async look(path: string): Promise<void> {
    const toolCallId = this.nextCall();
    const locations = [{ path: this.pathOf(path) }];
    await this.tell({
      sessionUpdate: "tool_call",
      toolCallId,
      title: `Read ${path}`,
      kind: "read",
      status: "in_progress",
      locations,
    });
    const text = this.read(path);
    await this.rest();
    const said = text === null ? "It is not there yet." : `${text.split("\n").length} lines`;
    await this.tell({
      sessionUpdate: "tool_call_update",
      toolCallId,
      status: "completed",
      content: [{ type: "content", content: { type: "text", text: said } }],
    });
  }

  private async edit(edit: Edit): Promise<void> {
    const toolCallId = this.nextCall();
    const { path, line, after } = edit;
    const title = `${edit.before === null ? "Write" : "Change"} ${path}`;
    const locations = [{ path: this.pathOf(path), line }];
    await this.tell({
      sessionUpdate: "tool_call",
      toolCallId,
      title,
      kind: "edit",
      status: "in_progress",
      locations,
    });
    await this.rest();
    const file = this.pathOf(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, after);
    this.session.written += tokensOf(after) - tokensOf(edit.before ?? "");
    const content = [this.diffOf(edit)];
    await this.tell({ sessionUpdate: "tool_call_update", toolCallId, status: "completed", content });
    await this.tellUsage();
  }

  private diffOf({ path, before, after }: Edit) {
    return { type: "diff" as const, path: this.pathOf(path), oldText: before, newText: after };
  }

  private async plan(steps: string[], done: number): Promise<void> {
    const entries = steps.map((content, at) => ({
      content,
      priority: "medium" as const,
      status:
        at < done ? ("completed" as const) : at === done ? ("in_progress" as const) : ("pending" as const),
    }));
    await this.tell({ sessionUpdate: "plan", entries });
  }

  private async say(text: string): Promise<void> {
    this.session.history.push({ who: "agent", text });
    this.session.written += tokensOf(text);
    for (const piece of text.match(/\S+\s*/g) ?? []) {
      await this.tell({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: piece } });
    }
    await this.rest();
  }

  private async tellUsage(): Promise<void> {
    const { read, written } = this.session;
    const cost = { amount: Number(((read + 5 * written) * PRICE).toFixed(6)), currency: "USD" };
    await this.tell({ sessionUpdate: "usage_update", used: read + written, size: WINDOW, cost });
  }

  private async tell(update: SessionUpdate): Promise<void> {
    this.signal.throwIfAborted();
    await this.client.notify(methods.client.session.update, { sessionId: this.sessionId, update });
  }

  /** Time in which a person sees what happens. */
  private async rest(): Promise<void> {
    await sleep(this.pace, undefined, { signal: this.signal });
  }

  private get sessionId(): string {
    return this.session.id;
  }

  private nextCall(): string {
    return `${this.session.history.length}-${++this.calls}`;
  }

  private pathOf = (path: string) => join(this.folder, path);

  /** Null where the file is not there, or lies outside of the folder. */
  private read(path: string): string | null {
    const file = resolve(this.folder, path);
    if (relative(this.folder, file).startsWith("..")) return null;
    try {
      return readFileSync(file, "utf8");
    } catch {
      return null;
    }
  }
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";

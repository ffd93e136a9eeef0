import type { RunStatus } from "../../../../model/states";
import { type DisplayStatus, displayStatus } from "../../../in-run/ui/status";
import { stepLook } from "../../../in-run/ui/step-look";
import type { WireRun } from "../../../in-run/ui/wire";
import type { Timeline } from "../../schema";

/** What something did for a while. */
export type SpanKind = "queued" | "working" | "waiting" | "paused";

/** A stretch of time in milliseconds since 1970. */
export interface Span {
  kind: SpanKind;
  from: number;
  to: number;
  /** Of an attempt: how it stands. */
  look?: DisplayStatus;
  /** Of an attempt. */
  number?: number;
}

export interface Row {
  step_id: string;
  name: string;
  look: DisplayStatus;
  spans: Span[];
}

/** Several rows as one, which opens into them. */
export interface Group {
  key: string;
  name: string;
  rows: (Row | Group)[];
  spans: Span[];
  look: DisplayStatus;
}

export const isGroup = (row: Row | Group): row is Group => "rows" in row;

/** The run's own stretches. Those that wait are among its work until they are cut out of it. */
export function runSpans({ states, queued_at }: Timeline, now: number): Span[] {
  const KINDS: Partial<Record<RunStatus, SpanKind>> = {
    pending: "queued",
    running: "working",
    paused: "paused",
  };
  const known = states.length > 0 ? states : [{ at: queued_at, status: "pending" as const }];
  return known.flatMap(({ at, status }, index) => {
    const kind = KINDS[status];
    const from = Date.parse(at);
    const next = known[index + 1];
    const to = next ? Date.parse(next.at) : now;
    return kind && to > from ? [{ kind, from, to }] : [];
  });
}

/** The rows of a run's steps, in their order, with a stretch for each attempt and for what it waited between them. */
export function stepRows(run: WireRun, timeline: Timeline, now: number): Row[] {
  return run.steps.map((step) => {
    const attempts = timeline.attempts.filter((attempt) => attempt.step_id === step.step_id);
    const waits = timeline.waits.filter((wait) => wait.step_id === step.step_id);
    const onlyWaits =
      step.kind === "approval" || step.waiting_for === "sleep" || /^sleep-\d+$/.test(step.step_id);
    const spans: Span[] = [];
    for (const { number, status, started_at, completed_at } of attempts) {
      const from = Date.parse(started_at);
      const to = completed_at === null ? now : Math.max(from, Date.parse(completed_at));
      const last = spans.at(-1);
      // Between two attempts of one go it waits for its next try.
      if (last?.number === number - 1 && last.look === "failed" && from > last.to) {
        spans.push({ kind: "waiting", from: last.to, to: from });
      }
      const look = status === "running" ? stepLook(step) : displayStatus(status);
      spans.push({ kind: onlyWaits ? "waiting" : "working", from, to, look, number });
    }
    for (const { from, to } of waits) {
      spans.push({ kind: "waiting", from: Date.parse(from), to: to === null ? now : Date.parse(to) });
    }
    return { step_id: step.step_id, name: step.name, look: stepLook(step), spans };
  });
}

const ROUND = /^(.*?)[-_]?(\d+)$/;
/** With so many steps or fewer, rounds need no groups of their own. */
const FEW = 12;

/** The rows in their phases and, where a phase has many, in the rounds of its loop: `fix-1` and `test-1` are round 1. */
export function groupsOf(run: Pick<WireRun, "steps">, rows: readonly Row[]): Group[] {
  const phases = new Map<string, Row[]>();
  run.steps.forEach((step, index) => {
    const row = rows[index];
    if (row) phases.set(step.phase, [...(phases.get(step.phase) ?? []), row]);
  });
  return [...phases].map(([phase, own]) =>
    groupOf(`phase:${phase}`, phase, own.length > FEW ? inRounds(phase, own) : own),
  );
}

function inRounds(phase: string, rows: readonly Row[]): (Row | Group)[] {
  const rounds = new Map<string, Row[]>();
  for (const row of rows) {
    const round = ROUND.exec(row.step_id)?.[2] ?? "";
    rounds.set(round, [...(rounds.get(round) ?? []), row]);
  }
  // Without a number in common there is no loop to fold.
  if (rounds.size < 2 || rounds.size === rows.length) return [...rows];
  return [...rounds].flatMap(([round, own]): (Row | Group)[] =>
    round === "" || own.length === 1 ? own : [groupOf(`round:${phase}:${round}`, `Round ${round}`, own)],
  );
}

const LOOKS: readonly DisplayStatus[] = [
  "needs_you",
  "stalled",
  "running",
  "failed",
  "waiting",
  "done",
  "skipped",
];

function groupOf(key: string, name: string, rows: (Row | Group)[]): Group {
  const look = LOOKS.find((each) => rows.some((row) => row.look === each)) ?? "waiting";
  return { key, name, rows, look, spans: together(rows) };
}

const of = (spans: readonly Span[], kind: SpanKind) => spans.filter((span) => span.kind === kind);
/** What a row worked, without what it waited within that. */
const workOf = (spans: readonly Span[]) => without(of(spans, "working"), of(spans, "waiting"));

/** What any of the rows did at a time: work before waiting. */
function together(rows: readonly { spans: readonly Span[] }[]): Span[] {
  const work = union(rows.flatMap((row) => workOf(row.spans)));
  const waits = without(
    rows.flatMap((row) => of(row.spans, "waiting")),
    work,
  );
  const as = (kind: SpanKind) => (stretch: Stretch) => ({ ...stretch, kind });
  return [...waits.map(as("waiting")), ...work.map(as("working"))];
}

/** The run's own stretches, with the waits cut out in which none of its steps worked. */
export function ownSpans(run: readonly Span[], rows: readonly Row[]): Span[] {
  const waits = together(rows).filter(({ kind }) => kind === "waiting");
  return run.flatMap((span) => {
    if (span.kind !== "working") return [span];
    const within = waits
      .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
      .filter(({ from, to }) => to > from);
    return [
      ...without([span], within).map((stretch): Span => ({ ...stretch, kind: "working" })),
      ...within.map((stretch): Span => ({ ...stretch, kind: "waiting" })),
    ].sort((left, right) => left.from - right.from);
  });
}

interface Stretch {
  from: number;
  to: number;
}

/** The stretches in order, those that touch as one. */
export function union(spans: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { from, to } of spans.toSorted((left, right) => left.from - right.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** The stretches of the first that are in none of the others. */
export function without(spans: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  const cuts = union(others);
  return union(spans).flatMap(({ from, to }) => {
    const left: Stretch[] = [];
    let begin = from;
    for (const cut of cuts) {
      if (cut.to <= begin || cut.from >= to) continue;
      if (cut.from > begin) left.push({ from: begin, to: cut.from });
      begin = Math.max(begin, cut.to);
    }
    if (begin < to) left.push({ from: begin, to });
    return left;
  });
}

const sum = (spans: readonly Stretch[]) => union(spans).reduce((ms, { from, to }) => ms + to - from, 0);

/** How a run's time since it was last queued divides; the parts add up to the whole. */
export interface Division {
  whole: number;
  queued: number;
  working: number;
  /** It waited for people or time, or was paused. */
  waiting: number;
}

/**
 * From the run's own row, so that the parts agree with its duration everywhere: what it rested is `rested_ms`, with the
 * wait that goes on.
 */
export function divisionOf(
  run: Pick<
    WireRun,
    | "status"
    | "started_at"
    | "completed_at"
    | "cancelled_at"
    | "paused_at"
    | "waiting_since"
    | "rested_ms"
    | "created_at"
    | "updated_at"
  >,
  queued_at: string,
  now: number,
): Division {
  const begun = run.started_at === null ? null : Date.parse(run.started_at);
  const queuedFrom = Date.parse(queued_at);
  if (begun === null || run.status === "pending") {
    const ended =
      run.status === "cancelled" && run.cancelled_at !== null ? Date.parse(run.cancelled_at) : now;
    const queued = Math.max(0, ended - queuedFrom);
    return { whole: queued, queued, working: 0, waiting: 0 };
  }
  const ended = run.completed_at ?? run.cancelled_at;
  const isOver = run.status === "completed" || run.status === "failed" || run.status === "cancelled";
  const end = isOver ? Date.parse(ended ?? run.updated_at) : now;
  const since = run.status === "paused" ? (run.waiting_since ?? run.paused_at) : run.waiting_since;
  const goesOn = since === null ? 0 : Math.max(0, end - Date.parse(since));
  const queued = Math.max(0, begun - queuedFrom);
  const waiting = Math.min(run.rested_ms + goesOn, Math.max(0, end - begun));
  const working = Math.max(0, end - begun) - waiting;
  return { whole: queued + working + waiting, queued, working, waiting };
}

/** Where the axis begins and ends. */
export function axisOf(own: readonly Span[], rows: readonly Row[], now: number): Stretch {
  const all = [...own, ...rows.flatMap((row) => row.spans)];
  if (all.length === 0) return { from: now - 1_000, to: now };
  const from = Math.min(...all.map((span) => span.from));
  return { from, to: Math.max(from + 1_000, ...all.map((span) => span.to)) };
}

const NICE = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 604_800,
];

/** The times of the marks on an axis, in milliseconds from its beginning: at most so many. */
export function ticksOf(length: number, most: number): number[] {
  const step =
    (NICE.find((seconds) => length / (seconds * 1_000) <= most) ?? Math.ceil(length / 1_000 / most)) * 1_000;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => at * step);
}

/** How much of the stretches was worked, and waited. */
export function timesOf({ spans }: { spans: readonly Span[] }): { working: number; waiting: number } {
  return { working: sum(workOf(spans)), waiting: sum(of(spans, "waiting")) };
}

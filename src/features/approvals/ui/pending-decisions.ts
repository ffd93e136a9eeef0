import type { Fault } from "../../../components/fault";
import type { Decision } from "../../../model/states";

/** How long a decision can be taken back, in milliseconds. */
export const UNDO_MS = 5_000;

/** The most that a browser sends for a page that is closing. What is larger is sent at once. */
const KEPT_BYTES = 60_000;

/** What `steps.decide` takes. */
export interface DecisionInput {
  id: string;
  decision: Decision;
  note?: string;
  answer?: Record<string, unknown>;
  snapshot?: string | null;
}

export interface PendingDecision {
  step: { id: string; name: string };
  input: DecisionInput;
  /** It is being sent, and can no longer be taken back. */
  sending: boolean;
  settled: Promise<"sent" | "undone" | "refused">;
}

/** What the server said against a decision. */
export type Refusal = Fault;

interface Entry {
  shown: PendingDecision;
  send: (input: DecisionInput) => Promise<unknown>;
  settle: (how: "sent" | "undone" | "refused") => void;
  onRefused: (refusal: Refusal) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const entries = new Map<string, Entry>();
const refusals = new Map<string, Refusal>();
/** What was said with decisions that were taken back or refused, by the row of the step: it is there when they are made again. */
const said = new Map<string, DecisionInput>();
/** How many places on the page can take a step's decision back. */
const places = new Map<string, number>();
const listeners = new Set<() => void>();

const changed = () => {
  for (const listener of listeners) listener();
};

export function subscribeDecisions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** By the row of the step. */
export const pendingDecision = (step_id: string): PendingDecision | null =>
  entries.get(step_id)?.shown ?? null;

/** The newest that can be taken back. */
export const undoableDecision = (): PendingDecision | null =>
  [...entries.values()].findLast(({ shown }) => !shown.sending)?.shown ?? null;

/** True where the page itself can take the newest decision back. */
export const isShownInPlace = (): boolean => (places.get(undoableDecision()?.step.id ?? "") ?? 0) > 0;

/** Call while a place on the page shows a decision on its way; gives what to call behind that. */
export function showInPlace(step_id: string): () => void {
  const add = (by: 1 | -1) => {
    places.set(step_id, (places.get(step_id) ?? 0) + by);
    changed();
  };
  add(1);
  return () => add(-1);
}

export const refusalOfDecision = (step_id: string): Refusal | null => refusals.get(step_id) ?? null;

export function forgetRefusal(step_id: string): void {
  if (refusals.delete(step_id)) changed();
}

/** What was said the last time, where that decision did not go. */
export const saidBefore = (step_id: string, decision: Decision): DecisionInput | undefined => {
  const before = said.get(step_id);
  return before?.decision === decision ? before : undefined;
};

/**
 * Sends a decision in five seconds, unless it is taken back. It lives as long as the tab: other pages of the app can be
 * opened meanwhile, and a tab that is hidden or closed sends it at once.
 */
export function decideLater(
  step: PendingDecision["step"],
  input: DecisionInput,
  { send, onRefused }: Pick<Entry, "send" | "onRefused">,
): PendingDecision | null {
  if (entries.has(step.id)) return null;
  refusals.delete(step.id);
  said.set(step.id, input);
  let settle: Entry["settle"] = () => {};
  const settled = new Promise<"sent" | "undone" | "refused">((resolve) => {
    settle = resolve;
  });
  const shown = { step, input, sending: false, settled };
  const entry: Entry = { shown, send, settle, onRefused, timer: undefined };
  entries.set(step.id, entry);
  listen();
  if (JSON.stringify(input).length > KEPT_BYTES) sendNow(step.id);
  else entry.timer = setTimeout(() => sendNow(step.id), UNDO_MS);
  changed();
  return shown;
}

/** False where it is too late. */
export function undoDecision(step_id: string): boolean {
  const entry = entries.get(step_id);
  if (!entry || entry.shown.sending) return false;
  clearTimeout(entry.timer);
  entries.delete(step_id);
  entry.settle("undone");
  changed();
  return true;
}

export function sendNow(step_id: string, by?: Entry["send"]): void {
  const entry = entries.get(step_id);
  if (!entry || entry.shown.sending) return;
  clearTimeout(entry.timer);
  entry.shown = { ...entry.shown, sending: true };
  changed();
  const end = (how: "sent" | "refused") => {
    entries.delete(step_id);
    entry.settle(how);
    changed();
  };
  (by ?? entry.send)(entry.shown.input).then(
    () => {
      said.delete(step_id);
      end("sent");
    },
    (refusal: Refusal) => {
      refusals.set(step_id, refusal);
      entry.onRefused(refusal);
      end("refused");
    },
  );
}

let listening = false;

function listen(): void {
  if (listening || typeof document === "undefined") return;
  listening = true;
  // A hidden page may be ended without another word, as on a phone.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendAll();
  });
  window.addEventListener("pagehide", sendAll);
}

function sendAll(): void {
  for (const { shown } of [...entries.values()]) if (!shown.sending) sendNow(shown.step.id, sendKept);
}

/** Outlives the page. */
async function sendKept(input: DecisionInput): Promise<void> {
  const answer = await fetch("/api/trpc/steps.decide", {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  if (answer.ok) return;
  const body = (await answer.json().catch(() => null)) as { error?: Refusal } | null;
  throw { message: body?.error?.message ?? "It could not be sent.", data: body?.error?.data ?? null };
}

import type { Fault } from "../../../components/fault";

/** How long a decision can be taken back, in milliseconds. */
export const UNDO_MS = 5_000;

/** The most that a browser sends for a page that is closing. What is larger is sent at once. */
const KEPT_BYTES = 60_000;

/** What is sent, as the server takes it. */
export interface DecisionCall {
  procedure: "steps.decide" | "reviews.submit" | "agentSessions.answerPermission";
  input: object;
}

/** What is said of a decision. */
export interface DecisionWords {
  /** Where it was made, until it is sent: `Approved`. */
  made: string;
  /** On other pages until then: `You approve Sign-off`. */
  comes: string;
  /** Once it is sent. */
  sent: string;
  /** As the server refuses it. */
  refused: string;
}

export interface PendingDecision {
  /** Of what it decides: the row of a step, or a permission request. There is one at a time for each. */
  key: string;
  /** The name of the step. */
  name: string;
  words: DecisionWords;
  call: DecisionCall;
  /** It is being sent, and can no longer be taken back. */
  sending: boolean;
  settled: Promise<"sent" | "undone" | "refused">;
}

/** What the server said against a decision. */
export type Refusal = Fault;

/** What becomes of a decision. */
export interface DecisionWay {
  send: () => Promise<unknown>;
  onRefused: (refusal: Refusal) => void;
  /** The page is going, and what is sent now may never be answered here. */
  onLeaving?: () => void;
}

interface Entry extends DecisionWay {
  shown: PendingDecision;
  settle: (how: "sent" | "undone" | "refused") => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const entries = new Map<string, Entry>();
const refusals = new Map<string, Refusal>();
/** What was said with decisions that were taken back or refused, by their keys: it is there when they are made again. */
const said = new Map<string, DecisionCall>();
/** How many places on the page can take a decision back. */
const places = new Map<string, number>();
const listeners = new Set<() => void>();

const changed = () => {
  for (const listener of listeners) listener();
};

export function subscribeDecisions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const pendingDecision = (key: string): PendingDecision | null => entries.get(key)?.shown ?? null;

/** The newest that can be taken back. */
export const undoableDecision = (): PendingDecision | null =>
  [...entries.values()].findLast(({ shown }) => !shown.sending)?.shown ?? null;

/** True where the page itself can take the newest decision back. */
export const isShownInPlace = (): boolean => (places.get(undoableDecision()?.key ?? "") ?? 0) > 0;

/** Call while a place on the page shows a decision on its way; gives what to call behind that. */
export function showInPlace(key: string): () => void {
  const add = (by: 1 | -1) => {
    places.set(key, (places.get(key) ?? 0) + by);
    changed();
  };
  add(1);
  return () => add(-1);
}

export const refusalOfDecision = (key: string): Refusal | null => refusals.get(key) ?? null;

export function forgetRefusal(key: string): void {
  if (refusals.delete(key)) changed();
}

/** What was said the last time, where that decision did not go. */
export const saidBefore = (key: string): DecisionCall | undefined => said.get(key);

/**
 * Sends a decision in five seconds, unless it is taken back. It lives as long as the tab: other pages of the app can be
 * opened meanwhile, and a tab that is hidden or closed sends it at once.
 */
export function decideLater(
  decision: Pick<PendingDecision, "key" | "name" | "words" | "call">,
  way: DecisionWay,
): PendingDecision | null {
  const { key, call } = decision;
  if (entries.has(key)) return null;
  refusals.delete(key);
  said.set(key, call);
  let settle: Entry["settle"] = () => {};
  const settled = new Promise<"sent" | "undone" | "refused">((resolve) => {
    settle = resolve;
  });
  const shown = { ...decision, sending: false, settled };
  const entry: Entry = { ...way, shown, settle, timer: undefined };
  entries.set(key, entry);
  listen();
  if (JSON.stringify(call.input).length > KEPT_BYTES) sendNow(key);
  else entry.timer = setTimeout(() => sendNow(key), UNDO_MS);
  changed();
  return shown;
}

/** False where it is too late. */
export function undoDecision(key: string): boolean {
  const entry = entries.get(key);
  if (!entry || entry.shown.sending) return false;
  clearTimeout(entry.timer);
  entries.delete(key);
  entry.settle("undone");
  changed();
  return true;
}

export function sendNow(key: string, by?: (call: DecisionCall) => Promise<void>): void {
  const entry = entries.get(key);
  if (!entry || entry.shown.sending) return;
  clearTimeout(entry.timer);
  entry.shown = { ...entry.shown, sending: true };
  changed();
  const end = (how: "sent" | "refused") => {
    entries.delete(key);
    entry.settle(how);
    changed();
  };
  (by ? by(entry.shown.call) : entry.send()).then(
    () => {
      said.delete(key);
      end("sent");
    },
    (refusal: Refusal) => {
      refusals.set(key, refusal);
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
  for (const { shown, onLeaving } of [...entries.values()]) {
    if (shown.sending) continue;
    onLeaving?.();
    sendNow(shown.key, sendKept);
  }
}

/** Outlives the page. */
async function sendKept({ procedure, input }: DecisionCall): Promise<void> {
  const answer = await fetch(`/api/trpc/${procedure}`, {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  if (answer.ok) return;
  const body = (await answer.json().catch(() => null)) as { error?: Refusal } | null;
  throw { message: body?.error?.message ?? "It could not be sent.", data: body?.error?.data ?? null };
}

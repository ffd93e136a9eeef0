import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What was said and done in a session, as it lies in the agent's home. */
export interface DemoSession {
  id: string;
  history: { who: "person" | "agent"; text: string }[];
  /** What the newest prompt asked for and is done, so that a turn which was cut off does nothing twice. */
  done: string[];
  /** Tokens so far: a count of characters, since there is no model. */
  read: number;
  written: number;
}

const FOLDER = join(homedir(), ".phaseboard-demo-agent");
const ID = /^[\w-]{1,80}$/;

export function newSession(): DemoSession {
  const id = `demo-${Date.now().toString(36)}-${process.pid}`;
  return { id, history: [], done: [], read: 0, written: 0 };
}

/** Null where there is no such session, or its file is none. */
export function loadSession(id: string): DemoSession | null {
  if (!ID.test(id)) return null;
  try {
    return JSON.parse(readFileSync(join(FOLDER, `${id}.json`), "utf8")) as DemoSession;
  } catch {
    return null;
  }
}

export function saveSession(session: DemoSession): void {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${session.id}.json`);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(session));
  renameSync(draft, path);
}

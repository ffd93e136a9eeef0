import { readFileSync, statSync } from "node:fs";
import { readSettings, SettingsError, type UserRange } from "../lib/settings";
import type { BoxUser } from "./types";

/** Nobody gives these to people or services; the second is for containers, which often know 65,536 users. */
const USUAL: UserRange[] = [
  [70_000, 79_999],
  [60_578, 61_183],
];

let found: UserRange | undefined;

/** The range of users for projects. Throws `SettingsError` where this system does not know them. */
export function userRange(): UserRange {
  const given = readSettings().projectUsers;
  if (given) {
    if (isMapped(given)) return given;
    throw new SettingsError(
      `PHASEBOARD_PROJECT_USERS must be users that this system knows (/proc/self/uid_map); it is "${given.join("-")}"`,
    );
  }
  found ??= USUAL.find(isMapped);
  if (found) return found;
  throw new SettingsError(
    "PHASEBOARD_PROJECT_USERS must be set, since this system knows none of the usual users (/proc/self/uid_map)",
  );
}

/** The user of the project with this number; the first is kept for what belongs to no project. */
export function projectUser(number: number): BoxUser {
  const [first, last] = userRange();
  const id = first + 1 + ((number - 1) % (last - first));
  return { uid: id, gid: id };
}

/** Who reads a folder: its owner, and for root's folders somebody who owns nothing. */
export function readerOf(folder: string): BoxUser {
  const { uid, gid } = statSync(folder);
  const [first] = userRange();
  return uid === 0 ? { uid: first, gid: first } : { uid, gid };
}

/** Whether the numbers are users and groups in this process's namespace. */
function isMapped([first, last]: UserRange): boolean {
  return ["/proc/self/uid_map", "/proc/self/gid_map"].every((file) =>
    readMap(file).some(([from, count]) => from <= first && last < from + count),
  );
}

function readMap(file: string): [from: number, count: number][] {
  try {
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return lines.map((line) => {
      const [from = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
      return [from, count];
    });
  } catch {
    return [];
  }
}

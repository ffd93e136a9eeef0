import type { LogStream } from "./log-lines";

export const LOG_LEVELS = ["error", "warning", "notice", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Lines of a log that belong together, under the line that names them. Lines count from 1. */
export interface LogGroup {
  line: number;
  /** Its last line; null while it goes on. */
  end: number | null;
  title: string;
  /** A section goes on until the next one and may hold groups. */
  kind: "section" | "group";
  /** The log's author wants it open (`+++`), or a line in it tells of an error. */
  open: boolean;
}

/** Groups kept of a log; lines past them are in none. */
export const GROUP_LIMIT = 2_000;

type Mark =
  | { is: "section"; title: string; open: boolean }
  | { is: "group"; title: string }
  | { is: "end" }
  | { is: "expand" };

const GROUP = /^(?:##\[group\]|::group::)(.*)$/;
const END = /^(?:##\[endgroup\]|::endgroup::)\s*$/;
const SECTION = /^(---|\+\+\+|~~~) +(\S.*)$/;
/** What tests in Go print of each. */
const GO_TEST = /^--- (?:PASS|FAIL|SKIP|BENCH): /;
const WRITES = /^.{1,100} writes: /;
const UNDER_WAY = /^ {2}\[>\] (.+)$/;

/** The first characters of lines that may be marks of scripts. */
const FIRST = "#:-+~^";
export const MARK_BYTES: ReadonlySet<number> = new Set([...FIRST].map((each) => each.charCodeAt(0)));

function markOf(plain: string): Mark | null {
  if (!MARK_BYTES.has(plain.charCodeAt(0))) return null;
  const group = GROUP.exec(plain);
  if (group) return { is: "group", title: group[1]?.trim() || "Group" };
  if (END.test(plain)) return { is: "end" };
  if (plain.startsWith("^^^ +++")) return { is: "expand" };
  const section = SECTION.exec(plain);
  if (!section || GO_TEST.test(plain)) return null;
  return { is: "section", title: section[2]?.trim() ?? "", open: section[1] === "+++" };
}

const LEVEL_NAMES: Record<string, LogLevel> = {
  error: "error",
  err: "error",
  fatal: "error",
  critical: "error",
  panic: "error",
  warning: "warning",
  warn: "warning",
  notice: "notice",
  debug: "debug",
  trace: "debug",
};
const COMMAND = /^(?:##\[|::)(error|warning|notice|debug)\b/;
/** What may stand before a level's name at the beginning of a line: a time. */
const TIME = /^(?:\[?\d[\dTZ:.,+-]*(?: [\d:.,+-]+)?\]? +)?/;
const SHOUTED = /^[[(<]?(ERROR|FATAL|CRITICAL|PANIC|WARNING|WARN|NOTICE|DEBUG|TRACE)(?![A-Za-z0-9_-])/;
const SAID = /^[[(<]?(?:[A-Z][A-Za-z]{0,40})?(error|fatal|panic|warning|warn)(?:\[[A-Z]*\d*\])?[\])>]?:/i;
const FIELD = /(?:\blevel=|"level":\s?)"?(error|err|fatal|critical|panic|warning|warn|notice|debug|trace)\b/i;
/** How much of a line tells its level. */
const HEAD = 200;

/** How serious a line says that it is; null where it does not say. */
export function levelOf(plain: string): LogLevel | null {
  const head = plain.length > HEAD ? plain.slice(0, HEAD) : plain;
  const said = head.trimStart().replace(TIME, "");
  const name = (COMMAND.exec(head) ?? SHOUTED.exec(said) ?? SAID.exec(said) ?? FIELD.exec(head))?.[1];
  return name === undefined ? null : (LEVEL_NAMES[name.toLowerCase()] ?? null);
}

/**
 * Finds the groups of a log: `##[group]` and `::group::` of GitHub, `---`, `+++` and `~~~` of Buildkite, and of an
 * agent each message of a person and each entry of its plan that it begins. Takes complete lines in order.
 */
export class GroupFinder {
  /** The section and the group that go on. */
  private section: LogGroup | null;
  private group: LogGroup | null;
  /** The entry of an agent's plan that is under way, and the line at which the plan was last told. */
  private planned: string | null = null;
  private plan: number | null = null;

  /** `groups`: those of the lines before. */
  constructor(readonly groups: LogGroup[] = []) {
    this.section = groups.findLast(({ kind, end }) => kind === "section" && end === null) ?? null;
    this.group = groups.findLast(({ kind, end }) => kind === "group" && end === null) ?? null;
  }

  /** True where a line without a mark may matter too: it may tell of an error in a group. */
  get within(): boolean {
    return this.section !== null || this.group !== null;
  }

  take(line: number, stream: LogStream, plain: string): void {
    if (stream === "agent") {
      this.ofAgent(line, plain);
      return;
    }
    const mark = markOf(plain);
    if (!mark) {
      if (this.within && levelOf(plain) === "error") this.expand();
    } else if (mark.is === "end") this.group = this.close(this.group, line);
    else if (mark.is === "expand") this.expand();
    else if (mark.is === "group") {
      this.group = this.close(this.group, line - 1);
      this.group = this.begin({ line, end: null, title: mark.title, kind: "group", open: false });
    } else if (this.isDiff(line, plain)) {
      this.groups.pop();
      this.section = null;
    } else this.beginSection(line, mark.title, mark.open);
  }

  private ofAgent(line: number, plain: string): void {
    if (plain === "plan:") this.plan = line;
    const title = UNDER_WAY.exec(plain)?.[1];
    if (title !== undefined && title !== this.planned && this.plan !== null) {
      this.planned = title;
      this.beginSection(this.plan, title, true);
    } else if (WRITES.test(plain)) this.beginSection(line, plain, true);
  }

  private beginSection(line: number, title: string, open: boolean): void {
    this.group = this.close(this.group, line - 1);
    this.close(this.section, line - 1);
    this.section = this.begin({ line, end: null, title, kind: "section", open });
  }

  private begin(group: LogGroup): LogGroup | null {
    if (this.groups.length >= GROUP_LIMIT) return null;
    group.title = group.title.slice(0, 200);
    this.groups.push(group);
    return group;
  }

  private close(group: LogGroup | null, end: number): null {
    if (group) group.end = Math.max(group.line, end);
    return null;
  }

  private expand(): void {
    if (this.section) this.section.open = true;
    if (this.group) this.group.open = true;
  }

  /** `--- a` and `+++ b` on two lines are the head of a diff. */
  private isDiff(line: number, plain: string): boolean {
    const last = this.groups.at(-1);
    return plain.startsWith("+++ ") && last === this.section && last?.line === line - 1 && !last.open;
  }
}

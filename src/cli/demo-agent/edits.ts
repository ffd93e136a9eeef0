import { suggestionIn } from "../../lib/suggestion";

/** What the demo agent makes of what it is told. It has rules and no model, so these are pure functions of texts. */

/** A comment on a line of a file. Lines count from 1. */
export interface LineComment {
  path: string;
  line: number;
  /** The last of several lines. */
  end?: number;
  text: string;
}

/** A file's text before and after; `before` is null for a new file. */
export interface Edit {
  path: string;
  before: string | null;
  after: string;
  /** The first line that changes. */
  line: number;
}

/** A comment on an entry of the agent's own plan. */
export interface PlanComment {
  entry: number;
  quote: string;
  text: string;
}

const ON_PLAN = /^On entry (\d+) of your plan:\n((?:> .*\n)+)([\s\S]+)$/;

/** Comments on the plan, each a paragraph of its own: which entry, its words, and what is said of it. */
export function planCommentsIn(prompt: string): PlanComment[] {
  return prompt.split(/\n{2,}/).flatMap((part) => {
    const [, entry, quote, text] = ON_PLAN.exec(part) ?? [];
    if (entry === undefined || quote === undefined || text === undefined) return [];
    return [{ entry: Number(entry), quote: quote.replace(/^> /gm, "").trim(), text: text.trim() }];
  });
}

/** The entry as it is after a comment: the code between backticks, or its words with what was said. */
export const planAfter = ({ quote, text }: PlanComment) => codeIn(text) ?? `${quote} (${text})`;

const COMMENT = /^(?:[-*]\s+)?`?([^\s:`][^:`\n]*)`?:(\d+)(?:-(\d+))?`?(?:\s*\([^)]*\))?:\s*(.*)$/;

/** Where a suggestion begins. */
const FENCE = /^`{3,}suggestion/m;

/** Comments as `path:line: text`, each up to the next one or an empty line. */
export function commentsIn(prompt: string): LineComment[] {
  const comments: LineComment[] = [];
  let open: LineComment | null = null;
  const rest = prompt.split(/\n{2,}/).filter((part) => !ON_PLAN.test(part));
  for (const row of rest.join("\n\n").split("\n")) {
    // A suggestion is code, whatever its lines look like.
    const isCode: boolean = open !== null && FENCE.test(open.text) && suggestionIn(open.text) === undefined;
    const [, path, line, end, text]: string[] = isCode ? [] : (COMMENT.exec(row) ?? []);
    if (path !== undefined && line !== undefined) {
      open = {
        path,
        line: Number(line),
        ...(end === undefined ? {} : { end: Number(end) }),
        text: text ?? "",
      };
      comments.push(open);
    } else if (open && isCode) open.text = `${open.text}\n${row}`;
    else if (FENCE.test(row) && comments.length > 0) {
      // It belongs to the comment above, also behind an empty line.
      open = comments.at(-1) ?? null;
      if (open) open.text = `${open.text}\n${row}`;
    } else if (row.trim() === "") open = null;
    else if (open) open.text = `${open.text}\n${row.trim()}`;
  }
  return comments
    .map((comment) => ({ ...comment, text: comment.text.trim() }))
    .filter(({ text }) => text !== "");
}

/** The name by which a comment is remembered as done. */
export const keyOf = ({ path, line, text }: LineComment) => `${path}:${line}: ${text}`;

/**
 * The edit that answers comments on one file; none where all of them are answered there already. A suggestion replaces its lines, code between backticks the line; any other comment is noted above
 * it. From the last line to the first, so that each is found where it was.
 */
export function answerComments(path: string, before: string, comments: readonly LineComment[]): Edit {
  const lines = before.split("\n");
  const isThere = ({ text }: LineComment) => {
    const suggestion = suggestionIn(text);
    if (suggestion !== undefined) return suggestion !== "" && before.includes(suggestion.replace(/\n$/, ""));
    const answer = codeIn(text) ?? noteFor(path, text);
    return lines.some((line) => line.trim() === answer);
  };
  const isAnswered = comments.every(isThere);
  const line = Math.min(...comments.map((comment) => comment.line));
  if (isAnswered) return { path, before, after: before, line };
  const at = ({ line }: LineComment) => Math.min(Math.max(line, 1), lines.length) - 1;
  for (const comment of [...comments].sort((a, b) => b.line - a.line)) {
    const place = at(comment);
    const indent = /^\s*/.exec(lines[place] ?? "")?.[0] ?? "";
    const suggestion = suggestionIn(comment.text);
    const wanted = codeIn(comment.text);
    if (suggestion !== undefined) {
      const next = suggestion === "" ? [] : suggestion.replace(/\n$/, "").split("\n");
      lines.splice(place, (comment.end ?? comment.line) - comment.line + 1, ...next);
    } else if (wanted !== undefined) lines[place] = `${indent}${wanted}`;
    else lines.splice(place, 0, `${indent}${noteFor(path, comment.text)}`);
  }
  return { path, before, after: lines.join("\n"), line };
}

/** The code between backticks. */
const codeIn = (text: string) => /`([^`\n]+)`/.exec(text)?.[1]?.trim();

/** A remark in the language of the file. */
function noteFor(path: string, text: string): string {
  const words = `Reviewed: ${text.replace(/\s+/g, " ")}`;
  if (/\.(md|html?|xml|svg)$/.test(path)) return `<!-- ${words.replaceAll("--", "—")} -->`;
  if (/\.(css)$/.test(path)) return `/* ${words} */`;
  if (/\.(ya?ml|toml|sh|py|rb|env)$|(^|\/)(Dockerfile|Makefile|\.\w+)$/.test(path)) return `# ${words}`;
  return /\.(json|txt)$/.test(path) ? words : `// ${words}`;
}

/** The first line of an issue that says something, without marks of Markdown. */
export function titleOf(issue: string): string {
  const line = issue.split("\n").find((each) => /\w/.test(each)) ?? "A change";
  return line
    .replace(/^[#>*\-\s]+/, "")
    .trim()
    .slice(0, 100);
}

/** Reads a file of the project; null where there is none. */
export type Read = (path: string) => string | null;

const WEEK = `  { name: "week", short: "w", ms: 604_800_000 },\n`;
const WEEK_TEST = `  it("reads weeks", () => {
    assert.equal(parse("2w"), 1_209_600_000);
    assert.equal(parse("1 week 1 day"), 691_200_000);
  });

`;

/** The edits for an issue: of the sample library those that it asks for, of any project a line in its changelog. */
export function editsFor(issue: string, read: Read): Edit[] {
  const own = /\bweeks?\b/i.test(issue) ? weeks(read) : [];
  return [...own, ...changelog(titleOf(issue), read)];
}

function weeks(read: Read): Edit[] {
  return [
    insert("src/units.ts", `  { name: "day",`, WEEK, read),
    insert("src/parse.test.ts", `  it("quotes what it cannot read"`, WEEK_TEST, read),
    insert("README.md", `format(4_800_000);`, `parse("2w"); // → 1209600000\n`, read),
  ].flatMap((edit) => edit ?? []);
}

/** Puts a text before the first place where `place` stands. Null where it is there, or there is no such place. */
function insert(path: string, place: string, text: string, read: Read): Edit | null {
  const before = read(path);
  const at = before?.indexOf(place) ?? -1;
  if (before === null || at < 0 || before.includes(text)) return null;
  const line = before.slice(0, at).split("\n").length;
  return { path, before, after: before.slice(0, at) + text + before.slice(at), line };
}

function changelog(title: string, read: Read): Edit[] {
  const path = "CHANGELOG.md";
  const entry = `- ${title}\n`;
  const before = read(path);
  if (before?.includes(entry)) return [];
  const head = "# Changes\n\n";
  if (before === null) return [{ path, before, after: `${head}${entry}`, line: 1 }];
  const at = before.startsWith(head) ? head.length : 0;
  return [{ path, before, after: before.slice(0, at) + entry + before.slice(at), line: 1 }];
}

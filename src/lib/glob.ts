import { expand } from "brace-expansion";
import { RE2JS } from "re2js";

/** A pattern is refused; the message says why. */
export class GlobError extends Error {
  override readonly name = "GlobError";
}

type Segment = "**" | { text: string } | { pattern: RE2JS; hidden: boolean };

/** Position of a walk in a pattern, after the names so far. */
export type GlobState = readonly number[];

const MAX_LENGTH = 1_000;
const MAX_ALTERNATIVES = 64;
/** Folders that wildcards skip unless a pattern names them. */
const PASSED_OVER = "node_modules";

/**
 * A glob over relative paths, matched name by name: `*`, `?`, `[a-z]`, `{a,b}`, `**`. A last name without wildcards
 * takes a folder whole. Wildcards skip dot files and node_modules, unless `everything`. Matching takes linear time;
 * picomatch and minimatch back-track, and five stars in a name can block them for minutes.
 */
export class Glob {
  private readonly ways: Segment[][];

  /** Throws `GlobError` where the pattern leads outside or is too large. */
  constructor(
    readonly source: string,
    private readonly everything = false,
  ) {
    if (source.length > MAX_LENGTH) throw new GlobError(`it has more than ${MAX_LENGTH} characters`);
    this.ways = alternatives(source).map(segmentsOf);
  }

  /** The state at the start of a walk. */
  start(): GlobState[] {
    return this.ways.map((segments) => withoutFolders(segments, [0]));
  }

  /** The state after one more name; null where nothing below it can match. */
  enter(states: GlobState[], name: string): GlobState[] | null {
    const next = this.ways.map((segments, way) => step(segments, states[way] ?? [], name, this.everything));
    return next.some((state) => state.length > 0) ? next : null;
  }

  /** Whether the names so far match as a file. */
  matches(states: GlobState[]): boolean {
    return this.ways.some((segments, way) => states[way]?.some((at) => at >= segments.length) === true);
  }
}

/** The state of each pattern of a list. */
export type GlobsState = readonly (GlobState[] | null)[];

/** A list of patterns. Later ones win: `!pattern` excludes what earlier patterns take. */
export class Globs {
  private readonly globs: { glob: Glob; takes: boolean }[] = [];

  /** `refuse` is called for each pattern that is not valid. */
  constructor(patterns: string[], refuse: (pattern: string, error: GlobError) => void) {
    for (const pattern of patterns) {
      const takes = !pattern.startsWith("!");
      try {
        this.globs.push({ glob: takes ? new Glob(pattern) : new Glob(pattern.slice(1), true), takes });
      } catch (error) {
        if (!(error instanceof GlobError)) throw error;
        refuse(pattern, error);
      }
    }
  }

  /** True where no pattern takes files. */
  get isEmpty(): boolean {
    return this.wanted.length === 0;
  }

  /** The patterns that take files. */
  get wanted(): string[] {
    return this.globs.flatMap(({ glob, takes }) => (takes ? [glob.source] : []));
  }

  start(): GlobsState {
    return this.globs.map(({ glob }) => glob.start());
  }

  /** The state after one more name; null where nothing below it can be taken. */
  enter(states: GlobsState, name: string): GlobsState | null {
    const next = this.globs.map(({ glob }, index) => {
      const state = states[index];
      return state ? glob.enter(state, name) : null;
    });
    return next.some((state, index) => state && this.globs[index]?.takes) ? next : null;
  }

  /** The patterns that take the names so far as a file; empty where it is excluded. */
  takenBy(states: GlobsState): string[] {
    const matching = this.globs.filter(({ glob }, index) => {
      const state = states[index];
      return state ? glob.matches(state) : false;
    });
    if (!matching.at(-1)?.takes) return [];
    return matching.flatMap(({ glob, takes }) => (takes ? [glob.source] : []));
  }
}

function step(segments: Segment[], state: GlobState, name: string, everything: boolean): GlobState {
  const passedOver = !everything && (name.startsWith(".") || name === PASSED_OVER);
  const next = new Set<number>();
  for (const at of state) {
    const segment = segments[at];
    // The pattern ended with a name without wildcards: that is a folder, and all of it is taken.
    if (segment === undefined) {
      if (takesFolder(segments)) next.add(at);
    } else if (segment === "**") {
      if (!passedOver) next.add(at);
    } else if ("text" in segment) {
      if (segment.text === name) next.add(at + 1);
    } else if ((!passedOver || (segment.hidden && name !== PASSED_OVER)) && segment.pattern.matches(name)) {
      next.add(at + 1);
    }
  }
  return withoutFolders(segments, [...next]);
}

const takesFolder = (segments: Segment[]) => {
  const last = segments.at(-1);
  return last !== undefined && last !== "**" && "text" in last;
};

/** `**` may match no folder at all. At the end it matches the files below. */
function withoutFolders(segments: Segment[], state: number[]): number[] {
  const all = new Set(state);
  for (const at of all) if (segments[at] === "**") all.add(at + 1);
  return [...all];
}

function segmentsOf(path: string): Segment[] {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) throw new GlobError("it must be relative");
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw new GlobError("it leads out of the folder");
  if (names.length === 0) throw new GlobError("it names no file");
  const segments = names.map(segmentOf);
  // A `**` at the end means the files below, not the folder itself.
  if (segments.at(-1) === "**") segments.push({ pattern: RE2JS.compile(".*", RE2JS.DOTALL), hidden: false });
  return segments;
}

function segmentOf(name: string): Segment {
  if (name === "**") return "**";
  if (!/[*?[\\]/.test(name)) return { text: name };
  return { pattern: RE2JS.compile(patternOf(name), RE2JS.DOTALL), hidden: name.startsWith(".") };
}

function patternOf(name: string): string {
  let pattern = "";
  for (let at = 0; at < name.length; at++) {
    const char = name[at] ?? "";
    const set = char === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(name.slice(at)) : null;
    if (set) {
      const [whole, not, chars = ""] = set;
      pattern += `[${not ? "^" : ""}${chars.replace(/[\\[\]^&~]/g, "\\$&")}]`;
      at += whole.length - 1;
    } else if (char === "*") {
      if (!pattern.endsWith(".*")) pattern += ".*";
    } else if (char === "?") pattern += ".";
    else pattern += RE2JS.quote(char === "\\" ? (name[++at] ?? "\\") : char);
  }
  return pattern;
}

/** The pattern once for each choice in braces. Braces without a comma are plain characters. */
function alternatives(source: string): string[] {
  const patterns = expand(source, { max: MAX_ALTERNATIVES + 1 });
  if (patterns.length > MAX_ALTERNATIVES) throw new GlobError("its braces have too many choices");
  // The library gives nothing for an empty pattern.
  return patterns.length > 0 ? patterns : [source];
}

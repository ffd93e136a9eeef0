import { type Finder, type Found, lookAhead, nextText, type Place, placeIn, placeOf, textAt } from "./scan";

/** Lines after a failed test's name in which its reason and its place stand. */
const REASON_LINES = 60;

const ERROR_NAME = /^(?:[\w.$]*(?:Error|Exception|Failure)\b.*|assert.*)$/i;

/** A test by its name, with the reason and the place that follow. */
function failedTest(place: Place, name: string, reason = nextText(place)): Found {
  const where = lookAhead(place, REASON_LINES, (text) => (isNextTest(text) ? "stop" : placeIn(text)));
  const words = reason?.replace(/^(?:→|×|✕)\s*/, "") ?? null;
  return {
    kind: "test",
    message: words === null || words === name ? name : `${name}: ${words}`,
    ...(where ?? {}),
  };
}

const isNextTest = (text: string) =>
  /^\s*(?:FAIL |● |✖ |--- FAIL|not ok |\d{1,4}\) )/.test(text) || /^_{3,} .* _{3,}$/.test(text);

/** `FAIL  src/a.test.ts > suite > name`, with the error on the next line. */
const vitest: Finder = (place) => {
  const match = /^\s*FAIL\s+(?:\|[^|]+\|\s*|\[[^\]]+\]\s*)?(\S+\.\w+)(?: > (.+?))?(?: \[ \S+ \])?\s*$/.exec(
    place.text,
  );
  if (!match?.[1]) return null;
  const reason = nextText(place, 2);
  // Jest writes the file alone, and the tests below it.
  if (match[2] === undefined && (reason === null || !ERROR_NAME.test(reason))) return null;
  const found = failedTest(place, match[2] ?? match[1], reason);
  return found.file ? found : { ...found, file: match[1] };
};

/** `  ● suite › name`. */
const jest: Finder = (place) => {
  const match = /^ {1,4}● (?!Console\b)(.+?)\s*$/.exec(place.text);
  if (!match?.[1]) return null;
  return failedTest(place, match[1], nextText(place, 8));
};

/** `  1) [chromium] › a.spec.ts:5:5 › title ─────`. */
const playwright: Finder = (place) => {
  const match = /^\s*\d{1,4}\) (?:\[[^\]]+\] › )?([^\s:]+):(\d+):\d+ › (.+?)[\s─]*$/.exec(place.text);
  if (!match?.[3]) return null;
  const reason = lookAhead(place, 12, (text) =>
    /^\s*(?:Retry #|─)/.test(text) ? null : text.trim() || null,
  );
  return {
    kind: "test",
    message: reason === null ? match[3] : `${match[3]}: ${reason}`,
    ...placeOf(match[1], match[2]),
  };
};

/** `  1) suite`, the test's name deeper below it, then the reason. RSpec has the whole name, then `Failure/Error`. */
const numbered: Finder = (place) => {
  const match = /^ {2,4}(\d{1,4})\) (.+?):?\s*$/.exec(place.text);
  if (!match?.[2] || / › /.test(match[2])) return null;
  const rspec = /^\s+Failure\/Error:\s*(.+)$/.exec(nextText(place, 2) ? firstText(place, 2) : "");
  if (rspec?.[1]) {
    const why = lookAhead(place, 12, (text, offset) => (offset > 2 ? text.trim() || null : null));
    const at = lookAhead(place, 30, (text) => /^\s+# (?!\/)(\S+):(\d+):in/.exec(text));
    return {
      kind: "test",
      message: `${match[2]}: ${why ?? rspec[1]}`,
      ...placeOf(at?.[1], at?.[2]),
    };
  }
  // Only the list of failures goes on with a reason; the list of tests above it has one name after the other.
  const names = [match[2]];
  let offset = 1;
  while (
    offset < 6 &&
    /^ {5,}\S/.test(textAt(place, offset)) &&
    !ERROR_NAME.test(textAt(place, offset).trim())
  )
    names.push(textAt(place, offset++).trim().replace(/:$/, ""));
  const reason = lookAhead({ ...place, at: place.at + offset - 1 }, 3, (text) => text.trim() || null);
  if (reason === null || !ERROR_NAME.test(reason)) return null;
  return failedTest(place, names.join(" "), reason);
};

function firstText(place: Place, most: number): string {
  return lookAhead(place, most, (text) => (text.trim() === "" ? null : text)) ?? "";
}

/** `_____ test_name _____`, then source with `E   reason` and `file.py:5: AssertionError`. */
const pytest: Finder = (place) => {
  const match = /^_{3,} (?:ERROR (?:collecting|at \w+ of) )?(.+?) _{3,}$/.exec(place.text);
  if (!match?.[1]) return null;
  const reason = lookAhead(place, 200, (text, offset) =>
    isNextTest(text) ? "stop" : /^E\s{2,}\S/.test(text) ? { offset, text: text.slice(1).trim() } : null,
  );
  if (!reason) return null;
  const at = lookAhead(place, 200, (text, offset) =>
    isNextTest(text) && offset > reason.offset ? "stop" : /^([^\s:][^:]*\.py):(\d+): /.exec(text),
  );
  return {
    kind: "test",
    message: `${match[1]}: ${reason.text}`,
    log_line: place.lines[place.at + reason.offset]?.number ?? null,
    ...placeOf(at?.[1], at?.[2]),
  };
};

/** `FAILED tests/test_a.py::test_name - reason`, of pytest's summary. */
const pytestSummary: Finder = ({ text }) => {
  const match = /^(?:FAILED|ERROR) ([^\s:]+\.py)(?:::(\S+(?:\[.*?\])?))?(?: - (.+))?$/.exec(text);
  if (!match?.[1]) return null;
  const name = match[2]?.replaceAll("::", ".") ?? match[1];
  return { kind: "test", message: match[3] ? `${name}: ${match[3]}` : name, file: match[1] };
};

/** `--- FAIL: TestName (0.00s)`, with what it said below it, or before it under `-v`. */
const goTest: Finder = (place) => {
  const match = /^\s*--- FAIL: (\S+)/.exec(place.text);
  if (!match?.[1]) return null;
  const said = /^\s+(\S+\.go):(\d+): (.*)$/;
  const below = lookAhead(place, 40, (text) =>
    /^(?:\s*---|FAIL|ok\s|===)/.test(text) ? "stop" : said.exec(text),
  );
  // The parent of a subtest that failed has nothing to say of its own.
  if (!below && /^\s+--- FAIL/.test(textAt(place, 1))) return null;
  const above =
    below ?? lookBack(place, 40, (text) => (/^=== (?:RUN|CONT)\b/.test(text) ? "stop" : said.exec(text)));
  return {
    kind: "test",
    message: above?.[3] ? `${match[1]}: ${above[3]}` : match[1],
    ...placeOf(above?.[1], above?.[2]),
  };
};

function lookBack<T>(place: Place, most: number, pick: (text: string) => T | null | "stop"): T | null {
  for (let offset = 1; offset <= Math.min(most, place.at); offset++) {
    const picked = pick(textAt(place, -offset));
    if (picked === "stop") return null;
    if (picked !== null) return picked;
  }
  return null;
}

/** `thread 'tests::name' panicked at src/lib.rs:10:9:`, with the reason on the next line, or before the place. */
const rustPanic: Finder = (place) => {
  const match = /^thread '(.+?)'(?: \(\d+\))? panicked at (?:'(.*)', )?([^\s:']+\.rs):(\d+):\d+:?$/.exec(
    place.text,
  );
  if (!match?.[1]) return null;
  const reason = match[2] ?? nextText(place, 1) ?? "panicked";
  const more = /^assertion .* failed$/.test(reason)
    ? [textAt(place, 2), textAt(place, 3)]
        .map((text) => text.trim())
        .filter((text) => /^(?:left|right):/.test(text))
    : [];
  const kind = match[1] === "main" ? "exception" : "test";
  const words = [reason, ...more].join(", ");
  return {
    kind,
    message: kind === "test" ? `${match[1]}: ${words}` : words,
    ...placeOf(match[3], match[4]),
  };
};

/** `[ERROR] a.b.RoundTest.half -- Time elapsed: 0.01 s <<< FAILURE!`, of Maven's Surefire. */
const surefire: Finder = (place) => {
  const match =
    /^(?:\[ERROR\]\s+)?([\w.$]+(?:\.\w+|\([\w.$]+\)))\S*\s+(?:--\s+)?Time elapsed: .*<<< (?:FAILURE|ERROR)!/.exec(
      place.text,
    );
  if (!match?.[1]) return null;
  const at = lookAhead(place, 20, (text) =>
    /^\s+at (?!org\.junit|java\.|jdk\.)[\w.$/]+\((\w+\.(?:java|kt|scala)):(\d+)\)/.exec(text),
  );
  return {
    kind: "test",
    message: `${match[1].split(".").slice(-2).join(".")}: ${nextText(place, 1) ?? "failed"}`,
    ...placeOf(at?.[1], at?.[2]),
  };
};

/** `RoundTest > half() FAILED`, of Gradle. */
const gradle: Finder = (place) => {
  const match = /^(\S.* > .+) FAILED$/.exec(place.text);
  if (!match?.[1]) return null;
  const at = lookAhead(place, 12, (text) =>
    /\((\w+\.(?:java|kt|scala|groovy)):(\d+)\)| at (\w+\.(?:java|kt)):(\d+)/.exec(text),
  );
  const reason = nextText(place, 1)?.replace(/ at \w+\.(?:java|kt):\d+$/, "");
  return {
    kind: "test",
    message: reason ? `${match[1]}: ${reason}` : match[1],
    ...placeOf(at?.[1] ?? at?.[3], at?.[2] ?? at?.[4]),
  };
};

/** `not ok 3 - name`, with a YAML block below it. A test whose subtests failed is left to them. */
const tap: Finder = (place) => {
  const match = /^\s*not ok \d+(?: -)?(?: (.*?))?\s*$/.exec(place.text);
  if (!match || /# (?:TODO|SKIP)\b/i.test(match[1] ?? "")) return null;
  const value = (key: string) =>
    lookAhead(place, 30, (text) =>
      /^\s*(?:\.\.\.|(?:not )?ok \d)/.test(text)
        ? "stop"
        : (new RegExp(`^\\s+${key}: (?:\\|-?|>-?)?\\s*['"]?(.*?)['"]?\\s*$`).exec(text)?.[1] ?? null),
    );
  const said = value("error") ?? value("message");
  if (said !== null && /^\d+ subtests? failed/.test(said)) return null;
  const reason = said === "" ? blockOf(place) : said;
  const at = /^(.*?):(\d+)(?::\d+)?$/.exec(value("location") ?? value("at") ?? "");
  const name = match[1] || "a test";
  return {
    kind: "test",
    message: reason ? `${name}: ${reason}` : name,
    ...placeOf(at?.[1], at?.[2]),
  };
};

/** The beginning of the block behind `error: |-`. */
function blockOf(place: Place): string | null {
  const begins = (text: string) => /^\s+(?:error|message): [|>]-?\s*$/.test(text);
  const at = lookAhead(place, 30, (text, offset) => (begins(text) ? offset : null));
  return at === null ? null : sentenceAt({ ...place, at: place.at + at });
}

/** The next text, with the one behind it where it ends with a colon. */
function sentenceAt(place: Place): string | null {
  const found = lookAhead(place, 4, (text, offset) =>
    text.trim() === "" ? null : { text: text.trim(), offset },
  );
  if (!found?.text.endsWith(":")) return found?.text ?? null;
  const rest = nextText({ ...place, at: place.at + found.offset });
  return rest === null ? found.text : `${found.text} ${rest}`;
}

/** `✖ name (1.2ms)` of Node's own runner, where the reason follows at once, as below "failing tests". */
const nodeTest: Finder = (place) => {
  const match = /^\s*✖ (.+?) \([\d.]+ms\)$/.exec(place.text);
  if (!match?.[1]) return null;
  const reason = textAt(place, 1).trim();
  if (!ERROR_NAME.test(reason)) return null;
  const at = /^test at (?:file:\/\/)?(.+?):(\d+):\d+$/.exec(textAt(place, -1).trim());
  const found = failedTest(place, match[1], sentenceAt(place));
  return { ...found, ...(at ? placeOf(at[1], at[2]) : {}) };
};

export const TEST_FINDERS: readonly Finder[] = [
  playwright,
  vitest,
  jest,
  numbered,
  pytest,
  pytestSummary,
  goTest,
  rustPanic,
  surefire,
  gradle,
  tap,
  nodeTest,
];

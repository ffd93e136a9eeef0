import { type Finder, isForeign, lookAhead, type Place, placeIn, placeOf, textAt } from "./scan";

const STACK_LINES = 40;

/** `TypeError: x is not a function`, then lines with `at `. */
const javascript: Finder = (place) => {
  const match =
    /^(?:Uncaught |Unhandled \w+: )?((?:[A-Z][\w$]*)?(?:Error|Exception)(?: \[[\w-]+\])?(?:: .*)?)$/.exec(
      place.text,
    );
  if (!match?.[1] || !hasStack(place, /^\s+at (?:async )?\S.*:\d+:\d+\)?$/)) return null;
  const at = lookAhead(place, STACK_LINES, (text) => (/^\s+at /.test(text) ? placeIn(text) : null));
  return { kind: "exception", message: match[1], ...(at ?? {}) };
};

/** True where a line of a stack follows, maybe behind further lines of the message. */
function hasStack(place: Place, frame: RegExp): boolean {
  return (
    lookAhead(place, 12, (text) => (text.trim() === "" ? "stop" : frame.test(text) ? true : null)) === true
  );
}

/** `Traceback (most recent call last):` up to the first line that is not indented. */
const python: Finder = (place) => {
  if (!/^(?:\s*\+ Exception Group )?Traceback \(most recent call last\):$/.test(place.text.trim()))
    return null;
  const indent = place.text.length - place.text.trimStart().length;
  let at: { file: string; line: string } | null = null;
  const end = lookAhead(place, 400, (text, offset) => {
    const frame = /^\s+File "(.+?)", line (\d+)/.exec(text);
    if (frame?.[1] && frame[2] && !isForeign(frame[1])) at = { file: frame[1], line: frame[2] };
    return text.trim() !== "" && text.length - text.trimStart().length <= indent
      ? { text: text.trim(), offset }
      : null;
  });
  if (!end) return null;
  const where = at as { file: string; line: string } | null;
  return {
    kind: "exception",
    message: end.text,
    log_line: place.lines[place.at + end.offset]?.number ?? null,
    ...placeOf(where?.file, where?.line),
  };
};

/** `Exception in thread "main" java.lang.IllegalStateException: …`, then frames of Java. */
const java: Finder = (place) => {
  const match =
    /^(?:Exception in thread ".*?" |Caused by: )?((?:[a-z_]\w*\.)+[A-Z][\w$]*(?:Exception|Error)(?:: .*)?)$/.exec(
      place.text,
    );
  const frame = /^\s+at [\w.$/<>@-]+\((.*)\)$/;
  if (!match?.[1] || !hasStack(place, frame)) return null;
  const at = lookAhead(place, STACK_LINES, (text) =>
    /^\s+at (?!java\.|jdk\.|sun\.|org\.junit|org\.gradle)[\w.$/<>@-]+\((\w+\.(?:java|kt|scala|groovy)):(\d+)\)/.exec(
      text,
    ),
  );
  return { kind: "exception", message: match[1], ...placeOf(at?.[1], at?.[2]) };
};

/** `panic: …`, then `goroutine 1 [running]:`. */
const goPanic: Finder = (place) => {
  const match = /^(?:panic|fatal error): (.+)$/.exec(place.text);
  if (!match?.[1] || !lookAhead(place, 8, (text) => (/^goroutine \d+ /.test(text) ? true : null)))
    return null;
  const at = lookAhead(place, STACK_LINES, (text) => {
    const frame = /^\s+(\S+\.go):(\d+)/.exec(text);
    return frame?.[1] && !/\/(?:runtime|testing)\//.test(frame[1]) && !isForeign(frame[1]) ? frame : null;
  });
  return { kind: "exception", message: match[1], ...placeOf(at?.[1], at?.[2]) };
};

/** ``a.rb:5:in 'foo': message (RuntimeError)``. */
const ruby: Finder = ({ text }) => {
  const match = /^(\S+\.rb):(\d+):in [`'].+?': (.+ \([A-Z][\w:]*\))$/.exec(text);
  if (!match?.[3]) return null;
  return { kind: "exception", message: match[3], ...placeOf(match[1], match[2]) };
};

/** `PHP Fatal error:  Uncaught Exception: … in /a.php:5`. */
const php: Finder = ({ text }) => {
  const match =
    /^(?:PHP )?(?:Fatal|Parse) error: +(?:Uncaught )?(.+?) in (\S+\.php)(?::| on line )(\d+)/.exec(text);
  if (!match?.[1]) return null;
  return { kind: "exception", message: match[1], ...placeOf(match[2], match[3]) };
};

/** What make, npm and others say because something below them has failed. */
const ECHO =
  /^npm (?:ERR!|error) (?:code (?:ELIFECYCLE|\d+)|errno|syscall|path|cwd|workspace|location|command|signal|Lifecycle|A complete log|\s*$|Exit status|in workspace|\S+@\S+ \w+:)|\bcommand failed with exit code\b|^error: (?:could not compile|test failed|aborting due to|script ".*" (?:exited|was))|^error Command failed|ELIFECYCLE|^ERROR: process ".*" did not complete|Process completed with exit code/i;

/** Lines that call themselves an error. */
const message: Finder = ({ text, ...place }) => {
  const words = text.trim();
  if (ECHO.test(words)) return null;
  const npm = /^npm (?:ERR!|error) (?:code |\d+ |notarget |404 +)?(.+)$/.exec(words);
  const said =
    /^(?:\[?\d[\d:.TZ,/ -]*\]? )?(?:\S{1,40}: )?\[?(?:error|fatal|fatal error|panic|critical)\]?(?:\[\w+\])?(?::|!| -)\s*\S/i.test(
      words,
    ) ||
    /^(?:E: |\[ERROR\] |\[FATAL\] |ERROR |FATAL |error )\S/.test(words) ||
    /^[\w./-]+: (?:line )?\d+: .+: (?:command )?not found$/.test(words) ||
    /^(?:curl: \(\d+\) |[\w./-]+: cannot (?:access|open|stat|create) |[\w./-]+: .*(?:No such file or directory|Permission denied)$)/.test(
      words,
    ) ||
    /^[A-Z]\w*(?:Error|Exception): \S/.test(words);
  if (npm?.[1]) return { kind: "message", message: npm[1] };
  if (!said) return null;
  const at = placeIn(textAt({ text, ...place }, 0));
  return { kind: "message", message: words, ...(at ?? {}) };
};

export const EXCEPTION_FINDERS: readonly Finder[] = [javascript, python, java, goPanic, ruby, php];
export const MESSAGE_FINDERS: readonly Finder[] = [message];

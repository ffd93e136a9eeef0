/** Fields of an error that hold no user data. */
const TELLING = [
  "code",
  "severity",
  "schema",
  "table",
  "column",
  "constraint",
  "routine",
  "syscall",
  "status",
  "retry_after",
];
const MAX_CAUSES = 5;

type Plain = Record<string, unknown>;

/**
 * An error for the log: kind, message, stack and causes, without the parameters of statements. Drizzle puts these into
 * its message, and Postgres quotes values that it refuses.
 */
export function safeError(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return typeof thrown === "object" && thrown !== null ? undefined : thrown;
  const fields = thrown as Error & Plain;
  const message = safeMessage(fields);
  const plain: Plain = { type: thrown.name, message, stack: `${thrown.name}: ${message}${framesOf(thrown)}` };
  for (const name of TELLING) if (fields[name] !== undefined) plain[name] = fields[name];
  if (thrown.cause !== undefined && depth < MAX_CAUSES) plain.cause = safeError(thrown.cause, depth + 1);
  if (thrown instanceof AggregateError && depth < MAX_CAUSES)
    plain.errors = thrown.errors.map((each) => safeError(each, depth + 1));
  return plain;
}

function safeMessage({ message, query, code, severity }: Error & Plain): string {
  if (typeof query === "string" && message.startsWith("Failed query: ")) return `Failed query: ${query}`;
  // Postgres quotes names like values, so all quoted parts are removed.
  if (typeof severity === "string" && typeof code === "string")
    return message.replace(/"(?:[^"]|"")*"/g, '"…"');
  return message;
}

/** The stack without its first lines, which repeat the message. */
function framesOf({ stack = "" }: Error): string {
  return stack
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => `\n${line}`)
    .join("");
}

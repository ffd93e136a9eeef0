/** Fields of an error that tell what and where, and hold nothing of anybody's data. */
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
 * An error for the log: its kind, message, stack and causes, without the values that a statement was given. Those
 * stand in Drizzle's message, and in what Postgres says of a value that it cannot take.
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
  // Its names stand in quotes as values do, so all of them go.
  if (typeof severity === "string" && typeof code === "string")
    return message.replace(/"(?:[^"]|"")*"/g, '"…"');
  return message;
}

/** Only the lines that name a place: the first ones repeat the message. */
function framesOf({ stack = "" }: Error): string {
  return stack
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => `\n${line}`)
    .join("");
}

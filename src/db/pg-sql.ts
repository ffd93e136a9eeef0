import {
  type Client,
  DatabaseError,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
  type QueryResult,
  types,
} from "pg";
import postgres from "postgres";
import { logger } from "../lib/logger";
import { isClosing } from "./closing";
import { PgListener } from "./pg-listener";
import { compile, type Fragment, Helper } from "./sql-text";

/*
 * postgres.js's interface (Drizzle and our own SQL are written for it) over node-postgres's connections.
 * postgres.js itself does not outlive a server that is killed: queries stay unanswered for good, a
 * transaction's statements go on over the connection that took its place, outside any transaction, or the
 * process ends by an error in a timer. All three were seen within four kills.
 */

/** Names a statement for a connection to prepare once; texts beyond this many are not prepared. */
const MAX_PREPARED = 500;
const prepared = new Map<string, string>();

type Executor = <T>(work: (client: Client) => Promise<T>) => Promise<T>;
type Row = Record<string, unknown>;
type Rows = unknown[] & { count: number; command: string };

/** Opens a pool; connects when first asked. */
export function openPgSql(config: PoolConfig & { connectionString: string }): postgres.Sql {
  // Pipelined: statements that a transaction sends together cost one round trip.
  const settings: PoolConfig = { ...config, pipeline: true, types: { getTypeParser } };
  const pool = new Pool(settings);
  const onLost = (error: Error) => logger.debug({ err: error }, "a database connection was lost");
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  const listener = new PgListener({ ...settings });

  const execute: Executor = async (work) => {
    const client = await pool.connect().catch(fail);
    return lend(client, work);
  };
  const sql = makeSql(execute, {
    // Drizzle sets its parsers here, and a session of its own is opened with them; nothing else reads them.
    options: postgres(config.connectionString, { max: 1 }).options,
    begin: (...given: unknown[]) => execute((client) => transaction(client, bodyOf(given))),
    /** One connection, closed when it is released: what a session holds ends with it. */
    reserve: async () => {
      const client = await pool.connect().catch(fail);
      return makeSql((work) => work(client), { release: () => client.release(true) });
    },
    listen: (channel: string, onMessage: (payload: string) => void, onListen?: () => void) =>
      listener.listen(channel, onMessage, onListen),
    notify: (channel: string, payload: string) => sql`select pg_notify(${channel}, ${payload})`,
    end: async ({ timeout }: { timeout?: number } = {}) => {
      await Promise.race([
        Promise.all([listener.end(), pool.end()]),
        new Promise((resolve) => setTimeout(resolve, (timeout ?? 60) * 1_000).unref()),
      ]);
    },
  });
  return sql;
}

const gathering = new WeakSet<Client>();

/** Has a connection write what it is given in this turn at once: a system call, and a wake-up of the server, less each. */
function gather(client: Client): void {
  if (gathering.has(client)) return;
  const { stream } = client.connection;
  gathering.add(client);
  stream.cork();
  process.nextTick(() => {
    gathering.delete(client);
    stream.uncork();
  });
}

/** Sends a statement; what is sent in one turn leaves together. */
function send(client: Client, query: string | QueryConfig): Promise<QueryResult> {
  gather(client);
  return client.query(query).catch(fail);
}

/** What a client is still to answer, for which nobody waits. */
const unanswered = new WeakMap<Client, Promise<unknown>>();

/** Gives the client back afterwards; one whose connection failed is closed. */
async function lend<T>(client: PoolClient, work: (client: Client) => Promise<T>): Promise<T> {
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    broken = !(error instanceof DatabaseError) || error.severity === "FATAL";
    throw error;
  } finally {
    const rest = unanswered.get(client);
    unanswered.delete(client);
    if (!rest || broken) client.release(broken);
    else void rest.then(() => client.release());
  }
}

type TransactionBody = (sql: postgres.Sql) => Promise<unknown>;

function bodyOf(given: unknown[]): TransactionBody {
  return given.at(-1) as TransactionBody;
}

async function transaction(client: Client, body: TransactionBody): Promise<unknown> {
  // Not waited for: it leaves with the first statement, which fails where it does.
  const began = send(client, "begin");
  began.catch(() => {});
  try {
    const result = await body(scoped(client));
    const last = isClosing(result) ? result.statements : [];
    // The commit is sent behind them without a wait; where one has failed it undoes the transaction.
    const closing = last.map((statement) => send(client, prepare(statement)));
    const committed = send(client, "commit");
    if (isClosing(result) && result.behind) {
      const answered = send(client, prepare(result.behind)).catch(() => {});
      unanswered.set(client, answered);
    }
    await Promise.all([began, ...closing, committed]);
    const { command } = await committed;
    if (command === "ROLLBACK") throw new Error("the transaction had failed and was rolled back");
    return result;
  } catch (error) {
    await send(client, "rollback").catch(() => {});
    throw error;
  }
}

/** The statements of one transaction, all on its own connection. */
function scoped(client: Client, depth = 0): postgres.Sql {
  return makeSql((work) => work(client), {
    savepoint: async (...given: unknown[]) => {
      const name = `s${depth}`;
      await send(client, `savepoint ${name}`);
      try {
        return await bodyOf(given)(scoped(client, depth + 1));
      } catch (error) {
        await send(client, `rollback to ${name}`);
        throw error;
      }
    },
  });
}

function makeSql(execute: Executor, more: Row): postgres.Sql {
  const tagged = (first: unknown, ...args: unknown[]) =>
    isTemplate(first)
      ? new PgQuery(execute, { strings: first, args }, true)
      : new Helper(first as string | readonly unknown[]);
  // Whatever Drizzle says: its `prepare` is false for every statement that has no name of its own.
  const unsafe = (text: string, values: unknown[] = []) =>
    new PgQuery(execute, { text, values }, values.length > 0);
  // The part of postgres.js's interface that is used here, by Drizzle and by us; its type says more.
  return Object.assign(tagged, { unsafe, ...more }) as unknown as postgres.Sql;
}

/** Runs once it is awaited; until then it can be a part of another query. */
class PgQuery implements PromiseLike<Rows>, Fragment {
  readonly strings: readonly string[];
  readonly args: readonly unknown[];
  private running: Promise<Rows> | undefined;
  private asArrays = false;

  constructor(
    private readonly executor: Executor,
    private readonly given: Fragment | { text: string; values: unknown[] },
    private readonly prepare: boolean,
  ) {
    this.strings = "strings" in given ? given.strings : [given.text];
    this.args = "strings" in given ? given.args : [];
  }

  /** Rows as arrays of values, in the order of the columns. */
  values(): this {
    this.asArrays = true;
    return this;
  }

  execute(): Promise<Rows> {
    this.running ??= this.run();
    return this.running;
  }

  // biome-ignore lint/suspicious/noThenProperty: a query is awaited, as postgres.js's are.
  then<A = Rows, B = never>(
    onValue?: ((value: Rows) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.execute().then(onValue, onError);
  }

  catch<B>(onError: (reason: unknown) => B | PromiseLike<B>): Promise<Rows | B> {
    return this.execute().catch(onError);
  }

  finally(onEnd: () => void): Promise<Rows> {
    return this.execute().finally(onEnd);
  }

  private async run(): Promise<Rows> {
    const { text, values } = "strings" in this.given ? compile(this.given, isFragment) : this.given;
    const config = {
      ...(this.prepare ? prepare({ text, values }) : { text, values }),
      ...(this.asArrays ? { rowMode: "array" as const } : {}),
    };
    const result = await this.executor((client) => send(client, config));
    return toRows(result);
  }
}

function isTemplate(value: unknown): value is TemplateStringsArray {
  return Array.isArray(value) && "raw" in value;
}

function isFragment(value: unknown): value is Fragment {
  return value instanceof PgQuery;
}

function toRows({ rows, rowCount, command }: QueryResult): Rows {
  // Not enumerable: the rows compare and print as a plain array.
  Object.defineProperties(rows, { count: { value: rowCount ?? 0 }, command: { value: command } });
  return rows as unknown as Rows;
}

function prepare(statement: { text: string; values: unknown[] }) {
  const name = nameOf(statement.text);
  return name === undefined ? statement : { ...statement, name };
}

function nameOf(text: string): string | undefined {
  let name = prepared.get(text);
  if (name === undefined && prepared.size < MAX_PREPARED) {
    name = `phaseboard_${prepared.size}`;
    prepared.set(text, name);
  }
  return name;
}

/** A fault of the connection has a code, so that callers can tell it from what the server refused. */
function fail(error: unknown): never {
  if (error instanceof Error && !("code" in error && error.code)) {
    Object.assign(error, { code: "CONNECTION_CLOSED" });
  }
  throw error;
}

const { builtins } = types;
/** Times stay as Postgres writes them; the schema's columns and the queries make them ISO strings. */
const AS_TEXT = new Set<number>([
  builtins.DATE,
  builtins.TIME,
  builtins.TIMETZ,
  builtins.TIMESTAMP,
  builtins.TIMESTAMPTZ,
  builtins.INTERVAL,
]);

function getTypeParser(oid: number, format?: "text" | "binary") {
  return AS_TEXT.has(oid) ? (value: string) => value : types.getTypeParser(oid, format);
}

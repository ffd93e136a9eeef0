import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

const dialect = new PgDialect();
/** Known in every copy of this module: the web process has one in each of its bundles, and one connection. */
const MARK = Symbol.for("phaseboard.closing");

/** True for one of any copy of this module. */
export const isClosing = (value: unknown): value is Closing<unknown> =>
  typeof value === "object" && value !== null && MARK in value;

export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * What a transaction's body gives to have its last statements leave together with the commit, in one round
 * trip. Where one of them fails nothing is committed, so what they have to be sure of they check themselves.
 * `behind` leaves with them too and runs behind the commit, whatever has become of it; nobody waits for its answer.
 */
export class Closing<T> {
  readonly [MARK] = true;
  readonly statements: Statement[];

  constructor(
    readonly value: T,
    statements: SQL[],
    readonly behind?: Statement,
  ) {
    this.statements = statements.map(toStatement);
  }
}

function toStatement(statement: SQL): Statement {
  const { sql: text, params: values } = dialect.sqlToQuery(statement);
  return { text, values };
}

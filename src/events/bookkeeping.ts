import type { Caller } from "../auth/scope";
import type { Db } from "../db/client";

/**
 * The caller's database with leave to write what is nobody's deed: notes of files that are to go, counters of tries,
 * how far somebody has read, and what is read anew from a folder. What a person does goes by `transact`.
 */
export const bookkeepingOf = ({ db }: Pick<Caller, "db">): Db => db as Db;

import { basename } from "node:path";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { missingNames } from "../../../engine/definition/missing-names";
import { tooMany } from "../../../lib/errors";
import { compileSource, newPath } from "../compile-source";
import { definitionTypeOf } from "../files";
import { namesOf } from "../project-names";
import type { CheckDefinitionInput, DefinitionCheck } from "../schema";

/** How many texts in TypeScript a person may have checked at once; each takes a process. */
const MAX_AT_ONCE = 2;
/** How many of a person's checks of TypeScript are under way. */
const checks = new Map<string, number>();

/**
 * Says what is wrong with a text, by the code that reads definitions, and keeps nothing. Throws TOO_MANY_REQUESTS where
 * the caller has more checks of TypeScript under way than an editor would.
 */
export async function checkDefinition(
  caller: Caller,
  { project_id, source, type, path = newPath(type) }: CheckDefinitionInput,
): Promise<DefinitionCheck> {
  // Reading TypeScript runs it, as a save would: hence the same right.
  const scope = await authorizeProject(caller, project_id, "definition:write");
  const check = async () => {
    const compiled = await compileSource(caller.db, scope, { path, source });
    return "faults" in compiled ? compiled.faults : [];
  };
  if (definitionTypeOf(basename(path)) === "code") {
    const faults = await inTurn(caller.actor.user_id, check);
    return { valid: faults.length === 0, faults, warnings: [] };
  }
  const [faults, { agents, secrets }] = await Promise.all([check(), namesOf(caller, scope)]);
  const names = { agents: agents?.map(({ name }) => name) ?? null, secrets };
  const isText = faults.every((fault) => fault.path !== "");
  return {
    valid: faults.length === 0,
    faults,
    // A text that is no YAML has its faults told once.
    warnings: isText ? missingNames(source, path, names) : [],
  };
}

async function inTurn<T>(user_id: string, work: () => Promise<T>): Promise<T> {
  const count = checks.get(user_id) ?? 0;
  if (count >= MAX_AT_ONCE) throw tooMany(`At most ${MAX_AT_ONCE} of your texts are checked at once.`, 1_000);
  checks.set(user_id, count + 1);
  try {
    return await work();
  } finally {
    const left = (checks.get(user_id) ?? 1) - 1;
    if (left > 0) checks.set(user_id, left);
    else checks.delete(user_id);
  }
}

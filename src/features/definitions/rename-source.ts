import { isMap, isScalar, parseDocument, stringify } from "yaml";
import type { ProjectScope } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import { AppError } from "../../lib/errors";
import { compileOrRefuse } from "./compile-source";

const NO_NAME = "The file has no name that can be exchanged. Write it into the file.";

const refuse = () =>
  new AppError("BAD_REQUEST", NO_NAME, [{ path: "name", message: "cannot be written into the file" }]);

/**
 * The definition's source with another name. Throws BAD_REQUEST where the name is not written as one value, and in
 * TypeScript where what is loaded has not got it.
 */
export async function withName(
  db: ReadDb,
  scope: ProjectScope,
  { path, type, source, name: before }: { path: string; type: "yaml" | "code"; source: string; name: string },
  name: string,
): Promise<string> {
  if (type === "yaml") return renamedSource(source, name);
  const renamed = renamedCode(source, before, name);
  const { definition } = await compileOrRefuse(db, scope, { path, source: renamed });
  if (definition.name !== name) throw refuse();
  return renamed;
}

/** The first text behind `name:` that is the definition's name, exchanged. */
function renamedCode(source: string, before: string, name: string): string {
  for (const found of source.matchAll(NAMED)) {
    const [whole, head = "", , text = ""] = found;
    if (text.replaceAll(/\\(.)/g, "$1") !== before) continue;
    return (
      source.slice(0, found.index) + head + JSON.stringify(name) + source.slice(found.index + whole.length)
    );
  }
  throw refuse();
}

const NAMED = /(?<![\w$.])(name\s*:\s*)(["'`])((?:\\.|(?!\2)[^\\])*)\2/g;

/**
 * A definition's YAML with another name; everything else keeps its form, also comments. Throws BAD_REQUEST where the
 * name is not written as one value.
 */
function renamedSource(source: string, name: string): string {
  const { contents } = parseDocument(source);
  const value = isMap(contents) ? contents.get("name", true) : undefined;
  if (isScalar(value) && value.range && value.type && !value.type.startsWith("BLOCK")) {
    const [start, end] = value.range;
    for (const text of [stringify(name, { lineWidth: 0 }).trimEnd(), JSON.stringify(name)]) {
      const renamed = source.slice(0, start) + text + source.slice(end);
      const read = parseYamlDefinition(renamed, "source");
      // A plain name may mean something else where it stands, as in a map on one line.
      if (!read.ok || read.definition.name === name) return renamed;
    }
  }
  throw refuse();
}

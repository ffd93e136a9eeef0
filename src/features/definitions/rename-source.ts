import { isMap, isScalar, parseDocument, stringify } from "yaml";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import { AppError } from "../../lib/errors";

/**
 * A definition's YAML with another name; everything else keeps its form, also comments. Throws BAD_REQUEST where the
 * name is not written as one value.
 */
export function renamedSource(source: string, name: string): string {
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
  throw new AppError("BAD_REQUEST", "The file has no name that can be exchanged. Write it into the file.", [
    { path: "name", message: "cannot be written into the file" },
  ]);
}

import { AppError } from "../../../lib/errors";

const FLAG = /^is_template:.*(\n|$)/m;
const NAME = /^(name|"name"|'name') *:/m;

/**
 * A definition's YAML with `is_template: true` added or removed; everything else keeps its form. Throws
 * BAD_REQUEST if the YAML is written in a form to which no line can be added.
 */
export function asTemplate(source: string, offered: boolean): string {
  const plain = source.replace(FLAG, "");
  if (!offered) return plain;
  if (!NAME.test(plain)) {
    throw new AppError(
      "BAD_REQUEST",
      "The file has no line that begins with name:. Write is_template: true into it.",
    );
  }
  return plain.replace(NAME, (name) => `is_template: true\n${name}`);
}

import { AppError } from "../../../lib/errors";

const FLAG = /^is_template:.*(\n|$)/m;
const NAME = /^(name|"name"|'name') *:/m;

/**
 * A definition's YAML with `is_template: true`, or without it; all else stays as it was written. Throws
 * BAD_REQUEST where it is written in a form in which no line can be added.
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

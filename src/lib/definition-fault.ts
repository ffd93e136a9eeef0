/** One fault in a definition's file. Lines and columns count from 1. */
export interface DefinitionFault {
  /** The file's name as given to the parser, such as `.agent/workflows/definitions/ship.yaml`. */
  file: string;
  line: number;
  column: number;
  /** For people: what was expected at `path`, and what was found. */
  message: string;
  /** The place in the definition, such as `steps[2].timeout`; empty for the whole file. */
  path: string;
  /** What is expected, such as `a whole number from 1 to 20`; null where several things are. */
  expected: string | null;
}

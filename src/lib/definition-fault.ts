/** One thing wrong with a definition's file. Lines and columns count from 1. */
export interface DefinitionFault {
  /** As it was given to the parser, for example `.agent/workflows/definitions/ship.yaml`. */
  file: string;
  line: number;
  column: number;
  /** For people: what was expected at `path` and what was found. */
  message: string;
  /** As in `steps[2].timeout`; empty for the file as a whole. */
  path: string;
  /** What may stand there, as in `a whole number from 1 to 20`; null where no one thing is expected. */
  expected: string | null;
}

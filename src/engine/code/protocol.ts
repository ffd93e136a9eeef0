/** What a definition in TypeScript says of itself. */
export interface CodeDescription {
  name: string;
  description: string;
  phases: string[];
  args_schema: Record<string, unknown> | null;
  is_template: boolean;
}

/** A place in the author's file; lines and columns count from 1. */
export interface CodeFault {
  /** Absolute; null where it is not known. */
  file: string | null;
  line: number;
  column: number;
  message: string;
}

/** Asks the host to bundle a file and to say what it defines. */
export interface LoadRequest {
  do: "load";
  /** Absolute. */
  file: string;
  /** The project's folder. */
  root: string;
}

export type LoadAnswer =
  | { ok: true; bundle: string; description: CodeDescription }
  | { ok: false; faults: CodeFault[] };

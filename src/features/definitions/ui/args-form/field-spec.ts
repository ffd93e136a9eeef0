/** Kind of control, with the facts that it needs. */
export type Shape =
  | {
      kind: "text";
      input: "text" | "password" | "email" | "url";
      multiline: boolean;
      min: number;
      max: number | null;
    }
  | { kind: "time"; format: "date" | "date-time" | "time" }
  | { kind: "number"; integer: boolean; fault: (value: number) => string | null }
  | { kind: "boolean" }
  | { kind: "choice"; options: Option[] }
  | { kind: "lines"; min: number; max: number | null }
  | { kind: "choices"; options: Option[]; min: number; max: number | null }
  | { kind: "group"; fields: FieldSpec[] }
  | { kind: "list"; item: FieldSpec; min: number; max: number | null }
  | { kind: "json" };

/** One option; `value` is its constant as JSON, so that `1` and `"1"` differ. */
export interface Option {
  value: string;
  label: string;
}

/** One field of the form: a control for a part of a JSON Schema, or raw JSON if no control fits. */
export type FieldSpec = {
  key: string;
  label: string;
  hint: string | null;
  required: boolean;
  /** The value may be null and the control offers that. A choice has null among its options instead. */
  nullable: boolean;
  /** The schema's `default`; undefined if it has none. */
  initial: unknown;
} & Shape;

/** Null: the definition takes no args. `json`: all args are edited as one JSON text. */
export type ArgsSpec = { kind: "fields"; fields: FieldSpec[] } | { kind: "json"; initial: unknown } | null;

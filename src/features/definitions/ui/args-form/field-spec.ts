/** What kind of control it takes, and what that one needs to know. */
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

/** `value` is the constant as JSON, which keeps `1` and `"1"` apart. */
export interface Option {
  value: string;
  label: string;
}

/** A JSON Schema as this form can draw it: one control a field, or raw JSON where it cannot. */
export type FieldSpec = {
  key: string;
  label: string;
  hint: string | null;
  required: boolean;
  /** It may be null, and its control has a way to say so. A choice has that among its options. */
  nullable: boolean;
  /** What the schema gives as `default`; undefined where it gives none. */
  initial: unknown;
} & Shape;

/** Null: there is nothing to ask. `json`: the whole of the args is edited as text. */
export type ArgsSpec = { kind: "fields"; fields: FieldSpec[] } | { kind: "json"; initial: unknown } | null;

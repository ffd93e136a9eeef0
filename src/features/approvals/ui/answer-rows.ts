import { argsSpec } from "../../definitions/ui/args-form/spec";

export interface AnswerRow {
  key: string;
  label: string;
  text: string;
}

/** The filled-in fields of a form's answer with the form's labels; empty fields are left out. */
export function answerRows(answer: unknown, form: Record<string, unknown> | null): AnswerRow[] {
  if (typeof answer !== "object" || answer === null) return [];
  const spec = argsSpec(form);
  const labels = new Map(spec?.kind === "fields" ? spec.fields.map((field) => [field.key, field.label]) : []);
  return Object.entries(answer).map(([key, value]) => ({
    key,
    label: labels.get(key) ?? key,
    text: typeof value === "string" ? value : JSON.stringify(value),
  }));
}

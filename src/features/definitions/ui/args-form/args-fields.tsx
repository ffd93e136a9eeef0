"use client";

import { CheckboxField, TextareaField, TextField } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import { SelectField } from "../../../../components/select";
import type { FieldFault } from "../../../../lib/errors";
import { type Draft, type DraftFields, faultAt, optionValue } from "./draft";
import type { ArgsSpec, FieldSpec } from "./spec";

const ARGS = {
  label: "Args",
  hint: "As a JSON object; the definition's schema is too free for single fields.",
};

/** The controls of a JSON Schema, each with its fault; `words` name the one control where it is asked as JSON. */
export function ArgsFields({
  spec,
  draft,
  onDraftChange,
  whole,
  onWholeChange,
  faults,
  words = ARGS,
}: {
  spec: NonNullable<ArgsSpec>;
  draft: DraftFields;
  onDraftChange: (draft: DraftFields) => void;
  /** The text, where the args are edited as JSON as a whole. */
  whole: string;
  onWholeChange: (text: string) => void;
  faults: FieldFault[];
  words?: { label: string; hint: string };
}) {
  if (spec.kind === "json") {
    return (
      <TextareaField
        {...words}
        mono
        rows={8}
        spellCheck={false}
        value={whole}
        onChange={(event) => onWholeChange(event.currentTarget.value)}
        error={faultAt(faults, "args")}
      />
    );
  }
  return (
    <>
      <Fields fields={spec.fields} draft={draft} onChange={onDraftChange} path="args" faults={faults} />
      <FormError message={faultAt(faults, "args", false)} />
    </>
  );
}

function Fields({
  fields,
  draft,
  onChange,
  path,
  faults,
}: {
  fields: FieldSpec[];
  draft: DraftFields;
  onChange: (draft: DraftFields) => void;
  path: string;
  faults: FieldFault[];
}) {
  return fields.map((field) => (
    <ArgField
      key={field.key}
      spec={field}
      draft={draft[field.key] ?? ""}
      onChange={(next) => onChange({ ...draft, [field.key]: next })}
      path={`${path}.${field.key}`}
      faults={faults}
    />
  ));
}

interface ArgFieldProps {
  spec: FieldSpec;
  draft: Draft;
  onChange: (draft: Draft) => void;
  path: string;
  faults: FieldFault[];
}

function ArgField({ spec, draft, onChange, path, faults }: ArgFieldProps) {
  const text = typeof draft === "string" ? draft : "";
  const field = {
    label: spec.label,
    hint: spec.hint ?? undefined,
    optional: !spec.required,
    error: faultAt(faults, path),
  };
  const typed = {
    ...field,
    name: path,
    autoComplete: "off",
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  switch (spec.kind) {
    case "text":
      if (spec.multiline) return <TextareaField {...typed} rows={4} />;
      return <TextField {...typed} type={spec.secret ? "password" : "text"} />;
    case "number":
      // Not type=number: it would drop what it cannot read, and turn under the mouse wheel.
      return <TextField {...typed} inputMode={spec.integer ? "numeric" : "decimal"} className="sm:w-60" />;
    case "lines":
      return <TextareaField {...typed} mono spellCheck={false} rows={3} />;
    case "json":
      return <TextareaField {...typed} mono spellCheck={false} rows={4} />;
    case "boolean":
      return (
        <CheckboxField
          {...field}
          optional={false}
          name={path}
          checked={draft === true}
          onCheckedChange={onChange}
        />
      );
    case "choice":
      return <ChoiceField spec={spec} field={field} path={path} value={text} onChange={onChange} />;
    case "choices":
      return <ChoicesField spec={spec} field={field} path={path} draft={draft} onChange={onChange} />;
    case "group":
      return (
        <fieldset className="flex min-w-0 flex-col gap-4 border-l-2 border-line pl-3">
          <legend className="float-left -mb-2 text-list font-medium">{spec.label}</legend>
          {spec.hint ? <p className="text-meta text-muted">{spec.hint}</p> : null}
          <Fields
            fields={spec.fields}
            draft={typeof draft === "object" && !Array.isArray(draft) ? draft : {}}
            onChange={onChange}
            path={path}
            faults={faults}
          />
        </fieldset>
      );
  }
}

interface Text {
  label: string;
  hint: string | undefined;
  optional: boolean;
  error: string | null;
}

const UNSET = "unset";

function ChoiceField({
  spec,
  field,
  path,
  value,
  onChange,
}: {
  spec: Extract<FieldSpec, { kind: "choice" }>;
  field: Text;
  path: string;
  value: string;
  onChange: (draft: Draft) => void;
}) {
  const options = spec.options.map((option, index) => ({
    value: optionValue(option),
    label: spec.titles?.[index] ?? String(option),
  }));
  return (
    <SelectField
      {...field}
      name={path}
      options={spec.required ? options : [{ value: UNSET, label: "Not set" }, ...options]}
      value={value === "" ? (spec.required ? null : UNSET) : value}
      placeholder="Choose"
      onValueChange={(next) => onChange(next === UNSET ? "" : next)}
    />
  );
}

function ChoicesField({
  spec,
  field,
  path,
  draft,
  onChange,
}: {
  spec: Extract<FieldSpec, { kind: "choices" }>;
  field: Text;
  path: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const chosen = Array.isArray(draft) ? draft : [];
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-list font-medium">{field.label}</legend>
      {spec.options.map((option) => (
        <CheckboxField
          key={option}
          label={option}
          name={`${path}.${option}`}
          checked={chosen.includes(option)}
          onCheckedChange={(on) =>
            onChange(on ? [...chosen, option] : chosen.filter((each) => each !== option))
          }
        />
      ))}
      {field.hint ? <p className="text-meta text-muted">{field.hint}</p> : null}
      <FormError message={field.error} />
    </fieldset>
  );
}

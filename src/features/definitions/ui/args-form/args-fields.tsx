"use client";

import { Braces, ListTree } from "lucide-react";
import { Button } from "../../../../components/button";
import { CheckboxField, TextareaField, TextField } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import type { FieldFault } from "../../../../lib/errors";
import { joinPath } from "../../../../lib/field-path";
import { ChoiceField, ChoicesField } from "./choice-fields";
import { type ArgsDraft, type DraftFields, fieldsOfDraft } from "./draft";
import { faultAt } from "./faults-at";
import type { ArgsSpec, FieldSpec } from "./field-spec";
import { GroupField } from "./group-field";
import { ListField } from "./list-field";
import { NoneBox } from "./none-box";
import { TimeField } from "./time-field";
import type { ArgsControls } from "./use-args-draft";

const ARGS = { label: "Args", hint: "As a JSON object." };

/** The controls for a JSON Schema, each with its fault. `words` label the control of args edited as JSON. */
export function ArgsFields({
  spec,
  faults,
  words = ARGS,
  draft,
  onDraftChange,
  whole,
  onWholeChange,
  asJson,
  onAsJsonChange,
  was,
}: ArgsControls & {
  spec: NonNullable<ArgsSpec>;
  faults: FieldFault[];
  words?: { label: string; hint: string };
}) {
  const isJson = asJson || spec.kind === "json";
  return (
    <>
      {isJson ? (
        <TextareaField
          {...words}
          mono
          rows={8}
          spellCheck={false}
          value={whole}
          onChange={(event) => onWholeChange(event.currentTarget.value)}
          error={was.whole === whole ? faultAt(faults, "args") : null}
        />
      ) : (
        <Fields
          fields={spec.fields}
          draft={draft}
          was={was.draft ?? undefined}
          onChange={onDraftChange}
          path="args"
          faults={faults}
        />
      )}
      {!isJson && was.draft === draft ? (
        <FormError
          message={faultAt(
            faults,
            "args",
            spec.fields.map(({ key }) => key),
          )}
        />
      ) : null}
      {spec.kind === "fields" ? (
        <Button
          variant="ghost"
          icon={isJson ? ListTree : Braces}
          className="-ml-2 self-start"
          onClick={() => onAsJsonChange(!isJson)}
        >
          {isJson ? "Edit in fields" : "Edit as JSON"}
        </Button>
      ) : null}
    </>
  );
}

interface Place {
  /** What the controls held when `faults` were found; a control that has changed since shows no fault. */
  was: ArgsDraft | undefined;
  path: string;
  faults: FieldFault[];
}

function Fields({
  fields,
  draft,
  was,
  onChange,
  path,
  faults,
}: Place & { fields: FieldSpec[]; draft: DraftFields; onChange: (draft: DraftFields) => void }) {
  return fields.map((field) => (
    <ArgField
      key={field.key}
      spec={field}
      draft={draft[field.key] ?? null}
      was={fieldsOfDraft(was)[field.key]}
      onChange={(next) => onChange({ ...draft, [field.key]: next })}
      path={joinPath(path, field.key)}
      faults={faults}
    />
  ));
}

type ArgFieldProps = Place & {
  spec: FieldSpec;
  draft: ArgsDraft;
  onChange: (draft: ArgsDraft) => void;
  /** Its label is only for screen readers. */
  labelHidden?: boolean;
};

function ArgField(props: ArgFieldProps) {
  const { spec, draft, onChange } = props;
  if (!spec.nullable) return <Control {...props} />;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Control {...props} />
      <NoneBox spec={spec} draft={draft} onChange={onChange} />
    </div>
  );
}

function Control({ spec, draft, was, onChange, path, faults, labelHidden }: ArgFieldProps) {
  const text = typeof draft === "string" ? draft : "";
  const isStale = was !== draft;
  const field = {
    label: spec.label,
    labelHidden,
    hint: spec.hint ?? undefined,
    optional: !spec.required,
    error: isStale ? null : faultAt(faults, path),
  };
  const typed = {
    ...field,
    name: path,
    autoComplete: "off",
    placeholder: draft === null && spec.nullable ? "None" : undefined,
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  /** Faults of a group or list itself; faults of its fields are shown at those fields. */
  const outer = (inner: (string | number)[]) => (isStale ? null : faultAt(faults, path, inner));
  switch (spec.kind) {
    case "text":
      // A single-line field would drop the line breaks of a default.
      if (spec.multiline || text.includes("\n")) return <TextareaField {...typed} rows={4} />;
      return <TextField {...typed} type={spec.input} />;
    case "time":
      return <TimeField spec={spec} field={typed} onChange={onChange} />;
    case "number":
      // Not type=number: it would drop text that is no number, and change with the mouse wheel.
      return <TextField {...typed} inputMode={spec.integer ? "numeric" : "decimal"} className="sm:w-60" />;
    case "lines":
      return <TextareaField {...typed} mono spellCheck={false} rows={3} />;
    case "json":
      return <TextareaField {...typed} mono spellCheck={false} rows={4} />;
    case "boolean":
      return (
        <CheckboxField
          {...field}
          labelHidden={false}
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
        <GroupField
          spec={spec}
          draft={draft}
          onChange={onChange}
          labelHidden={labelHidden}
          error={outer(draft === "" ? [] : spec.fields.map(({ key }) => key))}
        >
          <Fields
            fields={spec.fields}
            draft={fieldsOfDraft(draft)}
            was={was}
            onChange={onChange}
            path={path}
            faults={faults}
          />
        </GroupField>
      );
    case "list": {
      const rows = Array.isArray(draft) ? draft : [];
      return (
        <ListField
          spec={spec}
          isNone={draft === null && spec.nullable}
          rows={rows}
          onChange={onChange}
          labelHidden={labelHidden}
          error={outer(rows.map((_, index) => index))}
        >
          {(row, index, onRowChange) => (
            <ArgField
              spec={{ ...spec.item, label: `${spec.label} ${index + 1}` }}
              draft={row}
              was={Array.isArray(was) ? was[index] : undefined}
              onChange={onRowChange}
              path={joinPath(path, index)}
              faults={faults}
              labelHidden
            />
          )}
        </ListField>
      );
    }
  }
}

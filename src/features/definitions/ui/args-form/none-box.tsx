"use client";

import { useRef } from "react";
import { CheckboxField } from "../../../../components/field";
import { withMarks } from "../../../../lib/marks";
import { type ArgsDraft, firstDraft } from "./draft";
import type { FieldSpec } from "./field-spec";

/** Checkbox that sets a field to null. Unticking it restores what was typed before. */
export function NoneBox({
  spec,
  draft,
  onChange,
}: {
  spec: FieldSpec;
  draft: ArgsDraft;
  onChange: (draft: ArgsDraft) => void;
}) {
  const before = useRef<ArgsDraft>(spec.kind === "group" ? firstDraft(spec.fields) : "");
  return (
    <CheckboxField
      label={
        <>
          None<span className="sr-only"> for {withMarks(spec.label)}</span>
        </>
      }
      checked={draft === null}
      onCheckedChange={(isNone) => {
        if (isNone) before.current = draft;
        onChange(isNone ? null : before.current);
      }}
    />
  );
}

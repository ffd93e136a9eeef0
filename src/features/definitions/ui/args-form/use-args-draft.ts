"use client";

import { useEffect, useMemo, useState } from "react";
import type { FieldFault } from "../../../../lib/errors";
import { type DraftFields, firstDraft, firstJson, readFields, readWhole } from "./draft";
import { type ArgsSpec, argsSpec } from "./spec";

const fieldsOf = (spec: ArgsSpec) => (spec?.kind === "fields" ? firstDraft(spec.fields) : {});
const jsonOf = (spec: ArgsSpec) => (spec?.kind === "json" ? firstJson(spec) : "{}");

/**
 * What a person fills into the controls of a JSON Schema, from its defaults on; anew with another schema.
 * `read` gives the value, or null where `faults` then says what is wrong. `controls` is for `ArgsFields`.
 */
export function useArgsDraft(schema: Record<string, unknown> | null) {
  const spec = useMemo(() => argsSpec(schema), [schema]);
  const [draft, onDraftChange] = useState<DraftFields>(() => fieldsOf(spec));
  const [whole, onWholeChange] = useState(() => jsonOf(spec));
  const [faults, setFaults] = useState<FieldFault[]>([]);

  useEffect(() => {
    onDraftChange(fieldsOf(spec));
    onWholeChange(jsonOf(spec));
    setFaults([]);
  }, [spec]);

  const read = (): Record<string, unknown> | null => {
    const found =
      spec?.kind === "fields"
        ? readFields(spec.fields, draft)
        : spec?.kind === "json"
          ? readWhole(whole)
          : { value: {} };
    setFaults("faults" in found ? found.faults : []);
    return "faults" in found ? null : found.value;
  };

  return { spec, faults, read, controls: { draft, onDraftChange, whole, onWholeChange } };
}
